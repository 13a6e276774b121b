"""Stores quotas, fundings and top-ups, each kind in a table of its own, in the order they came."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.clearing.model.due import TellPrefundOverdue
from services.clearing.prefund.model import (
    KINDS,
    Ahead,
    Approval,
    Funded,
    Funding,
    Measure,
    Quota,
    Reminded,
    TopUp,
    TopUpAnswer,
    Warned,
)
from services.clearing.prefund.rules import quarter_months
from shared.bus.service import Tx

_TABLES: dict[type, str] = {
    Quota: "quota",
    Measure: "quota_measure",
    Approval: "quota_approval",
    Funding: "funding",
    Funded: "funding_paid",
    TopUp: "top_up",
    TopUpAnswer: "top_up_answer",
    Reminded: "prefund_reminder",
    Warned: "prefund_level",
}
_PAYABLE = """
SELECT q.key,
    (coalesce(sum((s.sums ->> 'due_fen')::bigint), 0) - coalesce(sum(d.disputed_fen), 0))::bigint
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS q (key, agreement_id, first, last)
JOIN statement s ON s.agreement_id = q.agreement_id AND s.month BETWEEN q.first AND q.last
LEFT JOIN LATERAL (
    SELECT sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen)
        AS disputed_fen
    FROM dispute WHERE statement_id = s.statement_id
) AS d ON true GROUP BY q.key
"""
_OVERDUE = """
SELECT o.* FROM (
    SELECT t.agreement_id, t.top_up_id AS order_id, 'TOP_UP_ANSWER' AS unmet, t.answer_by AS due_on,
           t.amount_fen AS open_fen
    FROM top_up t WHERE NOT EXISTS (SELECT FROM top_up_answer a
        WHERE (a.agreement_id, a.top_up_id) = (t.agreement_id, t.top_up_id))
    UNION ALL
    SELECT f.agreement_id, f.funding_id, 'FUNDING', f.due_on, f.amount_fen
    FROM funding f WHERE NOT EXISTS (SELECT FROM funding_paid p
        WHERE (p.agreement_id, p.funding_id) = (f.agreement_id, f.funding_id))
) AS o LEFT JOIN prefund_reminder r USING (agreement_id, order_id, unmet)
WHERE r.order_id IS NULL AND o.due_on < $1 AND (o.agreement_id, o.order_id) > ($2, $3)
ORDER BY o.agreement_id, o.order_id LIMIT $4
"""


async def read_quotas(tx: Tx, agreement_ids: Sequence[str], into: Ahead) -> None:
    """Reads the quotas of agreements."""
    await _read(tx, Quota, agreement_ids, into)


async def read_ahead(tx: Tx, agreement_ids: Sequence[str], into: Ahead) -> None:
    """Reads all but the quotas of agreements; a few rows a year each."""
    for kind in KINDS:
        if kind is not Quota:
            await _read(tx, kind, agreement_ids, into)


async def _read(tx: Tx, kind: Any, agreement_ids: Sequence[str], into: Ahead) -> None:
    columns = ", ".join(kind._fields)
    query = f"SELECT {columns} FROM {_TABLES[kind]} WHERE agreement_id = ANY($1) ORDER BY number"  # noqa: S608 (our own words)
    for row in await tx.fetch(query, agreement_ids):
        into.keep(kind(*row))


async def add(tx: Tx, rows: Sequence[Any]) -> None:
    """Adds rows of one kind; what is kept once only violates its key the second time."""
    await tx.copy_records_to_table(_TABLES[type(rows[0])], records=rows, columns=rows[0]._fields)


async def read_payables(tx: Tx, keys: Sequence[str]) -> dict[str, int]:
    """What was payable of agreements in a quarter: due less disputed, fen, by the quarter's key."""
    firsts, ids = zip(*(key.split("/", 1) for key in keys), strict=True)
    lasts = [quarter_months(first)[-1] for first in firsts]
    rows = await tx.fetch(_PAYABLE, list(keys), list(ids), list(firsts), lasts)
    return {row[0]: row[1] for row in rows}


async def find_overdue(tx: Tx, day: date, after: tuple[str, str], limit: int) -> list[TellPrefundOverdue]:
    """Top-ups not answered and fundings not paid by their day, and not told yet, in order."""
    return [TellPrefundOverdue(**dict(row)) for row in await tx.fetch(_OVERDUE, day, *after, limit)]
