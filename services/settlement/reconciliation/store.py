"""Reads an institution's direct settlements of a period, by the index of its books."""

from collections.abc import Sequence
from datetime import date

from services.settlement.model.settlement import Entry, Period
from shared.bus.service import Tx

_SETTLED = """
FROM settlement s JOIN visit v USING (visit_id)
LEFT JOIN reversal r ON r.visit_id = s.visit_id AND r.attempt = s.attempt
WHERE s.direct AND s.institution_id = $1 AND s.settled_on >= $2 AND s.settled_on < $3
    AND ($4 = '' OR v.insured_area = $4)
"""
_LIST = f"""
SELECT s.settlement_id, s.visit_id, v.person_id, v.kind, v.insured_area, v.scheme, s.settled_on, s.total_fen,
    s.fund_fen, s.account_fen, s.cash_fen, r.reversed_on
{_SETTLED} AND (s.settled_on, s.settlement_id) > ($5, $6)
ORDER BY s.settled_on, s.settlement_id LIMIT $7
"""
_SUMS = f"""
SELECT count(*), coalesce(sum(s.total_fen), 0)::bigint, coalesce(sum(s.fund_fen), 0)::bigint,
    coalesce(sum(s.account_fen), 0)::bigint, coalesce(sum(s.cash_fen), 0)::bigint
{_SETTLED} AND r.visit_id IS NULL
"""


async def settled(tx: Tx, period: Period, after: str, limit: int) -> Sequence[Entry]:
    """The settlements of a period, also those taken back, by day and id: at most `limit` of them.

    `after`: the day and id of one, with a slash between; only what follows it is read, "" from the first.
    """
    day, _, settlement_id = after.partition("/")
    begin = date.fromisoformat(day) if day else date.min
    return [Entry(*row) for row in await tx.fetch(_LIST, *period, begin, settlement_id, limit)]


async def sums(tx: Tx, period: Period) -> tuple[int, ...]:
    """How many settlements of a period are in force, and their total, fund, account and cash sums in fen."""
    row = await tx.fetchrow(_SUMS, *period)
    return tuple(row) if row else ()
