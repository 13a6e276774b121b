"""Where a filing may lead, as tables of area codes."""

import pytest

from services.referral.rules.destination import filed_area, is_area


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
    assert filed_area(area) == expected, case


@pytest.mark.parametrize(
    ("area", "expected"), [("510100", True), ("660000", True), ("990000", False), ("810000", False)]
)
def test_an_area_lies_in_a_networked_province(area: str, expected: bool) -> None:
    assert is_area(area) is expected
