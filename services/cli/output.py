"""Where commands print for people: what others wrote is shown as it is, never read as markup.

Standard output holds the result alone, so that it can be piped; notes, progress and log lines go to
standard error.
"""

from collections.abc import Iterable

import typer
from rich.console import Console

INDENT = "    "


def screen() -> Console:
    """Standard output."""
    return Console(markup=False, highlight=False, emoji=False)


def notes() -> Console:
    """Standard error."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def print_record(head: str, below: Iterable[str]) -> None:
    """Prints a record on lines that are never folded or cut, so that ids can be copied at any width."""
    typer.echo(head)
    for line in below:
        if line:
            typer.echo(INDENT + line)
