"""Submitting a filing (办理备案): in force at once, or as its area has it reviewed (001 (八)-(十一)).

What is checked is the same for every channel (001 (十三)). No earlier stay at home is asked for (001 (十四)).
"""

from datetime import date

from services.referral.checks.rules import checked
from services.referral.issuers.rules import issuer_refused
from services.referral.model.chain import AT_ONCE, AUTO, FilingRules
from services.referral.model.coverage import KnownCoverage
from services.referral.model.filing import CLASSES, Filing
from services.referral.model.known import Known
from services.referral.rules.chosen import chosen_of, not_chosen
from services.referral.rules.closing import closed
from services.referral.rules.destination import filed_area, is_area
from services.referral.rules.effect import take_effect, unchangeable
from services.referral.rules.materials import not_taken
from services.referral.rules.permission import person_not_yours
from services.referral.rules.validity import end_of, start_is_possible
from shared.areas import is_at_home
from shared.bus.message import Decision, Message
from shared.dated import on_day
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.referral.changes import TakeOverFiling
from shared.messages.referral.filings import Filed, SubmitFiling
from shared.messages.referral.reviews import FilingSubmitted

NRCMS = "380"
"""The scheme (新农合) whose people elsewhere are paid as referred if they cannot join there (000 五(三))."""


def submit_filing(known: Known, message: Message, body: SubmitFiling) -> Decision:
    """Takes a filing: in force from its start, or waiting for the first review of its area's chain."""
    return submit(known, message, body, at_once=body.kind in AT_ONCE)


def submit(known: Known, message: Message, body: SubmitFiling, *, at_once: bool) -> Decision:
    """Takes a filing; one that is taken `at_once` waits for no review, whatever its area asks for."""
    day = message.day
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    coverage = coverage_on(known, body.person_id, day)
    if isinstance(coverage, Answer):
        return Decision(answer=coverage)
    rules = known.rules_of(coverage.insured_area, day)
    if at_once:
        rules = rules._replace(chain=AUTO.chain)
    filing = checked(known, _filing(known, message, body, coverage, rules, day), day)
    refusal = (
        _impossible(known, body, coverage, day)
        or person_not_yours(known, message.source, filing, home_of(known, filing, day))
        or (None if at_once else not_taken(rules, filing) or not_chosen(known, rules, body, filing))
        or _unknown_origin(known, body)
        or _uncertified(known, body, filing, day)
        or unchangeable(known, filing, day)
        or _waiting(known, filing)
    )
    if refusal:
        return Decision(answer=refusal)
    if filing.state == "submitted":
        return Decision([_submitted(filing)], [filing], accept(filed(filing)))
    effect = take_effect(known, filing, day)
    rows = [*closed(known, effect.ends), effect.filing]
    return Decision(effect.facts, rows, accept(filed(effect.filing)))


def coverage_on(known: Known, person_id: str, day: date) -> KnownCoverage | Answer:
    """The person's coverage in force on a day, or the refusal of one who has none."""
    held = known.coverages.get(person_id)
    if not held:
        return refuse("UNKNOWN_PERSON", f"person_id: {person_id}")
    told = (on_day(periods, day) for periods in held.values())
    normal = next((coverage for coverage in told if coverage and coverage.in_force(day)), None)
    return normal or refuse("INSURANCE_SUSPENDED", f"person_id: {person_id}")


def home_of(known: Known, filing: Filing, day: date) -> str:
    """The pooling area (统筹区) where the filing's person is at home on a day."""
    return known.pooling_area(filing.insured_area, filing.scheme, day)


def _impossible(known: Known, body: SubmitFiling, coverage: KnownCoverage, day: date) -> Answer | None:
    if body.filing_id in known.taken:
        return refuse("FILING_ID_TAKEN", f"filing_id: {body.filing_id}")
    if refusal := leads_nowhere(known, body.destination_area, coverage, body.starts_on, day):
        return refusal
    if refusal := joins_locally(body, coverage.scheme):
        return refusal
    if not start_is_possible(body.starts_on, day):
        return refuse("DATE_NOT_POSSIBLE", f"starts_on: {body.starts_on}")
    return None


def joins_locally(body: SubmitFiling | TakeOverFiling, scheme: str) -> Answer | None:
    """The refusal of `cannot_join_locally` where it is not asked: beside 000 五(三), or of a short stay."""
    if body.cannot_join_locally and (scheme != NRCMS or CLASSES[body.kind] != "long_term"):
        return refuse("INVALID_FIELD", f"cannot_join_locally: {body.kind} {scheme}")
    return None


def leads_nowhere(
    known: Known, area: str, coverage: KnownCoverage, starts_on: date, day: date
) -> Answer | None:
    """The refusal of a destination that is no area, too wide, or at home; none if one may file there."""
    if not is_area(area):
        return refuse("UNKNOWN_AREA", f"destination_area: {area}")
    filed = filed_area(known.pools, area, coverage.scheme, starts_on)
    if filed is None:
        return refuse("DESTINATION_TOO_WIDE", f"destination_area: {area}")
    home = known.pooling_area(coverage.insured_area, coverage.scheme, day)
    pool = known.pools.pool_of(area, coverage.scheme, day)
    if is_at_home(home, area, pool) or (pool is None and is_at_home(home, filed)):
        return refuse("FILING_AT_HOME", f"destination_area: {area}")
    return None


def _unknown_origin(known: Known, body: SubmitFiling) -> Answer | None:
    origin = body.continues_filing_id
    if origin is None or known.filing(body.person_id, origin):
        return None
    return refuse("UNKNOWN_FILING", f"continues_filing_id: {origin}")


def _uncertified(known: Known, body: SubmitFiling, filing: Filing, day: date) -> Answer | None:
    origin = known.filing(body.person_id, body.continues_filing_id or "")
    certified = body.certificate_id is None and origin is not None and origin.certificate_id is not None
    # By the lists of where the patient is referred from.
    home = filing.referred_from or home_of(known, filing, day)
    return issuer_refused(known.issuers, home, body, day, certified)


def _waiting(known: Known, filing: Filing) -> Answer | None:
    """The refusal of a long-term filing while another one waits for its reviews."""
    if filing.filing_class != "long_term":
        return None
    held = known.of_person(filing.person_id)
    waiting = (one for one in held if one.state == "submitted" and one.filing_class == "long_term")
    other = next(waiting, None)
    return refuse("ALREADY_FILED", f"filing_id: {other.filing_id}") if other else None


def _filing(
    known: Known,
    message: Message,
    body: SubmitFiling,
    coverage: KnownCoverage,
    rules: FilingRules,
    day: date,
) -> Filing:
    origin = known.filing(body.person_id, body.continues_filing_id or "")
    destination = _destination(known, body, coverage)
    return Filing(
        filing_id=body.filing_id,
        person_id=body.person_id,
        partition=message.partition,
        request_id=message.derive("filing"),
        kind=body.kind,
        scheme=coverage.scheme,
        insured_area=coverage.insured_area,
        destination_area=destination,
        starts_on=body.starts_on,
        ends_on=end_of(CLASSES[body.kind], body.starts_on),
        filed_on=day,
        channel=body.channel,
        # A further referral for the same disease uses the certificate that is there (001 (十四)).
        certificate_id=body.certificate_id or (origin.certificate_id if origin else None),
        continues_filing_id=body.continues_filing_id,
        replaces_filing_id=None,
        evidence=body.evidence,
        state="in_force" if rules.chain == AUTO.chain else "submitted",
        made_by=message.source,
        chain=rules.chain,
        steps_done=0,
        submitted_on=day,
        to_audit=rules.chain == AUTO.chain and body.channel in rules.audited,
        cannot_join_locally=body.cannot_join_locally,
        trip_reason=body.trip_reason,
        certificate_issuer_id=body.certificate_issuer_id or (origin and origin.certificate_issuer_id),
        chosen=chosen_of(rules, body, origin, coverage.insured_area, destination),
        materials=body.materials or (origin.materials if origin else ()),
    )


def _destination(known: Known, body: SubmitFiling, coverage: KnownCoverage) -> str:
    area = body.destination_area
    return filed_area(known.pools, area, coverage.scheme, body.starts_on) or area


def _submitted(filing: Filing) -> FilingSubmitted:
    told = filing._asdict()
    return FilingSubmitted(**{name: told[name] for name in FilingSubmitted.model_fields if name in told})


def filed(filing: Filing) -> Filed:
    """The result of a filing that was taken."""
    told = filing._asdict()
    fields = {name: told[name] for name in Filed.model_fields if name in told}
    return Filed(**fields, filing_class=filing.filing_class, next_step=filing.next_step, checks=filing.checks)
