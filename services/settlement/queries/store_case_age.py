"""How long cases of manual reimbursement wait (办理时长, 004-4 三), by insured area and stage. Reads only."""

from datetime import date
from typing import Literal, NamedTuple

from shared.bus.database import connect_pool
from shared.bus.service import Tx

Stage = Literal["bill", "claim", "payment", "paid"]
STAGES: dict[Stage, tuple[str, str]] = {
    "bill": ("待上传自费账单", "waits for its bill"),
    "claim": ("待申请", "waits to be claimed"),
    "payment": ("待拨付", "waits to be paid"),
    "paid": ("已拨付（申请至到账）", "paid, from the claim on"),
}
"""What a case waits for, in the order of its life; of one that is paid it is told how long that took."""
_AGES = """
WITH held AS (
    SELECT v.insured_area, 'bill' AS stage, $1 - coalesce(v.discharged_on, v.service_on) AS days
    FROM reimbursement_case c JOIN visit v USING (visit_id)
    WHERE v.state = 'self_paid' AND c.invoice_id IS NULL
    UNION ALL
    SELECT v.insured_area, 'claim', $1 - b.heard_on
    FROM reimbursement_case c JOIN visit v USING (visit_id) JOIN LATERAL (
        SELECT heard_on FROM self_paid_bill WHERE visit_id = c.visit_id ORDER BY number DESC LIMIT 1
    ) AS b ON true
    WHERE v.state = 'uploaded'
    UNION ALL
    SELECT v.insured_area, CASE WHEN p.paid_on IS NULL THEN 'payment' ELSE 'paid' END,
        coalesce(p.paid_on, $1) - c.claimed_on
    FROM reimbursement_case c JOIN visit v USING (visit_id) JOIN LATERAL (
        SELECT order_id FROM payment_order WHERE visit_id = c.visit_id ORDER BY number DESC LIMIT 1
    ) AS o ON true LEFT JOIN order_paid p ON p.order_id = o.order_id
    WHERE v.state = 'settled' AND v.manual
)
SELECT insured_area, stage, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY days), max(days)
FROM held GROUP BY 1, 2
"""
_DAY = "SELECT max(day) FROM stream"


class CaseAge(NamedTuple):
    """The cases of an area in one stage: how many, and the days of half, of 95 of 100, of the oldest."""

    insured_area: str
    stage: Stage
    cases: int
    median_days: int
    p95_days: int
    oldest_days: int


async def read_ages(dsn: str, day: date | None = None) -> list[CaseAge]:
    """The ages as of a day, else of the last that a stream has reached; by area, in the order of stages."""
    pool = await connect_pool(dsn, "settlement", size=1)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            return await _read(tx, day or await tx.fetchval(_DAY))
    finally:
        await pool.close()


async def _read(tx: Tx, day: date | None) -> list[CaseAge]:
    order = list(STAGES)
    found = [CaseAge(*row) for row in await tx.fetch(_AGES, day)] if day else []
    return sorted(found, key=lambda one: (one.insured_area, order.index(one.stage)))
