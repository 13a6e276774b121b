"""Statements as tables for people, one an agreement; money in yuan."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import typer
from rich.table import Column, Table

from services.cli.output import print_record, screen
from shared.money import yuan
from shared.month.outcome import Aside

_HEADS = ("月份\nmonth", "险种\nscheme", "清分日\nsorted on")
_NUMBERS = ("笔数\nlines", "基金\nfund", "个人账户\naccount", "应付\ndue")
_ASIDE = {
    Aside.UNAGREED: "无协议 / without an agreement",
    Aside.LATE: "逾期，未准入 / late, and not admitted",
    Aside.NOT_ELIGIBLE: "缺病案首页或审核 / without the case page or review that they need",
}
SHOWN = 20


def print_months(documents: Iterable[Mapping[str, Any]], aside: Mapping[Aside, Sequence[str]]) -> None:
    """Prints the statements of each agreement in the order of their months, then the lines of none."""
    by_agreement = sorted(documents, key=itemgetter("agreement_id"))
    for agreement_id, statements in groupby(by_agreement, key=itemgetter("agreement_id")):
        typer.echo(f"协议 / agreement {agreement_id}")  # on a line of its own, whole at any width
        screen().print(_table(statements))
    if not by_agreement:
        typer.echo("没有清算单 / no statement")
    for why, ids in aside.items():
        if ids:
            print_record(f"{_ASIDE[why]}: {len(ids):,}", _some(ids))


def _table(statements: Iterable[Mapping[str, Any]]) -> Table:
    numbers = (Column(head, justify="right", overflow="fold") for head in _NUMBERS)
    table = Table(*_HEADS, *numbers, box=None, pad_edge=False)
    for one in statements:
        sums = one["sums"]
        money = (yuan(sums[name]) for name in ("fund_fen", "account_fen", "due_fen"))
        table.add_row(one["month"], one["scheme"], one["sorted_on"], f"{sums['lines']:,}", *money)
    return table


def _some(ids: Sequence[str]) -> Sequence[str]:
    more = len(ids) - SHOWN
    return ids if more <= 0 else [*ids[:SHOWN], f"另有 / and {more:,}"]
