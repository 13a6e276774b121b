"""`yidi day open`: begins a business day, as an operator's timer does."""

import asyncio
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from services.cli.stack.readiness import kafka_at_work
from shared.adapter import Connection, Operator, OutcomeUnknownError, RefusedError
from shared.adapter.operator import OPERATOR
from shared.settings import Settings
from shared.stack import StackError

day = typer.Typer(no_args_is_help=True, help="营业日 / business days")
_ISO = "%Y-%m-%d"


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(day, name="day")


@day.callback()
def _day() -> None:
    """Makes a group of it, though it names one command only."""


@day.command("open")
def open_(
    on: Annotated[
        datetime | None,
        typer.Argument(formats=[_ISO], metavar="[YYYY-MM-DD]", help="默认今天 / today if omitted"),
    ] = None,
) -> None:
    """开启营业日 / Open a business day; days follow one another, and only a day that was opened is worked in.

    Exit 0: opened, or open already. Exit 1: refused, or nobody answers.

    Example: yidi day open 2026-03-02
    """
    opened = on.date() if on else datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        asyncio.run(_open(opened))
    except (RefusedError, OutcomeUnknownError, StackError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{opened} 已开启 / is open")


async def _open(opened: date) -> None:
    kafka = await kafka_at_work(Settings())
    async with Connection(kafka, OPERATOR) as connection, Operator(connection) as operator:
        await operator.open_day(opened)
