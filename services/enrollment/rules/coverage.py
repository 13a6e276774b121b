"""A person's coverage (参保): one active basic scheme per person and period (000 五(三)).

It is kept by periods: what is told holds from a day on, and care of an earlier day goes by what held then.
"""

from datetime import date

from services.enrollment.model import CoveragePeriod, HeldCoverage, Known
from services.enrollment.rules.permission import require_area, unknown_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.registers import Coverage, CoverageChanged, EnrollPerson, Registered


def enroll_person(known: Known, message: Message, body: EnrollPerson) -> Decision:
    """Adds or changes a coverage; the insured place's own node does it, or an operator's."""
    held = known.coverages.get(body.person_id, {})
    before = held.get((body.scheme, body.insured_area)) or _nothing_yet(body)
    told = _told(body, before, message.day)
    now = before.with_period(told)
    if refusal := _refusal(known, message.source, body) or _doubled(now, held):
        return Decision(answer=refusal)
    if before.periods and _says_nothing_new(before.periods[-1], told):
        return Decision(answer=accept(Registered(subject_id=body.person_id, version=before.version)))
    fact = CoverageChanged.of_valid({**vars(body), "applies_from": told.applies_from})
    return Decision([fact], [now], accept(Registered(subject_id=body.person_id, version=now.version)))


def _nothing_yet(body: EnrollPerson) -> HeldCoverage:
    return HeldCoverage(body.person_id, body.scheme, body.insured_area)


def _told(body: Coverage, before: HeldCoverage, day: date | None) -> CoveragePeriod:
    return CoveragePeriod(
        _applies_from(body, before, day),
        None,
        before.version + 1,
        body.status,
        body.retired,
        body.identities,
        body.covered_from,
        body.covered_until,
        body.account_balance_fen,
        body.account_balance_on,
    )


def _applies_from(body: Coverage, before: HeldCoverage, day: date | None) -> date:
    """The day given; else today, unless what is told dates itself.

    A coverage that begins begins on its own day, and one that ends earlier or later than was told is another
    from that end on: who died last week was not covered since.
    """
    if body.applies_from is not None:
        return body.applies_from
    last = before.periods[-1] if before.periods else None
    if day is None or last is None or last.covered_from != body.covered_from:
        return body.covered_from
    moved = {last.covered_until, body.covered_until} if last.covered_until != body.covered_until else set()
    return min(day, *(end for end in moved if end), day)


def _says_nothing_new(last: CoveragePeriod, told: CoveragePeriod) -> bool:
    return told.says_the_same(last) and last.applies_from <= told.applies_from


def _refusal(known: Known, source: str, body: EnrollPerson) -> Answer | None:
    area = body.insured_area
    refusal = require_area(known, source, area, "PERSON_NOT_YOURS", "persons") or unknown_area(
        known, area, "insured_area"
    )
    if refusal:
        return refusal
    if body.covered_until is not None and body.covered_until <= body.covered_from:
        return refuse("DATE_NOT_POSSIBLE", "covered_until")
    if body.account_balance_on and body.account_balance_on > (known.last_opened_on or date.min):
        return refuse("DATE_NOT_POSSIBLE", "account_balance_on")
    return None


def _doubled(now: HeldCoverage, held: dict[tuple[str, str], HeldCoverage]) -> Answer | None:
    others = (coverage for place, coverage in held.items() if place != now.place)
    clash = next((coverage for coverage in others if coverage.overlaps(now)), None)
    return refuse("ALREADY_ENROLLED", " ".join(clash.place)) if clash else None
