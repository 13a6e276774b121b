"""Case pages (住院病案首页) of stays: received, corrected, or missed once their day has passed. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.settlement.model.case_page import CasePage, CasePageDue
from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from services.settlement.pages.decide import next_version
from services.settlement.pages.rules import broken_rule
from services.settlement.settlements.stay import held_days, held_for, totals
from services.settlement.visits.checks import day_of, find_visit, not_now, not_yours, refused
from services.settlement.visits.notices import tell_institution
from shared.bus.message import NOTHING, Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.outcomes import PageReceived
from shared.messages.settlement.case_pages import (
    CasePageCorrected,
    CasePageOverdue,
    CasePageReceived,
    SubmitCasePage,
)


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
    if page is None or page.due_on is None:  # a stay discharged by its self-paid bill
        return refused("VISIT_STATE", visit.state)
    if page.page_id != body.corrects_page_id:
        taken = page.page_id
        return refused("CASE_PAGE_TAKEN", taken) if taken else refused("INVALID_FIELD", "corrects_page_id")
    if (body.admitted_on, body.discharged_on) != (visit.terms_on, visit.discharged_on):
        return refused("DATE_NOT_POSSIBLE", f"{visit.terms_on} {visit.discharged_on}")
    if refusal := _other_total(known, visit, body) or broken_rule(body, visit):
        return Decision(answer=refusal)
    version = next_version(known, message, body, visit)
    if isinstance(version, Answer):
        return Decision(answer=version)
    if page.page_id:
        done = _corrected(message, body, page, page.due_on)
    else:
        done = _received(message, body, page, page.due_on, visit.discharge_id or "")
    return replace(done, facts=[*done.facts, *_of_parts(visit, done.facts)], rows=[*done.rows, version])


def _of_parts(visit: Visit, facts: Iterable[Fact]) -> list[Fact]:
    """The page is also that of earlier parts of the stay (中途结算), whose months wait for it."""
    received = [fact for fact in facts if isinstance(fact, CasePageReceived)]
    of = {"part_of_visit_id": visit.visit_id}
    parts = visit.earlier_parts
    return [fact.model_copy(update={**of, "visit_id": part}) for fact in received for part in parts]


def _other_total(known: Known, visit: Visit, body: SubmitCasePage) -> Answer | None:
    """Refuses a case page with another total than that of the stay's uploads, or of its self-paid bill."""
    if visit.state == "self_paid":
        return None
    bill = known.manual.bills.get(visit.visit_id) if visit.manual else None
    parts = [] if bill else [*(known.visits[part] for part in visit.earlier_parts), visit]
    uploads = [one for part in parts for one in held_for(part, known.uploads.get(part.visit_id, ()))]
    held_fen = (bill.total_fen,) if bill else totals(uploads)
    if body.total_fen in held_fen:
        return None
    return refuse("CONTROL_TOTAL", f"total_fen {held_fen[0]}", held_days(uploads))


def _corrected(message: Message, body: SubmitCasePage, page: CasePage, due_on: date) -> Decision:
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
        drg=body.drg,
    )
    late = page.received_on > due_on
    answer = PageReceived(visit_id=page.visit_id, late=late, due_on=due_on)
    return Decision(facts=[fact], rows=[page._replace(page_id=body.page_id)], answer=accept(answer))


def _received(
    message: Message, body: SubmitCasePage, page: CasePage, due_on: date, discharge_id: str
) -> Decision:
    """Keeps the first page; a late one is first reported as overdue, if the daily job has not done so."""
    day = day_of(message)
    late = day > due_on
    fact = CasePageReceived(
        visit_id=page.visit_id,
        person_id=page.person_id,
        institution_id=page.institution_id,
        page_id=body.page_id,
        received_on=day,
        due_on=due_on,
        late=late,
        discharge_id=discharge_id,
        drg=body.drg,
    )
    overdue = [_overdue(page, due_on)] if late and not page.overdue else []
    row = page._replace(page_id=body.page_id, received_on=day, overdue=late)
    answer = PageReceived(visit_id=page.visit_id, late=late, due_on=due_on)
    return Decision(facts=[*overdue, fact], rows=[row], answer=accept(answer))


def miss_page(known: Known, message: Message, body: CasePageDue) -> Decision:
    """Reports, once, that a case page is overdue; its discharge may have been cancelled or replaced since."""
    page = known.pages[body.visit_id]
    due_on = page.due_on
    if page.page_id is not None or page.overdue or due_on is None or due_on >= day_of(message):
        return NOTHING
    fact = _overdue(page, due_on)
    return Decision([fact], [page._replace(overdue=True)], notices=tell_institution(known, fact))


def _overdue(page: CasePage, due_on: date) -> CasePageOverdue:
    return CasePageOverdue(
        visit_id=page.visit_id,
        person_id=page.person_id,
        institution_id=page.institution_id,
        due_on=due_on,
    )
