"""The visit behind a self-paid bill (自费就诊): registered before, or opened by it. Pure."""

from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import (
    day_of,
    find_coverage,
    find_visit,
    is_agency,
    not_now,
    open_visit,
)
from services.settlement.visits.trauma import injury_of
from shared.bus.message import Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.reimbursement import UploadSelfPaid


def turned(known: Known, message: Message, body: UploadSelfPaid) -> Visit | Answer:
    """The visit of a self-paid bill, to be settled by a claim from now on, and no more directly.

    The bill comes from the visit's institution, or from the agency of the insured area, which has the paper.
    """
    if refusal := _impossible(known, message, body):
        return refusal
    found = find_visit(known, body) if body.visit_id in known.visits else _opened(known, body)
    if not isinstance(found, Visit):
        return found
    own = known.institutions[body.institution_id].node_id == message.source
    if not (own or is_agency(known, message.source, found.insured_area)):
        return refuse("INSTITUTION_NOT_YOURS", body.institution_id)
    visit = found._replace(
        manual=True,
        turned_from=found.turned_from if found.manual else found.state,
        injury=injury_of(body) or found.injury,
        liability_statement_id=body.liability_statement_id or found.liability_statement_id,
    )
    return not_now(visit, "upload_self_paid") or _with_discharge(visit, body)


def _impossible(known: Known, message: Message, body: UploadSelfPaid) -> Answer | None:
    if body.institution_id not in known.institutions:
        return refuse("UNKNOWN_INSTITUTION", body.institution_id)
    if body.kind == "outpatient_chronic" and body.disease is None:
        return refuse("INVALID_BILL", "disease")
    if (body.kind == "inpatient") != (body.discharged_on is not None):
        return refuse("DATE_NOT_POSSIBLE", f"discharged_on {body.discharged_on}")
    if not body.service_on <= (body.discharged_on or body.service_on) <= day_of(message):
        return refuse("DATE_NOT_POSSIBLE", f"{body.service_on} {body.discharged_on}")
    return None


def _opened(known: Known, body: UploadSelfPaid) -> Visit | Answer:
    coverage = find_coverage(known, body.person_id, body.service_on)
    if not isinstance(coverage, Coverage):
        return coverage
    visit = open_visit(known, body, coverage, body.kind, body.service_on)
    return visit._replace(emergency=body.emergency)


def _with_discharge(visit: Visit, body: UploadSelfPaid) -> Visit | Answer:
    """Refuses a bill whose kind or days are not the visit's; an open stay is discharged by its bill."""
    told = body.kind, body.service_on, body.discharged_on
    if told != (visit.kind, visit.service_on, visit.discharged_on or body.discharged_on):
        return refuse("DATE_NOT_POSSIBLE", f"{visit.kind} {visit.service_on} {visit.discharged_on}")
    return visit._replace(state=visit.after("upload_self_paid"), discharged_on=body.discharged_on)
