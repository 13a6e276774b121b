"""Reads what the radar and the yearly measurement work with. Reads only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.clearing.parameters import BURN_DAYS
from services.clearing.prefund.radar import Radar
from shared.bus.service import Tx
from shared.messages.clearing.prefunds import Level, ResidentsBasis
from shared.money import round_fen

_DUE = "pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen"
_RADAR = f"""
SELECT a.agreement_id, a.quota_fen, coalesce(b.balance_fen, 0)::bigint, coalesce(b.accrued_fen, 0)::bigint,
    coalesce(l.burn_fen, 0)::bigint, coalesce(w.level, 'none') AS level
FROM (
    SELECT k.agreement_id, coalesce((SELECT quota_fen FROM quota q
            WHERE q.agreement_id = k.agreement_id AND q.from_on <= $1
            ORDER BY q.from_on DESC, q.number DESC LIMIT 1),
        (k.agreement ->> 'prefund_quota_fen')::bigint) AS quota_fen
    FROM known_agreement k WHERE k.funding_mode IN ('AGENCY_PREFUND', 'RESERVE_FUND')
) AS a
LEFT JOIN LATERAL (
    SELECT sum({_DUE}) FILTER (WHERE account IN ('prefund', 'reserve')) AS balance_fen,
        -sum({_DUE}) FILTER (WHERE account = 'institution_payable') AS accrued_fen
    FROM balance WHERE agreement_id = a.agreement_id
) AS b ON true
LEFT JOIN LATERAL (
    SELECT sum(due_fen) AS burn_fen FROM due_of_day
    WHERE agreement_id = a.agreement_id AND business_on > $2 AND business_on <= $1
) AS l ON true
LEFT JOIN LATERAL (
    SELECT level FROM prefund_level WHERE agreement_id = a.agreement_id ORDER BY number DESC LIMIT 1
) AS w ON true
WHERE a.quota_fen > 0 AND a.agreement_id > $3 ORDER BY a.agreement_id LIMIT $4
"""  # noqa: S608 (our own words)
_YEARLY = """
SELECT k.agreement_id, k.funding_mode FROM known_agreement k JOIN book b USING (agreement_id)
WHERE k.funding_mode IN ('AGENCY_PREFUND', 'RESERVE_FUND') AND b.sorted_through >= $1 AND k.agreement_id > $2
    AND NOT EXISTS (SELECT FROM quota_measure m
        WHERE m.agreement_id = k.agreement_id AND m.officer IS NULL AND m.measured_on >= $3)
ORDER BY k.agreement_id LIMIT $4
"""
# The schemes are named so that the index of a statement's lines finds those of the year.
_RESIDENTS = """
SELECT m.agreement_id, m.persons, m.ratio_bp, c.total_fen, c.stays
FROM (
    SELECT DISTINCT ON (agreement_id) agreement_id, persons, ratio_bp FROM quota_measure
    WHERE agreement_id = ANY($1) AND persons IS NOT NULL ORDER BY agreement_id, number DESC
) AS m, LATERAL (
    SELECT sum(total_fen)::bigint AS total_fen, count(*) AS stays FROM line
    WHERE agreement_id = m.agreement_id AND scheme IN ('310', '380', '390') AND month >= $2
        AND to_char(business_on, 'YYYY') = $3 AND why = 'settled' AND visit_kind = 'inpatient'
) AS c WHERE c.stays > 0
"""


class Seen(NamedTuple):
    """What the radar shows of an agreement (预付金走势), and the level that was told last."""

    agreement_id: str
    radar: Radar
    level: Level


async def read_radar(tx: Tx, day: date, after: str, limit: int) -> list[Seen]:
    """The radar on a day of the agreements under which money lies ahead, in order, after the one given."""
    since = day - timedelta(days=BURN_DAYS.value)
    rows = await tx.fetch(_RADAR, day, since, after, limit)
    return [Seen(row[0], Radar(*list(row)[1:5]), row[5]) for row in rows]


async def find_yearly(tx: Tx, day: date, last_month: str, after: str, limit: int) -> list[tuple[str, str]]:
    """Agreements whose quota was not measured by itself this year and whose last quarter is sorted.

    As (agreement, funding mode).
    """
    rows = await tx.fetch(_YEARLY, last_month, after, date(day.year, 1, 1), limit)
    return [(row[0], row[1]) for row in rows]


async def read_residents(tx: Tx, agreement_ids: Sequence[str], year: int) -> dict[str, ResidentsBasis]:
    """The inputs of reserves: persons and ratio as last measured, the mean cost of the year's stays, fen."""
    rows = await tx.fetch(_RESIDENTS, agreement_ids, f"{year:04}-01", f"{year:04}")
    return {
        row["agreement_id"]: ResidentsBasis(
            persons=row["persons"],
            mean_cost_fen=round_fen(row["total_fen"], row["stays"]),
            ratio_bp=row["ratio_bp"],
        )
        for row in rows
    }
