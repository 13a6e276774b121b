"""Answers what a person is entitled to on a day (人员待遇资格), and which day it is. Pure."""

from datetime import date

from services.settlement.model.filing_used import filing_used
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Coverage
from services.settlement.visits.checks import (
    SERVICE_OF,
    day_of,
    ended_long_ago,
    find_coverage,
    not_on,
    not_open,
    not_yours,
    open_visit,
    pooling_area,
)
from services.settlement.visits.guide import guide_of
from shared import calendar
from shared.bus.message import Decision, Message
from shared.messages.answer import accept
from shared.messages.enrollment.registers import DayOpen
from shared.messages.settlement.found import Eligibility, PersonFound
from shared.messages.settlement.queries import QueryDay, QueryPerson
from shared.messages.settlement.visits import VisitRequest

_NEW = "new"  # stands for the visit that may follow


def find_person(known: Known, message: Message, body: QueryPerson) -> Decision:
    """Answers the coverage of a day, the filing that would count, and which care can be settled directly."""
    refusal = not_yours(known, message, body.institution_id) or not_on(message, "service_on", body.service_on)
    if refusal:
        return Decision(answer=refusal)
    coverage = find_coverage(known, body.person_id, body.service_on)
    if not isinstance(coverage, Coverage):
        return Decision(answer=coverage)
    names = VisitRequest(visit_id=_NEW, person_id=body.person_id, institution_id=body.institution_id)
    visit = open_visit(known, names, coverage, "inpatient", body.service_on)
    filings = known.filings.get(body.person_id, ())
    used = filing_used(known.registers.pools, visit, filings, day_of(message))
    codes = _codes(known, message, body, coverage)
    guides = used.kind == "none" and codes["inpatient"] == "OK"  # elsewhere a filing opens nothing
    guide = guide_of(known.registers.pools, visit, coverage, filings) if guides else None
    if guide and _asks_for_a_filing(known, coverage, body.service_on):
        codes["inpatient"] = guide.code
    found = PersonFound(
        person_id=body.person_id,
        insured_area=coverage.insured_area,
        pooling_area=pooling_area(known, coverage, body.service_on),
        scheme=coverage.scheme,
        retired=coverage.retired,
        identities=tuple(coverage.identities),
        account_balance_fen=known.balance_fen(coverage),
        filing=used.kind,
        filing_id=used.filing_id,
        diseases=_diseases(known, body, coverage),
        eligible=tuple(Eligibility.model_validate({"kind": kind, "code": codes[kind]}) for kind in codes),
        guide=guide,
    )
    return Decision(answer=accept(found))


def tell_day(known: Known, message: Message, body: QueryDay) -> Decision:
    """Answers the business day that the desk has reached, and its month."""
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    day = day_of(message)
    told = DayOpen(opened_on=day, is_working_day=calendar.is_working_day(day), month=day.isoformat()[:7])
    return Decision(answer=accept(told))


def _diseases(known: Known, body: QueryPerson, coverage: Coverage) -> tuple[str, ...]:
    held = known.qualifications.get(body.person_id, ())
    at_home = (one for one in held if one.insured_area == coverage.insured_area)
    return tuple(sorted({one.disease for one in at_home if one.includes(body.service_on)}))


def _codes(known: Known, message: Message, body: QueryPerson, coverage: Coverage) -> dict[str, str]:
    """Whether each kind of care can be settled directly, or why not."""
    ended = ended_long_ago(known, message, coverage)
    refusals = {
        kind: ended or not_open(known, body.institution_id, kind, coverage, body.service_on)
        for kind in SERVICE_OF
    }
    return {kind: refusal.code if refusal else "OK" for kind, refusal in refusals.items()}


def _asks_for_a_filing(known: Known, coverage: Coverage, day: date) -> bool:
    """Whether the policy settles no stay away from home without a filing."""
    head = known.registers.policy_on(coverage.insured_area, coverage.scheme, day)
    return head is not None and known.registers.texts[head.digest].out_of_area.unfiled == "refuse"
