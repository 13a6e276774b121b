"""Admissions (入院登记) and their undoing. Pure."""

from collections.abc import Iterator
from operator import attrgetter

from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import NEVER_SETTLED, Visit
from services.settlement.overlaps.rules import not_beside
from services.settlement.settlements.stay import held_days, held_for
from services.settlement.visits.checks import (
    day_of,
    ended_long_ago,
    find_coverage,
    not_on,
    not_open,
    not_yours,
    open_visit,
    refused,
)
from services.settlement.visits.credential import not_valid, verification
from services.settlement.visits.guide import guide_of
from services.settlement.visits.notices import tell_institution
from services.settlement.visits.trauma import injury_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.outcomes import Admitted
from shared.messages.settlement.admissions import ChangeAdmission
from shared.messages.settlement.guide import FilingMissing
from shared.messages.settlement.visits import AdmitPatient, VisitAdmitted, VisitCancelled


def admit(known: Known, message: Message, body: AdmitPatient) -> Decision:
    """Opens a stay for an insured person at an institution open for it, under an agreement if not at home.

    The answer has the filing as of now; the one that counts is chosen at the settlement (001 (八)(九)).
    """
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    if body.visit_id in known.visits:
        return refused("VISIT_ID_TAKEN", body.visit_id)
    coverage = find_coverage(known, body.person_id, body.admitted_on)
    if not isinstance(coverage, Coverage):
        return Decision(answer=coverage)
    refusal = (
        ended_long_ago(known, message, coverage)
        or not_on(message, "admitted_on", body.admitted_on)
        or not_open(known, body.institution_id, "inpatient", coverage, body.admitted_on)
        or not_valid(known, body, body.admitted_on)
        or cannot_continue(known, body)
        or not_beside(known, body, chain_of(known, body))
    )
    if refusal:
        return Decision(answer=refusal)
    return _admitted(known, message, body, coverage)


def cannot_continue(known: Known, body: AdmitPatient | ChangeAdmission) -> Answer | None:
    """Refuses to continue what is not a stay of the person, or a stay that never pays a deductible."""
    if body.continues_visit_id is None:
        return None
    before = _continued(known, body, body.continues_visit_id)
    is_own = before and before.is_stay and before.person_id == body.person_id
    if before is None or not is_own or body.visit_id in (before.visit_id, *before.chain):
        return refuse("UNKNOWN_VISIT", f"continues_visit_id {body.continues_visit_id}")
    if before.state in NEVER_SETTLED:
        return refuse("NOT_CONTINUABLE", f"{before.visit_id} {before.state}")
    return None


def chain_of(known: Known, body: AdmitPatient | ChangeAdmission) -> tuple[str, ...]:
    """The stays that a stay continues as it is told, oldest first."""
    if body.continues_visit_id is None:
        return ()
    before = _continued(known, body, body.continues_visit_id)
    return (*before.chain, before.visit_id) if before else ()


def _continued(known: Known, body: AdmitPatient | ChangeAdmission, visit_id: str) -> Visit | None:
    """The visit to be continued; of one settled in between (中途结算) the last part, whichever is named.

    All parts count then in what the stay before has paid, and none is left unsettled beside it. Left out is a
    part that nobody was there for: it was to begin after the new stay, and nothing was uploaded to it.
    """
    stays = (known.visits[stay_id] for stay_id in known.stays.get(body.person_id, ()))
    later = [stay for stay in stays if stay.is_part_after(visit_id)]
    last = max(later, key=attrgetter("parts")) if later else known.visits.get(visit_id)
    if last and last.parts and last.awaits_settlement and last.service_on > body.admitted_on:
        uploads = held_for(last, known.uploads.get(last.visit_id, ()))
        return last if uploads else known.visits.get(last.chain[-1])
    return last


def _admitted(known: Known, message: Message, body: AdmitPatient, coverage: Coverage) -> Decision:
    visit = open_visit(known, body, coverage, "inpatient", body.admitted_on)._replace(
        emergency=body.emergency,
        chain=chain_of(known, body),
        request_id=message.derive("request"),
        injury=injury_of(body),
        liability_statement_id=body.liability_statement_id,
        awaits_credential=body.credential is None,
    )
    fact = VisitAdmitted(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        insured_area=visit.insured_area,
        treatment_area=visit.treatment_area,
        scheme=visit.scheme,
        admitted_on=body.admitted_on,
        heard_on=day_of(message),
        trauma=visit.injury is not None,
        registered_at=message.time,
        scope=visit.scope,
    )
    used = filing_used(known.registers.pools, visit, known.filings.get(visit.person_id, ()), day_of(message))
    answer = Admitted(visit_id=visit.visit_id, filing=used.kind, filing_id=used.filing_id)
    missing = [_filing_missing(known, message, visit, coverage)] if used.kind == "none" else []
    return Decision(
        facts=[fact, *verification(message, body, body.admitted_on), *missing],
        rows=[visit._replace(state=visit.after("admit"))],
        answer=accept(answer),
        notices=tell_institution(known, *missing),
    )


def _filing_missing(known: Known, message: Message, visit: Visit, coverage: Coverage) -> FilingMissing:
    """Reminds the hospital to guide its patient to file while there is time (001 (十六))."""
    guide = guide_of(known.registers.pools, visit, coverage, known.filings.get(visit.person_id, ()))
    return FilingMissing(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        code=guide.code,
        other_filing_id=guide.filing_id,
        destination_area=guide.destination_area,
        kinds=guide.kinds,
        institutions=guide.institutions,
        told_on=day_of(message),
    )


def following(known: Known, visit: Visit) -> Iterator[str]:
    """The stays that continue a visit; all stays of its person are known."""
    stays = (known.visits[visit_id] for visit_id in known.stays.get(visit.person_id, ()))
    return (one.visit_id for one in stays if visit.visit_id in one.chain and one.state != "cancelled")


def cancel_admission(known: Known, visit: Visit) -> Decision | Answer:
    """Undoes an admission that nothing depends on; else the refusal lists the uploads, or names the stay."""
    uploads = held_for(visit, known.uploads.get(visit.visit_id, ()))
    if not visit.allows("cancel"):
        return refuse("NOT_CANCELLABLE", f"{visit.visit_id} {visit.state}", held_days(uploads))
    if in_the_way := next(following(known, visit), None) or (uploads and uploads[0].upload_id):
        return refuse("NOT_CANCELLABLE", f"{visit.visit_id} {in_the_way}", held_days(uploads))
    fact = VisitCancelled(
        visit_id=visit.visit_id, person_id=visit.person_id, institution_id=visit.institution_id
    )
    return Decision(facts=[fact], rows=[visit._replace(state=visit.after("cancel"))])
