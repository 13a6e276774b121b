"""Nobody files to the own pooling area: a county whose city pools is at home in the whole city."""

from datetime import date
from typing import Any

import pytest

from shared.areas import is_at_home
from shared.messages.body import Body
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.enrollment.registers import PolicyPublished
from tests.given.driver import Driver
from tests.referral.test_filings import DAY, code, coverage, referral, submit
from tests.settlement.given.world import policy

__all__ = ["referral"]

COUNTY = "511902"


@pytest.mark.parametrize(
    ("pooling_area", "area", "expected"),
    [
        ("511900", "511902", True),
        ("511900", "511900", True),
        ("511900", "510100", False),
        ("500000", "500103", True),
        ("411525", "411500", False),
    ],
)
def test_home_is_what_the_pooling_area_covers(pooling_area: str, area: str, expected: bool) -> None:
    assert is_at_home(pooling_area, area) is expected


def pooled(area: str, **given: Any) -> PolicyPublished:
    """A policy of an area for residents."""
    return policy(f"{area}-390", area=area, **given)


def pools(area: str, pool: str, since: date = DAY, scheme: str = "390") -> PoolingSet:
    """An area is pooled by another."""
    return PoolingSet(area=area, scheme=scheme, pooling_area=pool, applies_from=since)


FILED: list[tuple[list[PolicyPublished | PoolingSet], str, str]] = [
    # published, destination, answer
    ([], "511900", "OK"),
    ([pooled("511900")], "511900", "FILING_AT_HOME"),
    ([pooled("511900")], "511903", "FILING_AT_HOME"),
    ([pooled("511900")], "510100", "OK"),
    ([pooled(COUNTY)], "511900", "OK"),
    ([pooled("510000", issuer_level="province")], "510100", "FILING_AT_HOME"),
    ([pooled("511900", in_force_until="2026-03-02")], "511900", "OK"),
    ([pools(COUNTY, "511900"), pools("511903", "511900")], "511903", "FILING_AT_HOME"),
    ([pools("510000", "510000")], "510100", "FILING_AT_HOME"),
    ([pools("510000", "510000", scheme="310")], "510100", "OK"),
    ([pools("510000", "510000", date(2026, 9, 1))], "510100", "OK"),
    ([pooled("511900"), pools("511903", "511903")], "511903", "OK"),
    ([pools("520000", "520000", date(2026, 1, 1))], "520000", "OK"),
    ([], "520000", "DESTINATION_TOO_WIDE"),
    ([pooled("511900").model_copy(update={"policy": policy(scheme="310").policy})], "511900", "OK"),
]


@pytest.mark.requirement("REF-12")
@pytest.mark.parametrize(("published", "to", "expected"), FILED)
@pytest.mark.parametrize("together", [True, False])
async def test_a_filing_leads_out_of_the_pooling_area(
    referral: Driver, published: list[PolicyPublished | PoolingSet], to: str, expected: str, together: bool
) -> None:
    moved = coverage(status="terminated"), coverage(insured_area=COUNTY, covered_from=date(2020, 1, 1))
    told = [*moved, *published]
    batches: list[list[Body]] = (
        [[*published], [*moved, submit(to=to)]] if together else [[*told], [submit(to=to)]]
    )
    decisions = [one for batch in batches for one in await referral.hear(*batch, day=DAY)]
    assert code(decisions[-1]) == expected
