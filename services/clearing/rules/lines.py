"""What a settlement and its reversal are as lines: the same amounts, once above zero and once below."""

from services.clearing.model.line import Candidate, reversal_line_id
from shared.messages.settlement import SettlementCompleted, SettlementReversed


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
        body.settled_on,
        body.settled_on,
        paid.total_fen,
        paid.pool_fen,
        paid.large_amount_fen,
        paid.serious_illness_fen,
        paid.assistance_fen,
    )


def reversed_line(body: SettlementReversed) -> Candidate:
    """The negative line of a reversal, in the month of the reversal; it goes the way of its settlement."""
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
        body.settled_on,
        body.reversed_on,
        -paid.total_fen,
        -paid.pool_fen,
        -paid.large_amount_fen,
        -paid.serious_illness_fen,
        -paid.assistance_fen,
    )
