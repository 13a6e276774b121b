"""Discharges (出院登记), their undoing (取消出院), and the case page that falls due with them. Pure."""

from datetime import date

from services.settlement.model.case_page import WORKING_DAYS, CasePage, CasePageDue
from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.visit import Action, Visit
from services.settlement.reimbursements.self_paid import await_bill
from services.settlement.settlements.stay import held_days, held_for, totals
from services.settlement.visits.checks import day_of, find_own, find_visit, not_now, not_yours, refused
from shared.bus.message import NOTHING, Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Admitted, Discharged, PageReceived
from shared.messages.settlement.corrections import CancelDischarge, CasePageCorrected, DischargeCancelled
from shared.messages.settlement.visits import (
    CasePageOverdue,
    CasePageReceived,
    DischargePatient,
    PatientDischarged,
    SubmitCasePage,
)


def discharge(known: Known, message: Message, body: DischargePatient) -> Decision:
    """Ends a stay; the case page is due 5 working days later (000 三(一)4)."""
    action: Action = "discharge" if body.paid == "direct" else "leave_self_paid"
    visit = find_own(known, message, body, action)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
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
        state=visit.after(action), discharged_on=body.discharged_on, discharge_id=message.derive("request")
    )
    page = _await_page(known, message, left, due_on)
    rows = [left, page, _await_bill(known, message, left)] if body.paid == "self" else [left, page]
    answer = Discharged(visit_id=visit.visit_id, case_page_due_on=due_on)
    return Decision(facts=[fact], rows=rows, answer=accept(answer))


def _await_page(known: Known, message: Message, left: Visit, due_on: date) -> CasePage:
    """The case page due for this discharge, in place of that of an earlier discharge that was cancelled."""
    page = CasePage(left.visit_id, left.person_id, left.institution_id, message.partition, due_on)
    held = known.pages.get(left.visit_id)
    return page._replace(stored=held.stored) if held else page


def _await_bill(known: Known, message: Message, left: Visit) -> ReimbursementCase:
    """The case of this discharge; a case that exists gets the new due day and keeps its count of bills."""
    case, held = await_bill(message, left), known.manual.cases.get(left.visit_id)
    return held._replace(partition=case.partition, due_on=case.due_on, overdue=False) if held else case


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
    used = filing_used(visit, known.filings.get(visit.person_id, ()), day_of(message))
    answer = Admitted(visit_id=visit.visit_id, filing=used.kind, filing_id=used.filing_id)
    return Decision(facts=undone.facts, rows=undone.rows, answer=accept(answer))


def undo_discharge(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Takes a discharge back by its request's id; None where that request ended no stay."""
    ended = derive(message.source, body.original_id, "request")
    visit = next((visit for visit in known.visits.values() if visit.discharge_id == ended), None)
    return _readmit(known, message, visit) if visit else None


def _readmit(known: Known, message: Message, visit: Visit) -> Decision | Answer:
    if in_the_way := _built_on(known, visit):
        return refuse("NOT_CANCELLABLE", f"{visit.visit_id} {in_the_way}")
    assert visit.discharged_on
    fact = DischargeCancelled(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        discharged_on=visit.discharged_on,
        cancelled_on=day_of(message),
    )
    back = visit._replace(state=visit.after("cancel_discharge"), discharged_on=None, discharge_id=None)
    return Decision(facts=[fact], rows=[back])


def _built_on(known: Known, visit: Visit) -> str | None:
    """What was built on a discharge: a settlement or claim, a self-paid bill, or a stay that continues it.

    None if nothing was. For a visit that was not discharged: its state.
    """
    if visit.state == "settled":
        return visit.settlement_id
    if visit.manual:
        return known.manual.cases[visit.visit_id].invoice_id or visit.state
    stays = (known.visits[visit_id] for visit_id in known.stays.get(visit.person_id, ()))
    following = (one for one in stays if visit.visit_id in one.chain and one.state != "cancelled")
    next_visit_id = next((one.visit_id for one in following), None)
    return next_visit_id or (None if visit.allows("cancel_discharge") else visit.state)


def receive_page(known: Known, message: Message, body: SubmitCasePage) -> Decision:
    """Takes a stay's case page or its correction; whether it is late goes by the day of its own stream."""
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if refusal := not_now(visit, "page"):
        return Decision(answer=refusal)
    page = known.pages.get(body.visit_id)
    if page is None:  # a stay discharged by its self-paid bill
        return refused("VISIT_STATE", visit.state)
    if page.page_id != body.corrects_page_id:
        taken = page.page_id
        return refused("CASE_PAGE_TAKEN", taken) if taken else refused("INVALID_FIELD", "corrects_page_id")
    if (body.admitted_on, body.discharged_on) != (visit.service_on, visit.discharged_on):
        return refused("DATE_NOT_POSSIBLE", f"{visit.service_on} {visit.discharged_on}")
    if refusal := _other_total(known, visit, body):
        return Decision(answer=refusal)
    return _corrected(message, body, page) if page.page_id else _received(message, body, page)


def _other_total(known: Known, visit: Visit, body: SubmitCasePage) -> Answer | None:
    """Refuses a case page with another total than that of the stay's uploads, or of its self-paid bill."""
    if visit.state == "self_paid":
        return None
    bill = known.manual.bills.get(visit.visit_id) if visit.manual else None
    uploads = [] if bill else held_for(visit, known.uploads.get(visit.visit_id, ()))
    held_fen = (bill.total_fen,) if bill else totals(uploads)
    if body.total_fen in held_fen:
        return None
    return refuse("CONTROL_TOTAL", f"total_fen {held_fen[0]}", held_days(uploads))


def _corrected(message: Message, body: SubmitCasePage, page: CasePage) -> Decision:
    """Replaces the case page; whether the stay's page was late was decided by the first one."""
    assert page.page_id
    assert page.received_on
    fact = CasePageCorrected(
        visit_id=page.visit_id,
        person_id=page.person_id,
        institution_id=page.institution_id,
        page_id=body.page_id,
        corrects_page_id=page.page_id,
        corrected_on=day_of(message),
    )
    late = page.received_on > page.due_on
    answer = PageReceived(visit_id=page.visit_id, late=late, due_on=page.due_on)
    return Decision(facts=[fact], rows=[page._replace(page_id=body.page_id)], answer=accept(answer))


def _received(message: Message, body: SubmitCasePage, page: CasePage) -> Decision:
    """Keeps the first page; a late one is first reported as overdue, if the daily job has not done so."""
    day = day_of(message)
    late = day > page.due_on
    fact = CasePageReceived(
        visit_id=page.visit_id,
        person_id=page.person_id,
        institution_id=page.institution_id,
        page_id=body.page_id,
        received_on=day,
        due_on=page.due_on,
        late=late,
    )
    overdue = [_overdue(page)] if late and not page.overdue else []
    row = page._replace(page_id=body.page_id, received_on=day, overdue=late)
    answer = PageReceived(visit_id=page.visit_id, late=late, due_on=page.due_on)
    return Decision(facts=[*overdue, fact], rows=[row], answer=accept(answer))


def miss_page(known: Known, message: Message, body: CasePageDue) -> Decision:
    """Reports, once, that a case page is overdue."""
    page = known.pages[body.visit_id]
    if page.page_id is not None or page.overdue:
        return NOTHING
    return Decision(facts=[_overdue(page)], rows=[page._replace(overdue=True)])


def _overdue(page: CasePage) -> CasePageOverdue:
    return CasePageOverdue(
        visit_id=page.visit_id,
        person_id=page.person_id,
        institution_id=page.institution_id,
        due_on=page.due_on,
    )
