"""`yidi reconcile`: the other side's list of a month is compared with ours."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json

from services.cli.month.facts_file import computed, stopped, unreadable
from services.cli.month.month_option import a_month
from services.cli.reconcile.other_side import InvalidListError, read_other_side
from services.cli.reconcile.table import print_reconciliation
from shared.reconcile.cause import WORDS
from shared.reconcile.differences import Difference, Entry, Reconciliation, Side
from shared.reconcile.differences import reconcile as compare
from shared.reconcile.ours import Ours, is_party, ours_of


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command()(reconcile)


def reconcile(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="对方账目 / the other side's list, CSV or JSON Lines")
    ],
    party: Annotated[
        str, typer.Option(metavar="P", help="结算中心或医药机构编码 / code of a center or an institution")
    ],
    month: Annotated[
        str, typer.Option(metavar="YYYY-MM", help="清算月份 / month of clearing", callback=a_month)
    ],
    facts: Annotated[
        Path,
        typer.Option(metavar="FACTS.jsonl", help="本方清算事实 / facts that our side follows from"),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="输出JSON / print as JSON")] = False,
) -> None:
    """对账 / Compare the other side's list of a month with ours: each difference, its cause, what to do.

    The list has a row for each settlement and each reversal, with the columns (or JSON members) type (settled
    or reversed), settlement_id, day, total_fen, pool_fen, large_amount_fen, serious_illness_fen,
    assistance_fen and account_fen; a reversal's amounts are below zero. A column month may stand beside:
    rows of the month before and after show what was only cut at another day. Amounts are integer fen.

    A difference is ours less theirs, and the differences add up to that of the totals. Exit 0: the lists
    agree. Exit 1: they differ. Exit 2: a file or the party is not valid; told with the line and what to do.

    Example: yidi reconcile hospital.csv --party H31010100001 --month 2026-03 --facts facts.jsonl
    """
    there = _there(file, month)
    ours = _ours(facts, party, month)
    found = compare(ours.side, there)
    if as_json:
        sys.stdout.buffer.write(to_json(_document(party, month, ours, found)) + b"\n")
        sys.stdout.flush()
    else:
        print_reconciliation(f"对账 / reconciliation {party} {month}", ours, found)
    raise typer.Exit(1 if found.differences else 0)


def _there(path: Path, month: str) -> Side:
    try:
        return read_other_side(path, month)
    except InvalidListError as error:
        raise stopped(str(error)) from None
    except OSError as error:
        raise unreadable(path, error) from None


def _ours(path: Path, party: str, month: str) -> Ours:
    facts, months = computed(path)
    if not is_party(facts, party):
        raise stopped(
            f"--party {party}: {path} 中没有此中心或医药机构，请核对编码 / "
            f"{path} names no such center or institution; check the code"
        )
    return ours_of(months, party, month)


def _document(party: str, month: str, ours: Ours, found: Reconciliation) -> dict[str, Any]:
    return {
        "party": party,
        "month": month,
        "here": found.here.document(),
        "there": found.there.document(),
        "difference": found.difference.document(),
        "apart": ours.apart.document(),
        "differences": [_told(one) for one in found.differences],
    }


def _told(one: Difference) -> dict[str, Any]:
    words = WORDS[one.cause]
    return {
        "settlement_id": one.key.settlement_id,
        "type": one.key.kind,
        "cause": one.cause,
        "action": {"zh": words.action_zh, "en": words.action_en},
        "difference": one.sums.document(),
        "here": _entries(one.here),
        "there": _entries(one.there),
        "month_beside": one.month,
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [{"day": one.day, "total_fen": one.total_fen, **one.funds._asdict()} for one in entries]
