"""Taking a filing over from the system before (迁移备案): as it stands there, before all that is filed here.

What is filed here follows what was filed before. So nothing gives way to a filing that is taken over, and no
lock of 001 (十) is shortened by the day that is told of it.
"""

from datetime import date

from services.referral.checks.rules import checked
from services.referral.model.chain import AUTO
from services.referral.model.coverage import KnownCoverage
from services.referral.model.filing import CLASSES, IN_FORCE, ChangedFiling, Filing
from services.referral.model.known import Known
from services.referral.rules.chosen import names_no_place
from services.referral.rules.destination import filed_area
from services.referral.rules.effect import accepted
from services.referral.rules.permission import area_not_yours
from services.referral.rules.submission import filed, joins_locally, leads_nowhere
from services.referral.rules.validity import end_of, start_is_possible
from shared.bus.message import Decision, Message
from shared.dated import on_day
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.referral.changes import TakeOverFiling

_TOLD = (
    "kind", "scheme", "insured_area", "filed_on", "starts_on", "channel", "evidence", "certificate_id",
    "certificate_issuer_id", "cannot_join_locally",
)  # fmt: skip
"""What is kept as it was told."""


def take_over_filing(known: Known, message: Message, body: TakeOverFiling) -> Decision:
    """Takes an old filing over: in force as it was, and said as such. The same once more says nothing new."""
    day = message.day
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if refusal := area_not_yours(known, message.source, body.insured_area):
        return Decision(answer=refusal)
    filing = _filing(known, message, body, day)
    held = known.filing(body.person_id, body.filing_id)
    if held and _is_told_again(held, filing):
        return Decision(answer=accept(filed(held)))
    coverage = _coverage(known, body, day)
    if isinstance(coverage, Answer):
        return Decision(answer=coverage)
    refusal = (
        _is_taken(known, message, body)
        or leads_nowhere(known, body.destination_area, coverage, body.starts_on, day)
        or joins_locally(body, body.scheme)
        or names_no_place(known, filing)
        or _impossible(body, filing, day)
        or _not_the_first(known, filing, day)
    )
    if refusal:
        return Decision(answer=refusal)
    filing = checked(known, filing, day)
    row = ChangedFiling(filing, anew=True) if held else filing
    return Decision([accepted(filing)], [row], accept(filed(filing)))


def _is_told_again(held: Filing, told: Filing) -> bool:
    names = (*_TOLD, "destination_area", "ends_on", "chosen")
    same = all(_plain(getattr(held, name)) == _plain(getattr(told, name)) for name in names)
    return held.has_held and same


def _plain(value: object) -> object:
    """What is told several times stands as a list in the database."""
    return tuple(value) if isinstance(value, list) else value


def _coverage(known: Known, body: TakeOverFiling, day: date) -> KnownCoverage | Answer:
    """The coverage to which the filing belongs, in force on the day; or why there is none."""
    periods = known.periods(body.person_id, (body.scheme, body.insured_area))
    if not periods:
        return refuse("UNKNOWN_PERSON", f"person_id: {body.person_id} {body.scheme} {body.insured_area}")
    told = on_day(periods, day)
    if told is None or not told.in_force(day):
        return refuse("INSURANCE_SUSPENDED", f"person_id: {body.person_id}")
    return told


def _is_taken(known: Known, message: Message, body: TakeOverFiling) -> Answer | None:
    """The refusal of an id that is taken, unless it was taken over and undone, by who may tell it anew."""
    held = known.filing(body.person_id, body.filing_id)
    if held and held.state == "cancelled" and held.taken_over_on:
        return area_not_yours(known, message.source, held.insured_area)
    taken = body.filing_id in known.taken
    return refuse("FILING_ID_TAKEN", f"filing_id: {body.filing_id}") if taken else None


def _impossible(body: TakeOverFiling, filing: Filing, day: date) -> Answer | None:
    """The refusal of days that cannot be: filed today or later, over, or beyond what its kind holds."""
    last = end_of(filing.filing_class, body.starts_on)
    if body.filed_on >= day:
        return refuse("DATE_NOT_POSSIBLE", f"filed_on: {body.filed_on}")
    if not start_is_possible(body.starts_on, body.filed_on):
        return refuse("DATE_NOT_POSSIBLE", f"starts_on: {body.starts_on}")
    too_long = body.ends_on is not None and last is not None and body.ends_on > last
    if too_long or not filing.runs_after(max(day, body.starts_on)):
        return refuse("DATE_NOT_POSSIBLE", f"ends_on: {filing.ends_on}")
    return None


def _not_the_first(known: Known, filing: Filing, day: date) -> Answer | None:
    """The refusal of a long-term filing where one was filed here, or taken over: it would evade its lock.

    Of two that are taken over, one may follow the other, as one that was to end on a later day is followed.
    """
    if filing.filing_class != "long_term":
        return None
    for other in known.of_person(filing.person_id):
        counts = other.state == "submitted" or other.place == filing.place or other.runs_after(day)
        if other.taken_over_on and (_follows(filing, other) or _follows(other, filing)):
            continue
        if other.filing_class == "long_term" and other.state not in ("refused", "cancelled") and counts:
            return refuse("ALREADY_FILED", f"filing_id: {other.filing_id}")
    return None


def _follows(later: Filing, earlier: Filing) -> bool:
    return earlier.ends_on is not None and earlier.ends_on <= later.starts_on


def _filing(known: Known, message: Message, body: TakeOverFiling, day: date) -> Filing:
    return Filing(
        filing_id=body.filing_id,
        person_id=body.person_id,
        partition=message.partition,
        request_id=message.derive("filing"),
        destination_area=filed_area(known.pools, body.destination_area, body.scheme, body.starts_on)
        or body.destination_area,
        ends_on=body.ends_on or end_of(CLASSES[body.kind], body.starts_on),
        continues_filing_id=None,
        replaces_filing_id=None,
        state=IN_FORCE,
        made_by=message.source,
        chain=AUTO.chain,
        steps_done=0,
        submitted_on=day,
        to_audit=False,
        chosen=tuple(one.institution_id for one in body.institutions),
        **{name: getattr(body, name) for name in _TOLD},
    )
