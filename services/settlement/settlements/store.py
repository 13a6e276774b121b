"""Reads and writes settlements and their reversals; rows are only added."""

from collections.abc import Sequence

import asyncpg

from services.settlement.model.settlement import Reversal, Settlement
from shared.bus.service import Tx
from shared.bus.together import Write

_NEWEST = """
SELECT DISTINCT ON (visit_id) visit_id, attempt, settlement_id, settled_on, account, previous_visit_id,
    policy_id, filing_id, total_fen, fund_fen, account_fen, cash_fen, explanation, lines, use_account,
    institution_id, direct, prescriptions
FROM settlement WHERE visit_id = ANY($1) ORDER BY visit_id, attempt DESC
"""
_ADD = f"""
INSERT INTO settlement ({", ".join(Settlement._fields)}) SELECT * FROM
unnest($1::text[], $2::int[], $3::text[], $4::date[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bytea[], $14::bytea[], $15::bool[],
    $16::text[], $17::bool[], $18::text[])
"""  # noqa: S608 (our own words)
# From the newest of each year account back: a settlement names the visit that was the newest before it.
_IN_FORCE = """
WITH RECURSIVE held (visit_id) AS (
    SELECT newest_visit_id FROM year_account WHERE person_id = ANY($1) AND newest_visit_id IS NOT NULL
    UNION
    SELECT before.previous_visit_id FROM held CROSS JOIN LATERAL (
        SELECT s.previous_visit_id FROM settlement s WHERE s.visit_id = held.visit_id
        ORDER BY s.attempt DESC LIMIT 1
    ) AS before WHERE before.previous_visit_id IS NOT NULL
)
SELECT visit_id FROM held
"""


async def newest(tx: Tx, visits: Sequence[str]) -> dict[str, Settlement]:
    """The newest settlement of each visit; the visit's state tells whether it is in force."""
    return {row[0]: Settlement(*row) for row in await tx.fetch(_NEWEST, visits)}


async def visits_in_force(tx: Tx, persons: Sequence[str]) -> list[str]:
    """The ids of the persons' visits that have a settlement in force, stays and outpatient bills."""
    return [row[0] for row in await tx.fetch(_IN_FORCE, persons)]


async def save(tx: Tx, rows: Sequence[Settlement]) -> None:
    """Keeps settlements; a second one in force for a visit violates a constraint."""
    await tx.copy_records_to_table("settlement", records=rows, columns=Settlement._fields)


def writes(rows: Sequence[Settlement]) -> list[Write]:
    """The same, of few settlements."""
    return [Write(_ADD, tuple(map(list, zip(*rows, strict=True))), len(rows))]


async def save_reversals(tx: Tx, rows: Sequence[Reversal]) -> None:
    """Keeps reversals."""
    await tx.copy_records_to_table("reversal", records=rows, columns=Reversal._fields)


_IS_PART = (  # a later part, or one that no discharge has ended
    "(v.kind = 'inpatient' AND (v.parts > 0"
    " OR (v.discharged_on IS NOT NULL AND v.discharge_id IS NULL AND NOT v.manual)))"
)


async def month_figures(tx: Tx) -> list[asyncpg.Record]:
    """Counts settlements by day and kind of visit, and sums what was paid, in fen.

    Apart are those taken back, and parts of stays that were settled in between (中途结算).
    """
    return await tx.fetch(
        "SELECT s.settled_on, v.kind, r.reversal_id IS NOT NULL AS taken_back,"  # noqa: S608 (our own words)
        " count(*) AS settlements,"
        " sum(s.total_fen)::bigint AS total_fen, sum(s.fund_fen)::bigint AS fund_fen,"
        " sum(s.account_fen)::bigint AS account_fen, sum(s.cash_fen)::bigint AS cash_fen,"
        f" {_IS_PART} AS in_parts"
        " FROM settlement s LEFT JOIN reversal r USING (visit_id, attempt) JOIN visit v USING (visit_id)"
        " GROUP BY 1, 2, 3, in_parts ORDER BY 1, 2, 3, in_parts"
    )


async def count_visits(tx: Tx) -> int:
    """How many visits there are, cancelled ones and parts of stays (中途结算) left out."""
    counted = f"SELECT count(*) FROM visit v WHERE state <> 'cancelled' AND NOT {_IS_PART}"  # noqa: S608 (our own words)
    count: int = await tx.fetchval(counted)
    return count
