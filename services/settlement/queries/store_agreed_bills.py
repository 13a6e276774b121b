"""Reads the bills of a month that an agreement's catalogue applies to, with their lines, in pages."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple

from services.settlement.costs import store as uploads
from services.settlement.costs.reclassify import DatedLine, dated
from services.settlement.model.upload import unpack_lines
from shared.benefit.bill import VisitKind
from shared.bus.service import Tx

_PATIENCE_S = 900  # as for a month's bills
_PATIENCE = f"SET LOCAL statement_timeout = '{_PATIENCE_S}s'"

# What was reimbursed by hand is compared with prices at home besides, and no agreement is asked.
_BILLS = """
SELECT s.visit_id, s.settlement_id, v.kind, v.treatment_area, v.insured_area, v.hospital_tier, v.service_on,
    s.fund_fen, s.account_fen + s.cash_fen, s.explanation, s.lines
FROM settlement s JOIN visit v USING (visit_id)
WHERE s.settled_on BETWEEN $1 AND $2 AND v.scheme = $3 AND NOT v.manual
    AND $4 IN (v.insured_area, left(v.insured_area, 4) || '00', left(v.insured_area, 2) || '0000')
    AND $5 IN (v.treatment_area, left(v.treatment_area, 4) || '00', left(v.treatment_area, 2) || '0000')
    AND NOT EXISTS (SELECT FROM reversal r WHERE r.visit_id = s.visit_id AND r.attempt = s.attempt)
ORDER BY s.visit_id COLLATE "C"
"""


class AgreedBill(NamedTuple):
    """A settlement (结算) in force with its visit; `lines` are packed, of a bill that came whole."""

    visit_id: str
    settlement_id: str
    kind: VisitKind
    treatment_area: str
    insured_area: str
    hospital_tier: str
    service_on: date
    fund_fen: int
    personal_fen: int
    explanation: bytes
    lines: bytes | None


class Between(NamedTuple):
    """Which bills: settled from `first` to `last`, both included, of an agreement's areas or their parts."""

    first: date
    last: date
    scheme: str
    insured_area: str
    treatment_area: str


async def pages(
    tx: Tx, between: Between, size: int
) -> AsyncIterator[list[tuple[AgreedBill, list[DatedLine]]]]:
    """The bills by visit with their lines, `size` at a time; only inside a transaction."""
    await tx.execute(_PATIENCE)
    cursor = await tx.cursor(_BILLS, *between, timeout=_PATIENCE_S)
    while rows := await cursor.fetch(size, timeout=_PATIENCE_S):
        bills = [AgreedBill(*row) for row in rows]
        held = await uploads.whole_of_visits(tx, [one.visit_id for one in bills if one.lines is None])
        yield [(one, _lines(one) or dated(held.get(one.visit_id, ()))) for one in bills]


def _lines(bill: AgreedBill) -> list[DatedLine]:
    return [DatedLine(bill.service_on, line) for line in unpack_lines(bill.lines)] if bill.lines else []
