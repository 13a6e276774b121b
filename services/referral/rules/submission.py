"""Submitting a filing (办理备案): in force at once, or refused with what to do (001 (八)-(十一)).

Any registered node may submit: the national and provincial channels, agencies, and hospitals for their
patients; what is checked is the same for all (001 (十三)). No earlier stay at home is asked for (001 (十四)).
"""

from datetime import date

from services.referral.model import CLASSES, STARTS, Filing, Known, KnownCoverage
from services.referral.rules.closing import close
from services.referral.rules.destination import filed_area, is_area, is_at_home
from services.referral.rules.validity import end_of, locked_until, start_is_possible
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.referral import Filed, FilingAccepted, SubmitFiling


def submit_filing(known: Known, message: Message, body: SubmitFiling) -> Decision:
    """A filing in force from its start; a new long-term place replaces the old one."""
    day = message.day
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    coverage = _coverage_on(known, body.person_id, day)
    if isinstance(coverage, Answer):
        return Decision(answer=coverage)
    old = _long_term(known, body)
    refusal = (
        _impossible(known, body, coverage, day)
        or _unknown_origin(known, body)
        or (_unchangeable(body, old, day) if old else None)
    )
    if refusal:
        return Decision(answer=refusal)
    filing = _filing(known, message, body, coverage, day, old)
    replaced = close(old, "SubmitFiling", max(day, filing.starts_on, old.starts_on)) if old else []
    return Decision([*replaced, _accepted(filing)], [filing], accept(_filed(filing)))


def _coverage_on(known: Known, person_id: str, day: date) -> KnownCoverage | Answer:
    held = known.coverages.get(person_id)
    if not held:
        return refuse("UNKNOWN_PERSON", f"person_id: {person_id}")
    normal = next((coverage for coverage in held.values() if coverage.in_force(day)), None)
    return normal or refuse("INSURANCE_SUSPENDED", f"person_id: {person_id}")


def _impossible(known: Known, body: SubmitFiling, coverage: KnownCoverage, day: date) -> Answer | None:
    area = body.destination_area
    if body.filing_id in known.taken:
        return refuse("FILING_ID_TAKEN", f"filing_id: {body.filing_id}")
    if not is_area(area):
        return refuse("UNKNOWN_AREA", f"destination_area: {area}")
    filed = filed_area(area)
    if filed is None:
        return refuse("DESTINATION_TOO_WIDE", f"destination_area: {area}")
    if is_at_home(coverage.insured_area, area) or is_at_home(coverage.insured_area, filed):
        return refuse("FILING_AT_HOME", f"destination_area: {area}")
    if not start_is_possible(body.starts_on, day):
        return refuse("DATE_NOT_POSSIBLE", f"starts_on: {body.starts_on}")
    return None


def _unknown_origin(known: Known, body: SubmitFiling) -> Answer | None:
    origin = body.continues_filing_id
    if origin is None or known.filing(body.person_id, origin):
        return None
    return refuse("UNKNOWN_FILING", f"continues_filing_id: {origin}")


def _long_term(known: Known, body: SubmitFiling) -> Filing | None:
    if CLASSES[body.kind] != "long_term":
        return None
    held = known.of_person(body.person_id)
    return next((f for f in held if f.state == STARTS and f.filing_class == "long_term"), None)


def _unchangeable(body: SubmitFiling, old: Filing, day: date) -> Answer | None:
    if filed_area(body.destination_area) == old.destination_area:
        return refuse("ALREADY_FILED", f"filing_id: {old.filing_id}")
    earliest = locked_until(old.starts_on)
    if day < earliest and not body.evidence:
        return refuse("FILING_LOCKED", f"{old.filing_id}: {earliest}")
    return None


def _filing(
    known: Known, message: Message, body: SubmitFiling, coverage: KnownCoverage, day: date, old: Filing | None
) -> Filing:
    origin = known.filing(body.person_id, body.continues_filing_id or "")
    return Filing(
        filing_id=body.filing_id,
        person_id=body.person_id,
        partition=message.partition,
        request_id=message.derive("filing"),
        kind=body.kind,
        scheme=coverage.scheme,
        insured_area=coverage.insured_area,
        destination_area=filed_area(body.destination_area) or body.destination_area,
        starts_on=body.starts_on,
        ends_on=end_of(CLASSES[body.kind], body.starts_on),
        filed_on=day,
        channel=body.channel,
        # A further referral for the same disease uses the certificate that is there (001 (十四)).
        certificate_id=body.certificate_id or (origin.certificate_id if origin else None),
        continues_filing_id=body.continues_filing_id,
        replaces_filing_id=old.filing_id if old else None,
        evidence=body.evidence,
        state=STARTS,
    )


def _accepted(filing: Filing) -> FilingAccepted:
    told = filing._asdict()
    fields = {name: told[name] for name in FilingAccepted.model_fields if name in told}
    return FilingAccepted(**fields, filing_class=filing.filing_class)


def _filed(filing: Filing) -> Filed:
    told = filing._asdict()
    fields = {name: told[name] for name in Filed.model_fields if name in told}
    return Filed(**fields, filing_class=filing.filing_class)
