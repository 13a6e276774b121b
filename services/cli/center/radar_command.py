"""`yidi radar`: how long the money that lies ahead will last, agreement by agreement."""

import json
from datetime import date
from typing import Annotated

import typer

from services.clearing.parameters import BURN_DAYS
from services.clearing.prefund.store_radar import Seen
from services.clearing.queries.desk import read_radars
from services.cli.center.act import AsJson
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan

LEVELS = {"none": "正常 / fine", "yellow": "黄色 / yellow", "red": "红色 / red"}


def _a_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("应为 YYYY-MM-DD / must be a day YYYY-MM-DD") from None


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command()(radar)


def radar(
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="YYYY-MM-DD", help="日期，缺省为营业日 / the day; else the business day"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """预付金雷达 / What lies ahead, what is owed from it, and in how many days it runs low.

    Exit 0: shown. Exit 1: no money lies ahead. Exit 2: there are no books yet.

    Example: yidi radar --json
    """
    day = _a_day(on)
    report = read_database(lambda dsn: read_radars(dsn, day))
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    elif report.seen:
        for one in report.seen:
            print_record(f"协议 / agreement {one.agreement_id}  {report.day}", _about(one))
    else:
        typer.echo("没有预付金或周转金 / no money lies ahead", err=True)
    raise typer.Exit(0 if report.seen else 1)


def _about(one: Seen) -> tuple[str, ...]:
    shown = one.radar
    return (
        f"{LEVELS[shown.level]}: {_days('黄色 / yellow', shown.days_to_yellow)}, "
        f"{_days('红色 / red', shown.days_to_red)}",
        f"额度 / quota {yuan(shown.quota_fen)} 元, 余额 / balance {yuan(shown.balance_fen)} 元",
        f"应付 / owed {yuan(shown.accrued_fen)} 元, 可用 / free {yuan(shown.free_fen)} 元",
        f"近 {BURN_DAYS.value} 日发生 / in the last {BURN_DAYS.value} days {yuan(shown.burn_fen)} 元",
    )


def _days(level: str, days: int | None) -> str:
    return f"{level}: {'—' if days is None else f'{days} 天 / days'}"
