"""A month as it is given to a command."""

import re
from typing import Annotated

import typer


def a_month(text: str) -> str:
    """The month YYYY-MM; anything else is a wrong use of the command."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("应为 YYYY-MM / must be a month YYYY-MM")
    return text


AMonth = Annotated[str, typer.Argument(help="Month YYYY-MM / 月份", metavar="YYYY-MM", callback=a_month)]
"""A month as a command's argument."""
AMonthOption = Annotated[
    str | None,
    typer.Option(
        "--month", metavar="YYYY-MM", help="月份 / month", callback=lambda text: text and a_month(text)
    ),
]
"""A month as a command's option."""
