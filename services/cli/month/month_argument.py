"""The month that a command is about, as its argument."""

import re
from typing import Annotated

import typer


def _a_month(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("应为 YYYY-MM / must be a month YYYY-MM")
    return text


AMonth = Annotated[str, typer.Argument(help="Month YYYY-MM / 月份", metavar="YYYY-MM", callback=_a_month)]
"""A month `YYYY-MM`; anything else is refused."""
