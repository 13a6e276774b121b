"""Self-paid bills and what was reimbursed; no bill is ever changed."""

from collections.abc import Sequence

from services.settlement.model.self_paid_bill import SelfPaidBill
from services.settlement.rules.same_care import Care
from shared.bus.service import Tx

_NEWEST = """
SELECT DISTINCT ON (visit_id) visit_id, number, person_id, institution_id, request_id, invoice_id, disease,
    heard_on, line_count, total_fen, full_self_pay_fen, over_limit_fen, pre_self_pay_fen, excess_fen,
    unpriced_items, categories
FROM self_paid_bill WHERE visit_id = ANY($1) ORDER BY visit_id, number DESC
"""
_REIMBURSED = """
SELECT v.visit_id, v.person_id, v.institution_id, v.kind, v.service_on,
    coalesce(v.discharged_on, v.service_on), s.total_fen
FROM visit v JOIN settlement s USING (visit_id, attempt)
WHERE v.person_id = ANY($1) AND v.manual AND v.state = 'settled'
"""


async def newest(tx: Tx, visits: Sequence[str]) -> dict[str, SelfPaidBill]:
    """The bill that counts of each visit, with its sums but without its lines."""
    return {row[0]: SelfPaidBill(*row) for row in await tx.fetch(_NEWEST, visits)}


async def reimbursed(tx: Tx, persons: Sequence[str]) -> dict[str, Care]:
    """What the persons were reimbursed for and is not taken back, by visit."""
    return {row[0]: Care(*row) for row in await tx.fetch(_REIMBURSED, persons)}


async def save(tx: Tx, rows: Sequence[SelfPaidBill]) -> None:
    """Keeps bills."""
    await tx.copy_records_to_table("self_paid_bill", records=rows, columns=SelfPaidBill._fields)
