"""Makes lines of a settlement and of its reversal: equal amounts, once above zero and once below."""

from typing import Any

from services.clearing.model.line import Line
from shared.areas import is_at_home
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed, SettlementSubject
from shared.month.funds import Funds
from shared.month.lines import reversal_id

UNHEARD = "unheard"
"""Why the reversal of a settlement that was not heard is held aside: alone it would take back nothing."""
RECOVERED = "recovered"
"""Why a reversal is held aside of whose settlement money was recovered: it would take that back once more.

What is left of the settlement is taken back by another recovery.
"""


def settled_line(body: SettlementCompleted) -> Line:
    """The line of a settlement, not yet placed."""
    return Line(
        line_id=body.settlement_id,
        why="settled",
        service_on=body.service_on,
        business_on=body.settled_on,
        total_fen=body.payments.total_fen,
        terms_on=body.terms_on,
        **_subject(body),
        **_funds(body, 1),
    )


def reversed_line(body: SettlementReversed) -> Line:
    """The line of a reversal, held aside while its settlement is not heard."""
    return Line(
        line_id=reversal_id(body.settlement_id),
        why="reversed",
        service_on=body.settled_on,
        business_on=body.reversed_on,
        total_fen=-body.payments.total_fen,
        aside=UNHEARD,
        **_subject(body),
        **_funds(body, -1),
    )


def was_at_home(body: SettlementSubject) -> bool:
    """Whether the care was in the patient's own pooling area (参保地内就医), as the settlement's fact says.

    Such a settlement needs no agreement (001 (十一)): its own area pays the institution, and nothing is
    cleared between centers.
    """
    return is_at_home(body.pooling_area or body.insured_area, body.treatment_area, body.treatment_pool)


def _subject(body: SettlementSubject) -> dict[str, Any]:
    return {
        "settlement_id": body.settlement_id,
        "visit_id": body.visit_id,
        "person_id": body.person_id,
        "institution_id": body.institution_id,
        "visit_kind": body.kind,
        "insured_area": body.insured_area,
        "treatment_area": body.treatment_area,
        "scheme": body.scheme,
    }


def _funds(body: SettlementSubject, sign: int) -> dict[str, Any]:
    return {name: sign * getattr(body.payments, name) for name in Funds._fields}
