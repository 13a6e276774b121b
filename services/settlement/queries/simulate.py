"""A month's bills replayed under a draft policy (政策试算), from the database beside the running service.

Reads only, in one snapshot: what is settled meanwhile is not seen, and nothing is locked or written.
"""

import csv
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from io import StringIO
from typing import NamedTuple

from services.settlement.model.explanation import unpack_explanation
from services.settlement.queries import store_month_bills as month_bills
from services.settlement.queries.store_month_bills import MonthBill, Wanted
from shared.benefit.compare.simulation import (
    Case,
    Paid,
    Tally,
    always_in_force,
    levels_that_give_way,
    replay,
    tally_of,
)
from shared.benefit.policy.form import Policy
from shared.benefit.refusal import Refusal
from shared.bus.database import connect_pool

PAGE = 1_000
# Between two pages the transaction is silent while bills are replayed.
_SILENCE_MS = 300_000
COLUMNS = (
    "visit_id",
    "settlement_id",
    "treatment_area",
    "hospital_tier",
    "scheme",
    "kind",
    "fund_before_fen",
    "fund_after_fen",
    "fund_difference_fen",
    "personal_before_fen",
    "personal_after_fen",
    "personal_difference_fen",
    "refused",
)
"""The columns of a `Part`'s rows; the last has the refusal's code where the draft refuses a bill."""


class MonthOfBills(NamedTuple):
    """How many bills there are, and the bills in the order of their visits, a page at a time."""

    bills: int
    pages: AsyncIterator[list[MonthBill]]


class Part(NamedTuple):
    """The result for some bills: how many, one CSV row each in their order, and their tally."""

    bills: int
    rows: bytes
    tally: Tally


@asynccontextmanager
async def open_month(dsn: str, draft: Policy, first: date, last: date) -> AsyncIterator[MonthOfBills]:
    """Opens the bills settled from `first` to `last`, both included, that the draft would hold for.

    They can be read inside the context only.
    """
    wanted = Wanted(first, last, draft.scheme, draft.insured_area, levels_that_give_way(draft))
    pool = await connect_pool(dsn, "settlement", size=1, silence_ms=_SILENCE_MS)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            yield MonthOfBills(await month_bills.count(tx, wanted), month_bills.pages(tx, wanted, PAGE))
    finally:
        await pool.close()


def replay_page(draft: Policy, page: Iterable[MonthBill]) -> Part:
    """Settles a page of bills under the draft, as if it had been in force all the time."""
    held = always_in_force(draft)
    cases = [_replayed(held, bill) for bill in page]
    return Part(len(cases), csv_rows(map(_row, cases)), tally_of(cases))


def _replayed(draft: Policy, settled: MonthBill) -> Case:
    why = unpack_explanation(settled.explanation)
    bill = why.bill(settled.visit_id, settled.kind, settled.hospital_tier, settled.service_on)
    before = Paid(settled.fund_fen, settled.personal_fen)
    return replay(draft, bill, settled.settlement_id, settled.treatment_area, before)


def csv_rows(rows: Iterable[tuple[object, ...]]) -> bytes:
    """The rows as CSV in UTF-8, each ending in LF."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _row(case: Case) -> tuple[object, ...]:
    visit_id, settlement_id, group, before, after = case
    fund, personal = before
    if isinstance(after, Refusal):
        return visit_id, settlement_id, *group, fund, "", "", personal, "", "", after.code
    moved = after.fund_fen - fund, after.personal_fen - personal
    return (
        visit_id,
        settlement_id,
        *group,
        fund,
        after.fund_fen,
        moved[0],
        personal,
        after.personal_fen,
        moved[1],
        "",
    )
