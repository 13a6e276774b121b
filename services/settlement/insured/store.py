"""Reads a person's visits as one insured place may see them."""

from collections.abc import Sequence
from datetime import date

from services.settlement.model.settlement import LISTED
from shared.bus.service import Tx
from shared.messages.settlement.insured import InsuredVisit

# A center answers for its own area, a city's for its counties, a province's for all below it. Stays and
# bills are named apart, since each has an index of its own by person.
_VISITS = """
SELECT v.visit_id, v.institution_id, v.kind, v.state, v.insured_area, v.treatment_area, v.scheme,
    v.service_on, v.discharged_on, s.settlement_id, s.settled_on, coalesce(s.total_fen, 0) AS total_fen,
    coalesce(s.fund_fen, 0) AS fund_fen, coalesce(s.account_fen, 0) AS account_fen,
    coalesce(s.cash_fen, 0) AS cash_fen
FROM visit v LEFT JOIN settlement s ON s.visit_id = v.visit_id AND s.settlement_id = v.settlement_id
WHERE (v.person_id = $2 AND v.kind = 'inpatient' OR v.person_id = $2 AND v.kind <> 'inpatient')
    AND (v.service_on, v.visit_id) > ($3, $4) AND EXISTS (
    SELECT FROM known_center c WHERE c.node_id = $1 AND c.center_id IN
        (v.insured_area, left(v.insured_area, 4) || '00', left(v.insured_area, 2) || '0000')
)
ORDER BY v.service_on, v.visit_id LIMIT $5
"""


async def visits(
    tx: Tx, node_id: str, person_id: str, after_on: date, after_visit_id: str
) -> Sequence[InsuredVisit]:
    """A page of a person's visits under coverages of the node's areas, and one more if there is one."""
    rows = await tx.fetch(_VISITS, node_id, person_id, after_on, after_visit_id, LISTED + 1)
    return [InsuredVisit(**dict(row)) for row in rows]
