"""Reads which lines of claims wait for a center. Reads only."""

from services.clearing.claims.store_reviewing import read_reviewing
from services.clearing.queries.claims_report import WaitingLine
from shared.bus.service import Tx
from shared.month.funds import Funds

_HEAD = WaitingLine._fields[:-2]  # all but the funds and the steps, which have columns and rows of their own
_FUNDS = ", ".join(f"l.{name}" for name in Funds._fields)
_WAITING = f"""
SELECT s.claim_id, c.institution_id, c.month, s.settlement_id, l.visit_kind, l.insured_area, l.service_on,
    l.business_on, l.total_fen, s.line_state, s.taken_on,
    ARRAY(SELECT DISTINCT doubt FROM doubt d WHERE d.settlement_id = s.settlement_id ORDER BY 1) AS doubts,
    {_FUNDS}
FROM reviewing s JOIN claim c USING (claim_id) JOIN line l ON l.line_id = s.settlement_id
WHERE s.waits_for = $1 AND NOT EXISTS (SELECT FROM reviewing n WHERE n.claim_id = s.claim_id
    AND n.settlement_id = s.settlement_id AND n.number > s.number)
ORDER BY s.claim_id, s.settlement_id
"""  # noqa: S608 (our own words)


async def read_waiting(tx: Tx, center_id: str) -> list[WaitingLine]:
    """The claimed lines whose review is a center's turn, or that it has asked about, with their steps."""
    rows = await tx.fetch(_WAITING, center_id)
    steps = await read_reviewing(tx, sorted({row["claim_id"] for row in rows}), ())
    return [
        WaitingLine(
            **{name: row[name] for name in _HEAD},
            funds=Funds(*(row[name] for name in Funds._fields)),
            steps=steps[row["claim_id"]][row["settlement_id"]],
        )
        for row in rows
    ]


async def read_claimant(tx: Tx, claim_id: str) -> str | None:
    """The institution that made a claim; None where there is no such claim."""
    found: str | None = await tx.fetchval("SELECT institution_id FROM claim WHERE claim_id = $1", claim_id)
    return found
