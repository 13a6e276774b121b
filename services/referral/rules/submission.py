"""Submitting a filing (办理备案): in force at once, or refused with what to do (001 (八)-(十一)).

Any registered node may submit: the national and provincial channels, agencies, and hospitals for their
patients; what is checked is the same for all (001 (十三)). No earlier stay at home is asked for (001 (十四)).
"""

from datetime import date

from services.referral.issuers.rules import issuer_refused
from services.referral.model import CLASSES, STARTS, Filing, Known, KnownCoverage
from services.referral.rules.closing import close
from services.referral.rules.destination import filed_area, is_area
from services.referral.rules.lapse import lapsed
from services.referral.rules.permission import not_yours
from services.referral.rules.validity import end_of, locked_until, start_is_possible
from shared.areas import is_at_home
from shared.bus.message import Decision, Message
from shared.dated import on_day
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.referral import Filed, FilingAccepted, FilingEnded, SubmitFiling


def submit_filing(known: Known, message: Message, body: SubmitFiling) -> Decision:
    """A filing in force from its start; a new long-term place replaces the old one."""
    day = message.day
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    coverage = _coverage_on(known, body.person_id, day)
    if isinstance(coverage, Answer):
        return Decision(answer=coverage)
    long_term = _long_term(known, body)
    in_the_way = [
        one for one in long_term if one.place == coverage.place and one.runs_after(_from(body, day))
    ]
    refusal = (
        _impossible(known, body, coverage, day)
        or _unknown_origin(known, body)
        or _uncertified(known, body, coverage, day)
        or _unchangeable(known, message, body, in_the_way, day)
    )
    if refusal:
        return Decision(answer=refusal)
    ends = _ends(known, body, coverage, long_term, in_the_way, day)
    old = in_the_way[-1] if in_the_way else None
    filing = _filing(known, message, body, coverage, day, old)
    filing = filing._replace(starts_on=_free_from(body, coverage, long_term, ends))
    return Decision([*ends, _accepted(filing)], [filing], accept(_filed(filing)))


def _from(body: SubmitFiling, day: date) -> date:
    """The first day on which the new filing changes what holds: what is over by then stays as it was."""
    return max(day, body.starts_on)


def _coverage_on(known: Known, person_id: str, day: date) -> KnownCoverage | Answer:
    held = known.coverages.get(person_id)
    if not held:
        return refuse("UNKNOWN_PERSON", f"person_id: {person_id}")
    told = (on_day(periods, day) for periods in held.values())
    normal = next((coverage for coverage in told if coverage and coverage.in_force(day)), None)
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
    home = known.policies.pooling_area(coverage.insured_area, coverage.scheme, day)
    if is_at_home(home, area) or is_at_home(home, filed):
        return refuse("FILING_AT_HOME", f"destination_area: {area}")
    if not start_is_possible(body.starts_on, day):
        return refuse("DATE_NOT_POSSIBLE", f"starts_on: {body.starts_on}")
    return None


def _unknown_origin(known: Known, body: SubmitFiling) -> Answer | None:
    origin = body.continues_filing_id
    if origin is None or known.filing(body.person_id, origin):
        return None
    return refuse("UNKNOWN_FILING", f"continues_filing_id: {origin}")


def _uncertified(known: Known, body: SubmitFiling, coverage: KnownCoverage, day: date) -> Answer | None:
    origin = known.filing(body.person_id, body.continues_filing_id or "")
    certified = body.certificate_id is None and origin is not None and origin.certificate_id is not None
    home = known.policies.pooling_area(coverage.insured_area, coverage.scheme, day)
    return issuer_refused(known.issuers, home, body, day, certified)


def _long_term(known: Known, body: SubmitFiling) -> list[Filing]:
    """The person's long-term filings that ever held, where the new one is long-term too; the newest last."""
    if CLASSES[body.kind] != "long_term":
        return []
    held = [f for f in known.of_person(body.person_id) if f.filing_class == "long_term"]
    return sorted((f for f in held if f.runs_after(f.starts_on)), key=lambda one: one.starts_on)


def _unchangeable(
    known: Known, message: Message, body: SubmitFiling, in_the_way: list[Filing], day: date
) -> Answer | None:
    for old in in_the_way:
        if filed_area(body.destination_area) == old.destination_area:
            return refuse("ALREADY_FILED", f"filing_id: {old.filing_id}")
        if refusal := not_yours(known, message.source, old):
            return refusal
        earliest = locked_until(old.starts_on, old.filed_on)
        if day < earliest and not body.evidence:
            return refuse("FILING_LOCKED", f"{old.filing_id}: {earliest}")
    return None


def _ends(
    known: Known,
    body: SubmitFiling,
    coverage: KnownCoverage,
    long_term: list[Filing],
    in_the_way: list[Filing],
    day: date,
) -> list[FilingEnded]:
    """The ends of those that give way, and of those whose own coverage is over, if nobody told it yet."""
    ends: list[FilingEnded] = []
    for old in in_the_way:
        ends += close(old, "SubmitFiling", max(_from(body, day), old.starts_on))
    for other in long_term:
        if other.place != coverage.place:
            ends += lapsed(other, known.periods(body.person_id, other.place), "CoverageDue", day)
    return ends


def _free_from(
    body: SubmitFiling, coverage: KnownCoverage, long_term: list[Filing], ends: list[FilingEnded]
) -> date:
    """The start asked for, or the day on which the last long-term place before it is over.

    Two long-term places never hold at one time: one that a start back in time would overlap has held.
    """
    ended = {end.filing_id: end.ends_on for end in ends}
    starts_on = body.starts_on
    for old in long_term:
        ends_on = ended.get(old.filing_id, old.ends_on)
        if old.place == coverage.place and ends_on is not None and old.starts_on < ends_on:
            starts_on = max(starts_on, ends_on)
    return starts_on


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
        made_by=message.source,
    )


def _accepted(filing: Filing) -> FilingAccepted:
    told = filing._asdict()
    fields = {name: told[name] for name in FilingAccepted.model_fields if name in told}
    return FilingAccepted(**fields, filing_class=filing.filing_class)


def _filed(filing: Filing) -> Filed:
    told = filing._asdict()
    fields = {name: told[name] for name in Filed.model_fields if name in told}
    return Filed(**fields, filing_class=filing.filing_class)
