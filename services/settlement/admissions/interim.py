"""Settles long stays in between (中途结算): what was settled ends a visit, and the next one goes on. Pure."""

from dataclasses import replace
from datetime import timedelta

from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from services.settlement.reversals.reversal import take_back
from services.settlement.reversals.undo import built_upon
from services.settlement.settlements.paid_twice import complete_once
from services.settlement.settlements.stay import held_days, held_for, work_out_stay
from services.settlement.settlements.work_out import Worked
from services.settlement.visits.admission import following
from services.settlement.visits.checks import day_of, find_own, not_before, refused
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer
from shared.messages.body import CancelRequest
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.visits import VisitAdmitted, VisitCancelled


def settle_interim(known: Known, message: Message, body: SettleInterim) -> Decision:
    """Settles a stay up to a day, and opens the visit by which it goes on; the answer is a settlement's."""
    visit = find_own(known, message, body, "settle_interim")
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if refusal := not_before(known, visit):
        return Decision(answer=refusal)
    if later := next(following(known, visit), None):  # it was left, and ends by a discharge
        return refused("VISIT_STATE", f"{later} continues {visit.visit_id}")
    if body.next_visit_id in known.visits:
        return refused("VISIT_ID_TAKEN", body.next_visit_id)
    if not visit.service_on <= body.last_on <= day_of(message):
        return refused("DATE_NOT_POSSIBLE", f"last_on {body.last_on}; from {visit.service_on}")
    left = visit._replace(state=visit.after("settle_interim"), discharged_on=body.last_on)
    worked = work_out_stay(known, message, body, left, "settle")
    if not isinstance(worked, Worked):
        return Decision(answer=worked)
    if worked.split.total_fen == 0:
        return refused("INVALID_BILL", "total_fen 0")
    done = complete_once(known, message, worked)
    part = _next(message, worked.visit, body)
    return replace(done, facts=[*done.facts, _admitted(message, part)], rows=[*done.rows, part])


def _next(message: Message, visit: Visit, body: SettleInterim) -> Visit:
    """The visit by which the stay goes on, under the terms of its admission."""
    return visit._replace(
        visit_id=body.next_visit_id,
        service_on=body.last_on + timedelta(days=1),
        chain=(*visit.chain, visit.visit_id),
        request_id=message.derive("request"),
        state="admitted",
        discharged_on=None,
        attempt=0,
        attempts_apart=0,
        changes=(),
        begun_on=visit.terms_on,
        parts=visit.parts + 1,
        stored=None,
    )


def _admitted(message: Message, part: Visit) -> VisitAdmitted:
    """The fact of the next visit; the stay was registered at its admission, so that this comes never late."""
    return VisitAdmitted(
        visit_id=part.visit_id,
        person_id=part.person_id,
        institution_id=part.institution_id,
        insured_area=part.insured_area,
        treatment_area=part.treatment_area,
        scheme=part.scheme,
        admitted_on=part.service_on,
        heard_on=min(day_of(message), part.service_on),
        trauma=part.injury is not None,
        scope=part.scope,
        registered_at=message.time,
    )


def undo_interim(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Makes one visit of a stay again; None where that request settled none in between.

    Refused with what was built on it, so that several are undone in reverse order. A settlement that was
    taken back by itself is not taken back twice.
    """
    asked = derive(message.source, body.original_id, "request")
    stays = (known.visits[visit_id] for visit_id in known.stays.get(body.subject_id, ()))
    part = next((stay for stay in stays if stay.parts and stay.request_id == asked), None)
    if part is None:
        return None
    before = known.visits[part.chain[-1]]
    if refusal := _in_the_way(known, before, part):
        return refusal
    taken = Decision(rows=[before])
    if before.state == "settled":
        taken = take_back(known, message, before, message.derive("reversal"), body.reason)
    gone = VisitCancelled(
        visit_id=part.visit_id, person_id=part.person_id, institution_id=part.institution_id
    )
    rows = [_goes_on(row) if isinstance(row, Visit) else row for row in taken.rows]
    return Decision(facts=[*taken.facts, gone], rows=[*rows, part._replace(state=part.after("cancel"))])


def _in_the_way(known: Known, before: Visit, part: Visit) -> Answer | None:
    uploads = held_for(part, known.uploads.get(part.visit_id, ()))
    where = next(following(known, part), None) or (uploads[0].upload_id if uploads else None)
    if not part.allows("cancel"):
        where = part.state
    if before.state == "settled":
        where = where or built_upon(known, before)
    elif before.state != "reversed" or before.manual:
        where = where or before.state
    return refuse("NOT_CANCELLABLE", f"{part.visit_id} {where}", held_days(uploads)) if where else None


def _goes_on(visit: Visit) -> Visit:
    return visit._replace(state="admitted", discharged_on=None)
