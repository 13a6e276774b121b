"""What was paid once is not paid again, directly or by hand (防止重复报销, 000 三(三)3). Pure."""

from services.settlement.model.known import Known
from services.settlement.model.manual import care_of
from services.settlement.model.visit import Visit
from services.settlement.rules.same_care import is_same_care
from shared.errors import refuse
from shared.messages.answer import Answer


def reimbursed_already(known: Known, visit: Visit, total_fen: int) -> Answer | None:
    """Refuses to settle directly what was reimbursed by hand, under whatever visit."""
    if not known.manual.care:
        return None
    care = care_of(visit, total_fen)
    same = next((one.visit_id for one in known.manual.care.values() if is_same_care(care, one)), None)
    return refuse("PAID_TWICE", same) if same else None


def settled_already(known: Known, visit: Visit, total_fen: int) -> Answer | None:
    """Refuses to reimburse what another visit was settled for.

    Two bills alike that both came by hand have two invoices, so are two; two stays are never in one night.
    """
    care = care_of(visit, total_fen)
    for other in known.visits.values():
        if other.state != "settled" or other.person_id != visit.person_id:
            continue
        settled = known.settlements[other.visit_id]
        if (other.is_stay or not other.manual) and is_same_care(care, care_of(other, settled.total_fen)):
            return refuse("PAID_TWICE", other.visit_id)
    return None
