"""The checks that requests share: whose institution, which visit, and whether it may be done. Pure."""

from datetime import date, timedelta

from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import places
from services.settlement.model.registers.coverages import ended_on, normal_on
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import Action, Visit
from services.settlement.parameters import ENDED_COVERAGE_DAYS, LATE_DAYS
from shared.areas import is_at_home
from shared.benefit.bill import VisitKind
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.visits import DayControl, VisitRequest

SERVICE_OF = {
    "inpatient": "inpatient",
    "outpatient_general": "outpatient",
    "outpatient_chronic": "chronic",
    "pharmacy": "pharmacy",
}
"""The service an institution must have opened, by the kind of visit."""


def refused(code: str, where: str = "", days: tuple[DayControl, ...] = ()) -> Decision:
    """A "no" that changes nothing."""
    return Decision(answer=refuse(code, where, days))


def day_of(message: Message) -> date:
    """The business day that a rule goes by; whether one is open was checked before."""
    assert message.day is not None
    return message.day


def not_yours(known: Known, message: Message, institution_id: str) -> Answer | None:
    """Refuses an institution that is unknown, or not the sender's."""
    institution = known.institutions.get(institution_id)
    if institution is None:
        return refuse("UNKNOWN_INSTITUTION", institution_id)
    if institution.node_id != message.source:
        return refuse("INSTITUTION_NOT_YOURS", institution_id)
    return None


def is_agency(known: Known, source: str, insured_area: str) -> bool:
    """Whether a node is the agency (经办机构) of an insured area, or of the city or province it lies in."""
    return any(known.manual.centers.get(place) == source for place in places(insured_area))


def not_on(message: Message, name: str, day: date) -> Answer | None:
    """Refuses a day that has not come yet, or lies so far back that the desk no longer registers it."""
    today = day_of(message)
    if today - timedelta(days=LATE_DAYS.value) <= day <= today:
        return None
    return refuse("DATE_NOT_POSSIBLE", f"{name} {day}; {LATE_DAYS.value} days until {today}")


def find_visit(known: Known, body: VisitRequest) -> Visit | Answer:
    """The visit that a request names; one of another person or institution is refused as unknown."""
    visit = known.visits.get(body.visit_id)
    if visit is None:
        return refuse("UNKNOWN_VISIT", "visit_id")
    if visit.person_id != body.person_id:
        return refuse("UNKNOWN_VISIT", "person_id")
    return visit if visit.institution_id == body.institution_id else refuse("UNKNOWN_VISIT", "institution_id")


def not_now(visit: Visit, action: Action) -> Answer | None:
    """Refuses what the visit's state does not allow."""
    if visit.allows(action):
        return None
    settled = visit.state == "settled" and action != "page"
    return refuse("VISIT_SETTLED" if settled else "VISIT_STATE", visit.state)


def find_own(known: Known, message: Message, body: VisitRequest, action: Action) -> Visit | Answer:
    """The visit, if the institution is the sender's and the states of visit and chain allow the action."""
    if refusal := not_yours(known, message, body.institution_id):
        return refusal
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return visit
    if refusal := not_now(visit, action):
        return refusal
    return (not_before(known, visit) if action == "settle" else None) or visit


def open_visit(known: Known, body: VisitRequest, coverage: Coverage, kind: VisitKind, on: date) -> Visit:
    """A new visit under a coverage; what is special (emergency, chain, trauma) is added by the caller."""
    institution = known.institutions[body.institution_id]
    return Visit(
        visit_id=body.visit_id,
        person_id=body.person_id,
        institution_id=body.institution_id,
        kind=kind,
        insured_area=coverage.insured_area,
        treatment_area=institution.area,
        scheme=coverage.scheme,
        hospital_tier=(institution.on(on) or institution).tier,
        service_on=on,
        pooling_area=pooling_area(known, coverage, on),
        treatment_pool=known.registers.pools.pool_of(institution.area, coverage.scheme, on) or "",
        emergency=False,
        chain=(),
        request_id="",
    )


def pooling_area(known: Known, coverage: Coverage, day: date) -> str:
    """Where a person is at home under a coverage: the area that pools for it (统筹区)."""
    return known.registers.pooling_area(coverage.insured_area, coverage.scheme, day)


def not_before(known: Known, visit: Visit) -> Answer | None:
    """Refuses to settle a stay before those it continues: what they pay of the deductible counts in it.

    A claim for another stay is not waited for; one for an earlier part of the same stay (中途结算) is, or the
    stay's deductible would be paid twice. It is given up by withdrawing its bill.
    """
    earlier, parts = [known.visits[visit_id] for visit_id in visit.chain], visit.earlier_parts
    waits = (
        one for one in earlier if one.awaits_settlement or (one.visit_id in parts and one.state != "settled")
    )
    unsettled = next((one.visit_id for one in waits), None)
    return refuse("EARLIER_STAY_UNSETTLED", unsettled) if unsettled else None


def find_coverage(known: Known, person_id: str, day: date) -> Coverage | Answer:
    """The coverage in force for a person on a day, as it was then; the newest where several are."""
    held = known.coverages.get(person_id)
    if not held:
        return refuse("UNKNOWN_PERSON", person_id)
    in_force = normal_on(held, day)
    if not in_force:
        return refuse("INSURANCE_SUSPENDED", person_id)
    return max(in_force, key=lambda one: (one.covered_from, one.scheme, one.insured_area))


def ended_long_ago(known: Known, message: Message, coverage: Coverage) -> Answer | None:
    """Refuses to open a visit under a coverage that ended long ago: such late care is claimed or given up.

    A visit that was opened in time may still be settled, also again.
    """
    day = day_of(message)
    end = ended_on(known.coverages[coverage.person_id], coverage.place, day)
    if end is None or day <= end + timedelta(days=ENDED_COVERAGE_DAYS.value):
        return None
    return refuse("COVERAGE_ENDED", f"{coverage.insured_area} {end}")


def not_open(
    known: Known, institution_id: str, kind: str, coverage: Coverage, day: date, disease: str | None = None
) -> Answer | None:
    """Refuses care that the institution has not opened, that one of the two places has not started, or that
    no agreement of them covers.

    All must hold on the day of the care. At home neither agreement nor start is needed. 001 (十一).
    """
    institution = known.institutions[institution_id].on(day)
    if (
        institution is None
        or institution.status != "published"
        or SERVICE_OF[kind] not in institution.services
    ):
        return refuse("NOT_OPENED", institution_id)
    insured, treated = coverage.insured_area, institution.area
    pool = known.registers.pools.pool_of(treated, coverage.scheme, day)
    if is_at_home(pooling_area(known, coverage, day), treated, pool):
        return None
    service = SERVICE_OF[kind]
    if ahead := known.registers.rollout.not_started((insured, treated), service, disease, day):
        return refuse("NOT_STARTED", " ".join(filter(None, (*ahead[:3], ahead.stage))))
    if known.registers.agreements.covering(insured, treated, coverage.scheme, day, institution_id):
        return None
    return refuse("NO_AGREEMENT", f"{insured} {treated} {coverage.scheme} {institution_id}")
