"""Where a filing may lead, as tables of area codes."""

from datetime import date

import pytest

from services.referral.rules.destination import filed_area, is_area
from shared.pools import Pool, PoolBook

DAY, BEFORE, AFTER = date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 3)


@pytest.mark.requirement("REF-12")
@pytest.mark.parametrize(
    ("area", "case", "expected"),
    [
        ("510100", "a city", "510100"),
        ("510104", "a district of a city", "510100"),
        ("500000", "a municipality", "500000"),
        ("500103", "a district of a municipality", "500000"),
        ("500231", "a county of a municipality", "500000"),
        ("110105", "a district of Beijing", "110000"),
        ("460000", "a province-pooled area", "460000"),
        ("460200", "a city of a province-pooled area", "460000"),
        ("429004", "a county directly under its province", "429004"),
        ("510000", "a province that is not one pool", None),
    ],
)
def test_a_filing_is_for_a_city_a_municipality_or_a_province_pooled_area(
    area: str, case: str, expected: str | None
) -> None:
    assert filed_area(PoolBook(), area, "390", DAY) == expected, case


TOLD = [
    Pool("510000", "390", DAY, "510000"),
    Pool("460000", "390", DAY, None),
    Pool("460100", "390", DAY, "460100"),
    Pool("410181", "390", DAY, "410181", under_province=True),
    Pool("511902", "390", BEFORE, "511902"),
    Pool("110105", "390", BEFORE, "110105"),
]


@pytest.mark.requirement("REF-12")
@pytest.mark.parametrize(
    ("area", "scheme", "day", "case", "expected"),
    [
        ("511902", "390", DAY, "its province pools from this day on", "510000"),
        ("510000", "390", DAY, "nor is the province too wide any more", "510000"),
        ("511902", "390", BEFORE, "a county that pools for itself still lies in its city", "511900"),
        ("511902", "310", DAY, "of another scheme nothing was told", "511900"),
        ("460100", "390", DAY, "its province pools no more: the city does", "460100"),
        ("460200", "390", DAY, "of this city nothing is told any more", "460000"),
        ("460100", "390", BEFORE, "the province still pools", "460000"),
        ("410181", "390", DAY, "a county directly under its province", "410181"),
        ("410181", "390", BEFORE, "it was not always", "410100"),
        ("110105", "390", DAY, "a municipality stays whole", "110000"),
    ],
)
def test_a_filing_leads_where_the_level_of_pooling_of_its_day_says(
    area: str, scheme: str, day: date, case: str, expected: str
) -> None:
    assert filed_area(PoolBook(TOLD), area, scheme, day) == expected, case


@pytest.mark.parametrize(
    ("area", "expected"), [("510100", True), ("660000", True), ("990000", False), ("810000", False)]
)
def test_an_area_lies_in_a_networked_province(area: str, expected: bool) -> None:
    assert is_area(area) is expected
