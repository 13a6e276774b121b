"""Finds the catalogue (三大目录) that classifies a request's lines, and their national item codes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import Terms
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import find_coverage
from shared.areas import is_at_home, province
from shared.messages.settlement.reimbursement import UploadSelfPaid
from shared.messages.settlement.visits import FeeLine, OutpatientBill, UploadCosts

_Asked = UploadCosts | OutpatientBill | UploadSelfPaid


def terms_on(known: Known, body: _Asked, cost_on: date) -> Mapping[str, Terms] | None:
    """The terms of any item on the day of the costs; None where there is no catalogue at all."""
    catalogue = known.catalogue(_whose(known, body, cost_on))
    return catalogue.on(cost_on) if catalogue else None


def national_items(known: Known, institution_id: str, cost_on: date, lines: Sequence[FeeLine]) -> list[str]:
    """The item of each line, with the institution's own codes (院内编码) replaced by the national ones."""
    codes = known.registers.code_maps.get(institution_id)
    if not codes:
        return [line.item for line in lines]
    national = codes.on(cost_on)
    return [national[line.item] for line in lines]


def _whose(known: Known, body: _Asked, cost_on: date) -> str:
    """The area whose catalogue counts: the treatment area, or by agreement another (000 三(二)1).

    By agreement it is the insured area or its province; at home it is the treatment area. The agreement is
    that of the visit's `terms_on`; for costs that come before the admission, that of their own day.
    """
    treated, agreements = known.institutions[body.institution_id].area, known.registers.agreements
    insured = _insured(known, body, cost_on) if agreements.varies(treated) else None
    if insured is None:
        return treated
    return _agreed(known, body.institution_id, treated, *insured)


def catalogue_area(known: Known, visit: Visit) -> str:
    """The area whose catalogue counts for the costs of a visit."""
    return _agreed(
        known, visit.institution_id, visit.treatment_area, visit.insured_area, visit.scheme, visit.terms_on
    )


def _agreed(known: Known, institution_id: str, treated: str, area: str, scheme: str, day: date) -> str:
    pool = known.registers.pools.pool_of(treated, scheme, day)
    if is_at_home(known.registers.pooling_area(area, scheme, day), treated, pool):
        return treated
    mode = known.registers.agreements.catalog_mode(area, treated, scheme, day, institution_id)
    return {"treatment": treated, "insured": area, "provincial": province(area)}[mode]


def _insured(known: Known, body: _Asked, cost_on: date) -> tuple[str, str, date] | None:
    """Where the person is insured, by which scheme, and the day whose agreement counts."""
    visit = known.visits.get(body.visit_id)
    if visit and visit.person_id == body.person_id:
        return visit.insured_area, visit.scheme, visit.terms_on
    coverage = find_coverage(known, body.person_id, cost_on)
    return (coverage.insured_area, coverage.scheme, cost_on) if isinstance(coverage, Coverage) else None
