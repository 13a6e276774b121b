"""Reads what a center has to pay: statements, and institutions for a month. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.clearing.queries.desk_report import DeskStatement
from services.clearing.queries.store_desk import STATEMENTS
from shared.bus.service import Tx

_CONFIRMED = f"""{STATEMENTS}
WHERE $1 IN (s.head->>'insured_center', s.head->>'treatment_center') AND p.state IN ('CONFIRMED', 'PAID')
    AND ($2::text IS NULL OR s.month = $2)
ORDER BY s.month, s.agreement_id, s.scheme
"""
_PAID = """
SELECT agreement_id, institution_id, month,
    (pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen)::bigint AS paid_fen
FROM payment
WHERE pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen > 0
    AND ($2::text IS NULL OR month = $2) AND agreement_id IN (
        SELECT agreement_id FROM known_period WHERE agreement->>'treatment_center' = $1)
ORDER BY month, agreement_id, institution_id
"""


class InstitutionPayment(NamedTuple):
    """What an institution is paid for a month by the books (应拨医药机构款), fen."""

    agreement_id: str
    institution_id: str
    month: str
    paid_fen: int


async def read_confirmed(tx: Tx, center_id: str, month: str | None) -> list[DeskStatement]:
    """A center's statements that both sides have confirmed, paid or not."""
    return [DeskStatement(*row) for row in await tx.fetch(_CONFIRMED, center_id, month)]


async def read_institution_payments(tx: Tx, center_id: str, month: str | None) -> list[InstitutionPayment]:
    """What institutions are paid under the agreements in which the center is, or was, the treatment side."""
    return [InstitutionPayment(*row) for row in await tx.fetch(_PAID, center_id, month)]


async def read_posted(tx: Tx, entry_ids: Sequence[str], party: str) -> dict[str, date]:
    """Those of the entries that moved an account of a party, with their days."""
    rows = await tx.fetch(
        "SELECT DISTINCT entry_id, posted_on FROM posting WHERE entry_id = ANY($1) AND party = $2",
        entry_ids,
        party,
    )
    return {row["entry_id"]: row["posted_on"] for row in rows}


async def read_business_day(tx: Tx) -> date | None:
    """The business day that clearing has reached; None before the first."""
    day: date | None = await tx.fetchval("SELECT day FROM service_day")
    return day
