"""A person's coverage (参保): one active basic scheme per person and period (000 五(三))."""

from services.enrollment.model import HeldCoverage, Known
from services.enrollment.rules.permission import require_area, unknown_area
from shared.bus.message import Decision
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment import Coverage, CoverageChanged, EnrollPerson, Registered


def enroll_person(known: Known, source: str, body: EnrollPerson) -> Decision:
    """Adds or changes a coverage; the insured place's own node does it, or an operator's."""
    held = known.coverages.get(body.person_id, {})
    before = held.get((body.scheme, body.insured_area))
    now = _held(body, before.version + 1 if before else 1)
    if refusal := _refusal(known, source, body) or _doubled(now, held):
        return Decision(answer=refusal)
    if before and before == now._replace(version=before.version):
        return Decision(answer=accept(Registered(subject_id=body.person_id, version=before.version)))
    fact = CoverageChanged.model_construct(**dict(body))  # validated as a request already
    return Decision([fact], [now], accept(Registered(subject_id=body.person_id, version=now.version)))


def _refusal(known: Known, source: str, body: EnrollPerson) -> Answer | None:
    area = body.insured_area
    refusal = require_area(known, source, area, "PERSON_NOT_YOURS") or unknown_area(
        known, area, "insured_area"
    )
    if refusal:
        return refusal
    if body.covered_until is not None and body.covered_until <= body.covered_from:
        return refuse("DATE_NOT_POSSIBLE", "covered_until")
    return None


def _doubled(now: HeldCoverage, held: dict[tuple[str, str], HeldCoverage]) -> Answer | None:
    others = (coverage for place, coverage in held.items() if place != now.place)
    clash = next((coverage for coverage in others if coverage.overlaps(now)), None)
    return refuse("ALREADY_ENROLLED", " ".join(clash.place)) if clash else None


def _held(body: Coverage, version: int) -> HeldCoverage:
    return HeldCoverage(version=version, **dict(body))
