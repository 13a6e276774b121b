"""Changes of admissions (入院信息变更) and their undoing, while nothing depends on it. Pure."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.settlement.costs.terms import catalogue_area
from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import Visit
from services.settlement.overlaps.rules import not_beside
from services.settlement.settlements.stay import held_days, held_for
from services.settlement.visits.admission import cannot_continue, chain_of, following
from services.settlement.visits.checks import (
    day_of,
    ended_long_ago,
    find_coverage,
    find_own,
    not_on,
    not_open,
    open_visit,
)
from services.settlement.visits.trauma import injury_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Admitted
from shared.messages.settlement.admissions import AdmissionChanged, ChangeAdmission

MOST_UNDONE = 20
"""The most changes of one admission that can be undone, so that its row stays small."""
_OF_ITS_DAY = ("service_on", "insured_area", "scheme", "hospital_tier", "pooling_area", "treatment_pool")
_TOLD = (*_OF_ITS_DAY, "emergency", "chain", "injury", "liability_statement_id")


def change_admission(known: Known, message: Message, body: ChangeAdmission) -> Decision:
    """Makes an admission what it is told to have been; the answer is an admission's."""
    before = find_own(known, message, body, "change_admission")
    if not isinstance(before, Visit):
        return Decision(answer=before)
    after = _changed(known, message, before, body)
    if not isinstance(after, Visit):
        return Decision(answer=after)
    if refusal := not_beside(known, body, after.chain) or in_the_way(known, before, after):
        return Decision(answer=refusal)
    kept = _pack(before, message.derive("request"))
    row = after._replace(changes=(*before.changes, kept)[-MOST_UNDONE:])
    fact = _fact(message, row).model_copy(update={"ward": body.ward, "diagnoses": body.diagnoses})
    used = filing_used(known.registers.pools, row, known.filings.get(row.person_id, ()), day_of(message))
    answer = Admitted(visit_id=row.visit_id, filing=used.kind, filing_id=used.filing_id)
    return Decision(facts=[fact], rows=[row], answer=accept(answer))


def _changed(known: Known, message: Message, before: Visit, body: ChangeAdmission) -> Visit | Answer:
    """The visit as it is told now; its coverage and tier are found anew only where its day is another."""
    opened = before if body.admitted_on == before.service_on else _opened(known, message, before, body)
    if not isinstance(opened, Visit):
        return opened
    return cannot_continue(known, body) or opened._replace(
        emergency=body.emergency,
        chain=chain_of(known, body),
        injury=injury_of(body),
        liability_statement_id=body.liability_statement_id,
    )


def _opened(known: Known, message: Message, before: Visit, body: ChangeAdmission) -> Visit | Answer:
    """The visit as if it had been opened on the day told now."""
    day = body.admitted_on
    coverage = find_coverage(known, body.person_id, day)
    if not isinstance(coverage, Coverage):
        return coverage
    refusal = (
        not_on(message, "admitted_on", day)
        or ended_long_ago(known, message, coverage)
        or not_open(known, body.institution_id, "inpatient", coverage, day)
    )
    anew = open_visit(known, body, coverage, "inpatient", day)
    return refusal or before._replace(**{name: getattr(anew, name) for name in _OF_ITS_DAY})


def in_the_way(known: Known, before: Visit, after: Visit) -> Answer | None:
    """Refuses what later facts contradict, and lists them: discharge, case page, uploads, a later stay."""
    day = after.service_on
    if before.discharged_on and before.discharged_on < day:
        return refuse("DATE_NOT_POSSIBLE", f"admitted_on {day}; discharged_on {before.discharged_on}")
    page = known.pages.get(before.visit_id)
    if page and page.page_id and day != before.service_on:
        return refuse("CASE_PAGE_TAKEN", page.page_id)
    if tuple(before.chain) != tuple(after.chain) and (later := next(following(known, before), None)):
        return refuse("VISIT_STATE", f"{later} continues {before.visit_id}")
    if before.parts or any(one.parts for one in _continuing(known, before)):
        return refuse("VISIT_STATE", f"settled in between: {before.visit_id}")
    held = held_for(before, known.uploads.get(before.visit_id, ()))
    outside = [one for one in held if one.cost_on < day]
    if held and catalogue_area(known, before) != catalogue_area(known, after):
        outside = held  # they were classified by another catalogue
    return refuse("COSTS_OUTSIDE_STAY", outside[0].upload_id, held_days(outside)) if outside else None


def _continuing(known: Known, visit: Visit) -> list[Visit]:
    return [known.visits[visit_id] for visit_id in following(known, visit)]


def undo_change(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Makes an admission what it was before its newest change; None where that request changed none."""
    asked = derive(message.source, body.original_id, "request")
    stays = (known.visits[visit_id] for visit_id in known.stays.get(body.subject_id, ()))
    before = next((stay for stay in stays if asked in _requests(stay.changes)), None)
    if before is None:
        return None
    newest = json.loads(before.changes[-1])
    if newest.pop("request") != asked or not before.allows("change_admission"):
        return refuse("NOT_CANCELLABLE", f"{before.visit_id} {before.state}")
    newest |= {"service_on": date.fromisoformat(newest["service_on"]), "chain": tuple(newest["chain"])}
    after = before._replace(**newest, changes=before.changes[:-1])
    if refusal := in_the_way(known, before, after):
        return refuse("NOT_CANCELLABLE", f"{before.visit_id} {refusal.where}", refusal.days)
    return Decision(facts=[_fact(message, after).model_copy(update={"undone": True})], rows=[after])


def _requests(changes: Iterable[str]) -> set[str]:
    return {json.loads(one)["request"] for one in changes}


def _pack(before: Visit, request_id: str) -> str:
    told: dict[str, Any] = {name: getattr(before, name) for name in _TOLD}
    return json.dumps(told | {"request": request_id, "service_on": before.service_on.isoformat()})


def _fact(message: Message, visit: Visit) -> AdmissionChanged:
    return AdmissionChanged(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        insured_area=visit.insured_area,
        treatment_area=visit.treatment_area,
        scheme=visit.scheme,
        admitted_on=visit.service_on,
        changed_on=day_of(message),
        emergency=visit.emergency,
        trauma=visit.injury is not None,
        continues_visit_id=visit.chain[-1] if visit.chain else None,
        scope=visit.scope,
    )
