"""A file of facts for a command: read and computed, or told in one line why it cannot be."""

from pathlib import Path
from typing import NamedTuple

import typer

from services.cli.json_lines import numbered_lines
from shared.month.compute import Months, compute
from shared.month.reading import Facts, InvalidFactsError, gather

INVALID = 2
"""The exit code of a file that is not valid, cannot be read or cannot be written."""


class Computed(NamedTuple):
    """A file's facts and the months that follow from them."""

    facts: Facts
    months: Months


def computed(path: Path) -> Computed:
    """Reads the facts and computes every month; exits where the file is not valid or cannot be read."""
    try:
        facts = gather(numbered_lines(path))
        return Computed(facts, compute(facts))
    except InvalidFactsError as error:
        raise stopped(f"{path}:{error.line}: {error}") from None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> typer.Exit:
    """Tells why a file cannot be read; the exit to raise."""
    return stopped(f"{path}: 无法读取 / cannot be read: {error.strerror}")


def stopped(line: str) -> typer.Exit:
    """Tells in one line what stops the command; the exit to raise."""
    typer.echo(line, err=True)
    return typer.Exit(INVALID)
