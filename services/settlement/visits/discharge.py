"""Discharges (出院登记), their undoing (取消出院), and the case page that falls due with them. Pure."""

from datetime import date

from services.settlement.model.case_page import WORKING_DAYS, CasePage
from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.visit import Action, Visit
from services.settlement.reimbursements.self_paid import await_bill
from services.settlement.settlements.stay import held_days, held_for, missing_days
from services.settlement.visits.admission import following
from services.settlement.visits.checks import day_of, find_own, find_visit, not_yours, refused
from services.settlement.visits.credential import nothing_shown
from shared.bus.message import Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Admitted, Discharged
from shared.messages.settlement.corrections import CancelDischarge, DischargeCancelled
from shared.messages.settlement.visits import DischargePatient, PatientDischarged


def discharge(known: Known, message: Message, body: DischargePatient) -> Decision:
    """Ends a stay; the case page is due 5 working days later (000 三(一)4)."""
    action: Action = "discharge" if body.paid == "direct" else "leave_self_paid"
    visit = find_own(known, message, body, action)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if refusal := nothing_shown(visit, action):
        return Decision(answer=refusal)
    if not visit.service_on <= body.discharged_on <= day_of(message):
        return refused("DATE_NOT_POSSIBLE", f"discharged_on {body.discharged_on}")
    held = held_for(visit, known.uploads.get(visit.visit_id, ()))
    if late := next((one for one in held if one.cost_on > body.discharged_on), None):
        return refused("COSTS_OUTSIDE_STAY", late.upload_id, held_days([late]))
    due_on = add_working_days(body.discharged_on, WORKING_DAYS)
    fact = PatientDischarged(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        discharged_on=body.discharged_on,
        way=body.way,
        paid=body.paid,
        case_page_due_on=due_on,
    )
    left = visit._replace(
        state=visit.after(action),
        discharged_on=body.discharged_on,
        discharge_id=message.derive("request"),
        discharge_way=body.way,
    )
    page = _await_page(known, message, left, due_on)
    rows = [left, page, await_bill(known, message, left)] if body.paid == "self" else [left, page]
    missing = missing_days(visit, held, body.discharged_on) if body.paid == "direct" else ()
    answer = Discharged(visit_id=visit.visit_id, case_page_due_on=due_on, missing_days=missing)
    return Decision(facts=[fact], rows=rows, answer=accept(answer))


def _await_page(known: Known, message: Message, left: Visit, due_on: date) -> CasePage:
    """The case page due for this discharge, in place of that of an earlier discharge that was cancelled."""
    page = CasePage(left.visit_id, left.person_id, left.institution_id, message.partition, due_on)
    held = known.pages.get(left.visit_id)
    return page._replace(stored=held.stored) if held else page


def cancel_discharge(known: Known, message: Message, body: CancelDischarge) -> Decision:
    """Takes back a discharge that nothing was built on: the stay goes on; the answer is an admission's."""
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    undone = _readmit(known, message, visit)
    if isinstance(undone, Answer):
        return Decision(answer=undone)
    used = filing_used(known.registers.pools, visit, known.filings.get(visit.person_id, ()), day_of(message))
    answer = Admitted(visit_id=visit.visit_id, filing=used.kind, filing_id=used.filing_id)
    return Decision(facts=undone.facts, rows=undone.rows, answer=accept(answer))


def undo_discharge(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Takes a discharge back by its request's id; None where that request ended no stay."""
    ended = derive(message.source, body.original_id, "request")
    stays = (known.visits[visit_id] for visit_id in known.stays.get(body.subject_id, ()))
    visit = next((stay for stay in stays if stay.discharge_id == ended), None)
    return _readmit(known, message, visit) if visit else None


def _readmit(known: Known, message: Message, visit: Visit) -> Decision | Answer:
    if in_the_way := _built_on(known, visit):
        return refuse("NOT_CANCELLABLE", f"{visit.visit_id} {in_the_way}")
    assert visit.discharged_on
    page = known.pages[visit.visit_id]
    fact = DischargeCancelled(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        discharge_id=visit.discharge_id or "",
        discharged_on=visit.discharged_on,
        cancelled_on=day_of(message),
        case_page_due_on=None if page.page_id else page.due_on,
    )
    back = visit._replace(
        state=visit.after("cancel_discharge"), discharged_on=None, discharge_id=None, discharge_way=None
    )
    return Decision(facts=[fact], rows=[back, page._replace(due_on=None, page_id=None, received_on=None)])


def _built_on(known: Known, visit: Visit) -> str | None:
    """What was built on a discharge: a settlement or claim, a self-paid bill, or a stay that continues it.

    None if nothing was. For a visit that was not discharged: its state.
    """
    if visit.state == "settled":
        return visit.settlement_id
    if visit.manual:
        return known.manual.cases[visit.visit_id].invoice_id or visit.state
    next_visit_id = next(following(known, visit), None)
    return next_visit_id or (None if visit.allows("cancel_discharge") else visit.state)
