"""Reads what a center has to do. Reads only."""

from collections.abc import Sequence

from services.clearing.model.statement import Reminder
from services.clearing.queries.desk_report import DeskDispute, DeskInvestigation, DeskStatement, Share
from shared.bus.service import Tx
from shared.month.funds import Funds

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

_INVESTIGATIONS = f"""
SELECT i.investigation_id, i.line_id, i.settlement_id, i.institution_id, ({_DUE})::bigint AS due_fen,
    i.opened_by, i.reason, i.opened_on, coalesce(h.statement_id, '') AS statement_id,
    coalesce(a.findings, '') AS findings,
    coalesce((SELECT sum(fen) FROM unnest(a.undue) AS fen), 0)::bigint AS undue_fen,
    CASE WHEN a.findings IS NULL THEN coalesce(s.head->>'treatment_center', l.treatment_center)
        ELSE coalesce(s.head->>'insured_center', l.insured_center) END AS turn,
    coalesce(a.close_by, i.answer_by) AS due_on
FROM investigation i JOIN line l USING (line_id)
    LEFT JOIN statement s USING (agreement_id, scheme, month)
    LEFT JOIN investigation_hold h USING (investigation_id)
    LEFT JOIN LATERAL (SELECT * FROM investigation_answer a WHERE a.investigation_id = i.investigation_id
        ORDER BY number DESC LIMIT 1) AS a ON true
WHERE i.is_open AND $1 IN (coalesce(s.head->>'insured_center', l.insured_center),
    coalesce(s.head->>'treatment_center', l.treatment_center))
ORDER BY due_on, i.line_id
"""  # noqa: S608 (our own words)

_SUMS = ", ".join(f"sum(l.{fund})::bigint" for fund in Funds._fields)
_WORTH = " + ".join(f"l.{fund}" for fund in Funds._fields)
_SHARES = f"""
SELECT s.statement_id, s.agreement_id, s.scheme, s.month, p.state, l.insured_area, count(*), {_SUMS},
    sum({_WORTH})::bigint, coalesce(sum({_WORTH}) FILTER (WHERE d.line_id IS NOT NULL), 0)::bigint
FROM statement s JOIN progress p USING (statement_id) JOIN line l USING (agreement_id, scheme, month)
    LEFT JOIN dispute d USING (statement_id, line_id)
WHERE s.head->>'insured_center' = $1
    AND CASE WHEN $2::text IS NULL THEN p.state <> 'PAID' ELSE s.month = $2 END
GROUP BY s.statement_id, p.state, l.insured_area ORDER BY s.month, s.agreement_id, s.scheme, l.insured_area
"""  # noqa: S608 (our own words)


async def read_statements(tx: Tx, center_id: str, month: str | None) -> list[DeskStatement]:
    """A center's statements of a month; without one those about which something is still to be done."""
    return [DeskStatement(*row) for row in await tx.fetch(_OF_CENTER, center_id, month)]


async def read_disputes(tx: Tx, statement_ids: Sequence[str]) -> list[DeskDispute]:
    """The disputed lines of statements."""
    return [DeskDispute(*row) for row in await tx.fetch(_DISPUTES, statement_ids)]


async def read_investigations(tx: Tx, center_id: str) -> list[DeskInvestigation]:
    """The open investigations of a center's lines."""
    return [DeskInvestigation(*row) for row in await tx.fetch(_INVESTIGATIONS, center_id)]


async def read_shares(tx: Tx, center_id: str, month: str | None) -> list[Share]:
    """What each pooling area bears of an insured center's statements."""
    return [Share(*row) for row in await tx.fetch(_SHARES, center_id, month)]


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
