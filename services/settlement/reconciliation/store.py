"""Reads an institution's direct settlements of a period."""

from collections.abc import Sequence

from services.settlement.model.settlement import Entry, Period
from shared.bus.service import Tx

# The days are found by a summary of each stretch of the table, the visits by their ids.
_SETTLED = """
FROM settlement s JOIN visit v USING (visit_id)
LEFT JOIN reversal r ON r.visit_id = s.visit_id AND r.attempt = s.attempt
WHERE v.institution_id = $1 AND NOT v.manual AND s.settled_on >= $2 AND s.settled_on < $3
    AND ($4 = '' OR v.insured_area = $4)
"""
_LIST = f"""
SELECT s.settlement_id, s.visit_id, v.person_id, v.kind, v.insured_area, s.settled_on, s.total_fen,
    s.fund_fen, s.account_fen, s.cash_fen, r.reversed_on
{_SETTLED} ORDER BY s.settled_on, s.settlement_id OFFSET $5 LIMIT $6
"""
_SUMS = f"""
SELECT count(*), coalesce(sum(s.total_fen), 0)::bigint, coalesce(sum(s.fund_fen), 0)::bigint,
    coalesce(sum(s.account_fen), 0)::bigint, coalesce(sum(s.cash_fen), 0)::bigint
{_SETTLED} AND r.visit_id IS NULL
"""


async def settled(tx: Tx, period: Period, skip: int, limit: int) -> Sequence[Entry]:
    """The settlements of a period, also those taken back, by day and id: at most `limit` after `skip`."""
    return [Entry(*row) for row in await tx.fetch(_LIST, *period, skip, limit)]


async def sums(tx: Tx, period: Period) -> tuple[int, ...]:
    """How many settlements of a period are in force, and their total, fund, account and cash sums in fen."""
    row = await tx.fetchrow(_SUMS, *period)
    return tuple(row) if row else ()
