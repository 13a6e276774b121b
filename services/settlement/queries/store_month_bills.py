"""Reads the bills of a month as they were settled, in pages from a cursor: memory holds few at a time."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple

from shared.benefit.bill import VisitKind
from shared.bus.service import Tx

# A year's settlements of a large region take minutes to read.
_PATIENCE_S = 900
_PATIENCE = f"SET LOCAL statement_timeout = '{_PATIENCE_S}s'"

# One settlement is in force a visit, so the visit alone orders them; "C" is the same order on every server.
_FROM = """
FROM settlement s JOIN visit v USING (visit_id) JOIN known_policy p USING (policy_id)
WHERE s.settled_on BETWEEN $1 AND $2 AND v.scheme = $3
    AND $4 IN (v.insured_area, left(v.insured_area, 4) || '00', left(v.insured_area, 2) || '0000')
    AND p.issuer_level = ANY ($5)
    AND NOT EXISTS (SELECT FROM reversal r WHERE r.visit_id = s.visit_id AND r.attempt = s.attempt)
"""
_COUNT = f"SELECT count(*) {_FROM}"
_BILLS = f"""
SELECT s.visit_id, s.settlement_id, v.kind, v.treatment_area, v.hospital_tier, v.service_on, s.fund_fen,
    s.account_fen + s.cash_fen, s.explanation
{_FROM} ORDER BY s.visit_id COLLATE "C"
"""


class MonthBill(NamedTuple):
    """A settlement (结算) in force with what of its visit enters the bill; `explanation` is packed."""

    visit_id: str
    settlement_id: str
    kind: VisitKind
    treatment_area: str
    hospital_tier: str
    service_on: date
    fund_fen: int
    personal_fen: int
    explanation: bytes


class Wanted(NamedTuple):
    """Which bills to read: settled from `first` to `last`, both included, by policies of the issuer levels.

    Only those of persons of the scheme who are insured in the area or in a part of it.
    """

    first: date
    last: date
    scheme: str
    insured_area: str
    issuer_levels: tuple[str, ...]


async def count(tx: Tx, wanted: Wanted) -> int:
    """How many bills there are."""
    await tx.execute(_PATIENCE)
    bills: int = await tx.fetchval(_COUNT, *wanted, timeout=_PATIENCE_S)
    return bills


async def pages(tx: Tx, wanted: Wanted, size: int) -> AsyncIterator[list[MonthBill]]:
    """The bills by visit, `size` at a time; only inside a transaction."""
    await tx.execute(_PATIENCE)
    cursor = await tx.cursor(_BILLS, *wanted, timeout=_PATIENCE_S)
    while rows := await cursor.fetch(size, timeout=_PATIENCE_S):
        yield [MonthBill(*row) for row in rows]
