"""Reads and writes self-paid bills and their withdrawals; rows are only added."""

from collections.abc import Sequence

from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from shared.bus.service import Tx

_NEWEST = """
SELECT DISTINCT ON (visit_id) visit_id, number, person_id, institution_id, request_id, invoice_id, disease,
    heard_on, line_count, total_fen, full_self_pay_fen, over_limit_fen, pre_self_pay_fen, excess_fen,
    unpriced_items, categories, ''::bytea, injury_before, statement_before
FROM self_paid_bill WHERE visit_id = ANY($1) ORDER BY visit_id, number DESC
"""


async def newest(tx: Tx, visits: Sequence[str]) -> dict[str, SelfPaidBill]:
    """The newest bill of each visit, also one that was withdrawn, with its sums but without its lines."""
    return {row[0]: SelfPaidBill(*row) for row in await tx.fetch(_NEWEST, visits)}


async def save(tx: Tx, rows: Sequence[SelfPaidBill]) -> None:
    """Keeps bills."""
    await tx.copy_records_to_table("self_paid_bill", records=rows, columns=SelfPaidBill._fields)


async def save_withdrawals(tx: Tx, rows: Sequence[SelfPaidWithdrawal]) -> None:
    """Keeps the withdrawals of bills."""
    await tx.copy_records_to_table("self_paid_withdrawal", records=rows, columns=SelfPaidWithdrawal._fields)
