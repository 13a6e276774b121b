"""Reads what a center has to do. Reads only."""

from collections.abc import Sequence

from services.clearing.model.statement import Reminder
from services.clearing.queries.desk_report import DeskDispute, DeskStatement
from shared.bus.service import Tx

_DUE = "pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen"
STATEMENTS = f"""
SELECT s.statement_id, s.agreement_id, s.scheme, s.month, s.head->>'insured_center' AS insured_center,
    s.head->>'treatment_center' AS treatment_center, s.lines,
    coalesce(s.sums->>'due_fen', s.sums->>'fund_fen')::bigint AS due_fen,
    d.disputed_fen, p.state, p.since
FROM statement s JOIN progress p USING (statement_id), LATERAL (
    SELECT coalesce(sum({_DUE}), 0)::bigint AS disputed_fen FROM dispute WHERE statement_id = s.statement_id
) AS d
"""  # noqa: S608 (our own words)
"""All statements as a desk shows them; what follows says which."""
_OF_CENTER = f"""{STATEMENTS}
WHERE $1 IN (s.head->>'insured_center', s.head->>'treatment_center')
    AND CASE WHEN $2::text IS NULL THEN p.state NOT IN ('SORTED', 'PAID') OR EXISTS (
        SELECT FROM dispute d LEFT JOIN decision c USING (line_id)
        WHERE d.statement_id = s.statement_id AND c.line_id IS NULL) ELSE s.month = $2 END
ORDER BY s.month, s.agreement_id, s.scheme
"""
_DISPUTES = f"""
SELECT d.statement_id, d.line_id, d.center_id, d.reason, ({_DUE})::bigint AS due_fen, d.decide_by,
    coalesce(c.outcome, '') AS ruling
FROM dispute d LEFT JOIN decision c USING (line_id) WHERE d.statement_id = ANY($1) ORDER BY 1, 2
"""  # noqa: S608 (our own words)


async def read_statements(tx: Tx, center_id: str, month: str | None) -> list[DeskStatement]:
    """A center's statements of a month; without one those about which something is still to be done."""
    return [DeskStatement(*row) for row in await tx.fetch(_OF_CENTER, center_id, month)]


async def read_disputes(tx: Tx, statement_ids: Sequence[str]) -> list[DeskDispute]:
    """The disputed lines of statements."""
    return [DeskDispute(*row) for row in await tx.fetch(_DISPUTES, statement_ids)]


async def read_overdue(tx: Tx, statement_ids: Sequence[str]) -> list[Reminder]:
    """What was told to be overdue of statements."""
    rows = await tx.fetch(
        "SELECT * FROM reminder WHERE statement_id = ANY($1) ORDER BY 1, 2, 3, 4", statement_ids
    )
    return [Reminder(*row) for row in rows]


async def read_node(tx: Tx, center_id: str) -> str | None:
    """The node that connects a center; None where there is no such center."""
    node: str | None = await tx.fetchval("SELECT node_id FROM known_center WHERE center_id = $1", center_id)
    return node
