"""A reconciliation for people: both sides' sums as a table, then each cause with its action and its keys."""

from collections.abc import Iterable, Iterator, Sequence

import typer
from rich.table import Column, Table

from services.cli.output import print_record, screen
from shared.money import yuan
from shared.month.statement import Sums, added_up
from shared.reconcile.cause import WORDS, Cause
from shared.reconcile.differences import Difference, Reconciliation
from shared.reconcile.ours import Ours

SHOWN = 20
_NUMBERS = ("笔数\nlines", "总额\ntotal", "基金\nfund", "个人账户\naccount", "应付\ndue")
_FUNDS = {
    "pool_fen": "统筹 / pool",
    "large_amount_fen": "大额 / large amount",
    "serious_illness_fen": "大病 / serious illness",
    "assistance_fen": "救助 / assistance",
    "account_fen": "个人账户 / account",
}
_KINDS = {"settled": "结算 / settled", "reversed": "冲正 / reversed"}


def print_reconciliation(title: str, ours: Ours, found: Reconciliation) -> None:
    """Prints what comparing two lists came to; money in yuan, differences here less there."""
    typer.echo(title)
    by_cause = {cause: [one for one in found.differences if one.cause is cause] for cause in Cause}
    screen().print(_table(found, by_cause.items()))
    if ours.apart.lines:
        typer.echo(
            f"另有追回及结转明细 / besides, recoveries and carried lines: {ours.apart.lines:,}, "
            f"应付 / due {yuan(ours.apart.funds.due_fen)} 元"
        )
    for cause, differences in by_cause.items():
        if differences:
            _print_cause(cause, differences)
    if not found.differences:
        screen().print("账目一致 / the lists agree", style="green")


def _table(found: Reconciliation, by_cause: Iterable[tuple[Cause, Sequence[Difference]]]) -> Table:
    numbers = (Column(head, justify="right", overflow="fold") for head in _NUMBERS)
    table = Table(Column("元 / yuan", no_wrap=True), *numbers, box=None, pad_edge=False)
    table.add_row("本方 / here", *_cells(found.here))
    table.add_row("对方 / there", *_cells(found.there))
    table.add_row("差额 / difference", *_cells(found.difference), end_section=True)
    for cause, differences in by_cause:
        if differences:
            table.add_row(f"  {cause}", *_cells(added_up(one.sums for one in differences)))
    return table


def _cells(sums: Sums) -> tuple[str, ...]:
    funds = sums.funds
    return f"{sums.lines:,}", *map(yuan, (sums.total_fen, funds.fund_fen, funds.account_fen, funds.due_fen))


def _print_cause(cause: Cause, differences: Sequence[Difference]) -> None:
    words = WORDS[cause]
    shown = [line for one in differences[:SHOWN] for line in _lines(one)]
    if (more := len(differences) - SHOWN) > 0:
        shown.append(f"另有 / and {more:,}")
    head = f"{cause} {words.zh} / {words.en}: {len(differences):,}"
    print_record(head, (f"→ {words.action_zh} / {words.action_en}", *shown))


def _lines(one: Difference) -> Iterator[str]:
    due = yuan(one.sums.funds.due_fen)
    yield f"{one.key.settlement_id}  {_KINDS[one.key.kind]}  {_days(one)}  应付差额 / due {due}"
    if one.cause is Cause.AMOUNT:
        apart = {"总额 / total": one.sums.total_fen}
        apart |= {words: getattr(one.sums.funds, name) for name, words in _FUNDS.items()}
        yield "  " + ", ".join(f"{words} {yuan(fen)}" for words, fen in apart.items() if fen)


def _days(one: Difference) -> str:
    """The days on which it stands here | there; the neighbouring month on the side that has it then."""
    sides = (" ".join(str(entry.day) for entry in side) for side in (one.here, one.there))
    return " | ".join(days or one.month or "–" for days in sides)
