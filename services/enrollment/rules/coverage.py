"""A person's coverage (参保): one active basic scheme per person and period (000 五(三)).

It is kept by periods: what is told holds from a day on, and care of an earlier day goes by what held then.
"""

from datetime import date

from services.enrollment.agencies.tree import agencies_over, route
from services.enrollment.model import CoveragePeriod, HeldCoverage, Known
from services.enrollment.rules.permission import centers_over, require_area, unknown_area
from shared.bus.message import Decision, Message, Notice
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.double_coverage import DoubleCoverageFound
from shared.messages.enrollment.registers import Coverage, CoverageChanged, EnrollPerson, Registered


def enroll_person(known: Known, message: Message, body: EnrollPerson) -> Decision:
    """Adds or changes a coverage; the insured place's own node does it, or an operator's."""
    held = known.coverages.get(body.person_id, {})
    before = held.get((body.scheme, body.insured_area)) or _nothing_yet(body)
    told = _told(body, before, message.day)
    now = before.with_period(told)
    if refusal := _refusal(known, message.source, body):
        return Decision(answer=refusal)
    if clash := _clash(now, held):
        doubled = refuse("ALREADY_ENROLLED", " ".join(clash.place))
        return Decision(answer=doubled, notices=_tell_both(known, message, body, clash))
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
        body.ended_because,
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
    if body.ended_because and body.status == "normal" and body.covered_until is None:
        return refuse("INVALID_FIELD", f"ended_because: {body.ended_because}")
    if body.account_balance_on and body.account_balance_on > (known.last_opened_on or date.min):
        return refuse("DATE_NOT_POSSIBLE", "account_balance_on")
    return None


def _clash(now: HeldCoverage, held: dict[tuple[str, str], HeldCoverage]) -> HeldCoverage | None:
    others = (coverage for place, coverage in held.items() if place != now.place)
    return next((coverage for coverage in others if coverage.overlaps(now)), None)


def _tell_both(known: Known, message: Message, body: EnrollPerson, clash: HeldCoverage) -> list[Notice]:
    """Notices to the two places that both would insure a person: only they can settle where that is."""
    found = DoubleCoverageFound(
        person_id=body.person_id,
        scheme=body.scheme,
        insured_area=body.insured_area,
        held_scheme=clash.scheme,
        held_area=clash.insured_area,
        covered_from=body.covered_from,
        told_on=message.day,
    )
    nodes = dict.fromkeys(_node_of(known, area) for area in (body.insured_area, clash.insured_area))
    return [Notice(node_id, found) for node_id in nodes if node_id]


def _node_of(known: Known, area: str) -> str | None:
    """The node of who answers for an area: that of the agency in the tree, else of the nearest center."""
    if through := route(agencies_over(known, area)):
        return through
    centers = (known.entry("center", place) for place in centers_over(area))
    return next((center.content["node_id"] for center in centers if center), None)
