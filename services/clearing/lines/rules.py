"""Makes lines of a settlement and of its reversal: equal amounts, once above zero and once below."""

from datetime import date

from services.clearing.model.line import Candidate, reversal_line_id
from shared.areas import is_at_home
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed, SettlementSubject


def settled_line(body: SettlementCompleted) -> Candidate:
    """The line of a settlement, in the month of its settlement day."""
    paid = body.payments
    return Candidate(
        body.settlement_id,
        body.settlement_id,
        body.visit_id,
        body.person_id,
        body.institution_id,
        body.kind,
        body.insured_area,
        body.treatment_area,
        body.scheme,
        body.service_on,
        body.settled_on,
        paid.total_fen,
        paid.pool_fen,
        paid.large_amount_fen,
        paid.serious_illness_fen,
        paid.assistance_fen,
    )


def reversed_line(body: SettlementReversed, service_on: date) -> Candidate:
    """The negative line of a reversal, in the month of the reversal; it uses its settlement's agreement."""
    paid = body.payments
    return Candidate(
        reversal_line_id(body.settlement_id),
        body.settlement_id,
        body.visit_id,
        body.person_id,
        body.institution_id,
        body.kind,
        body.insured_area,
        body.treatment_area,
        body.scheme,
        service_on,
        body.reversed_on,
        -paid.total_fen,
        -paid.pool_fen,
        -paid.large_amount_fen,
        -paid.serious_illness_fen,
        -paid.assistance_fen,
    )


def was_at_home(body: SettlementSubject) -> bool:
    """Whether the care was in the patient's own pooling area (参保地内就医), as the settlement's fact says.

    Such a settlement needs no agreement (001 (十一)): its own area pays the institution, and nothing is
    cleared between centers.
    """
    return is_at_home(body.pooling_area or body.insured_area, body.treatment_area)
