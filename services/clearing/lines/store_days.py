"""Keeps what each day brought under an agreement (按日应付): a cache of its lines, for the radar."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from services.clearing.lines.place import CARRIED
from services.clearing.model.line import Line
from shared.bus.service import Tx

_SLOTS = 8
_DUE = "pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen"
_KEPT = f"""
SELECT line_id, agreement_id, business_on, {_DUE} AS due_fen FROM line
WHERE line_id = ANY($1) AND month IS NOT NULL AND line_id NOT LIKE '%.d'
"""  # noqa: S608 (our own words)
_DIFFER = f"""
SELECT agreement_id, business_on FROM (
    SELECT agreement_id, business_on, {_DUE} AS fen FROM line
    WHERE month IS NOT NULL AND line_id NOT LIKE '%.d'
    UNION ALL SELECT agreement_id, business_on, -due_fen FROM due_of_day) AS sides
GROUP BY agreement_id, business_on HAVING sum(fen) <> 0 ORDER BY agreement_id, business_on LIMIT $1
"""  # noqa: S608 (our own words)
_ADD = f"""
INSERT INTO due_of_day SELECT d.agreement_id, d.business_on, pg_backend_pid() % {_SLOTS}, d.due_fen
FROM unnest($1::text[], $2::date[], $3::bigint[]) AS d (agreement_id, business_on, due_fen)
ON CONFLICT (agreement_id, business_on, slot) DO UPDATE SET due_fen = due_of_day.due_fen + excluded.due_fen
"""  # noqa: S608 (our own words)
Days = Counter[tuple[str, date]]


async def read_days(tx: Tx, line_ids: Sequence[str]) -> Days:
    """What lines count for as they are kept, fen, by agreement and day."""
    found: Days = Counter()
    for row in await tx.fetch(_KEPT, line_ids):
        found[row["agreement_id"], row["business_on"]] += row["due_fen"]
    return found


def days_of(lines: Iterable[Line]) -> Days:
    """What lines of a month count for, fen, by agreement and day; what is carried on was due before."""
    found: Days = Counter()
    for line in lines:
        if line.agreement_id and line.month and not line.line_id.endswith(CARRIED):
            found[line.agreement_id, line.business_on] += line.funds.due_fen
    return found


async def add_days(tx: Tx, days: Days) -> None:
    """Adds what days brought, in one order, so that no two processes wait for each other."""
    rows = sorted((*day, fen) for day, fen in days.items() if fen)
    if rows:
        await tx.execute(_ADD, *(list(column) for column in zip(*rows, strict=True)))


async def find_differing(tx: Tx, limit: int) -> list[tuple[str, date]]:
    """Finds days whose cached amount is not that of their lines, as (agreement, day).

    There are none if the cache agrees.
    """
    return [(row["agreement_id"], row["business_on"]) for row in await tx.fetch(_DIFFER, limit)]
