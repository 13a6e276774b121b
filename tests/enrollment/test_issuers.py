"""Who may issue referral certificates: published whole a county or city and year, by count and tier."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.registry_import.folder import read_registry
from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.network.issuers import Issuer, IssuersPublished, PublishIssuers
from tests.enrollment.test_registers import center, code, institution, node
from tests.given.driver import Driver

COUNTY, CITY = "511902", "511900"
SECOND, THIRD, LOW, CLOSED, TERTIARY = (f"H5119020000{number}" for number in range(1, 6))
MARCH_2, MARCH_3 = date(2026, 3, 2), date(2026, 3, 3)


def publish(*names: str, area: str = COUNTY, year: int = 2026, **more: Any) -> PublishIssuers:
    """A list of an area."""
    issuers = tuple(Issuer(institution_id=name) for name in names)
    return PublishIssuers(area=area, year=year, institutions=issuers, **more)


@pytest.fixture
async def bazhong(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """Bazhou county with two hospitals of tier 2甲, one of 2乙, a suspended one, and one of tier 3."""
    driver = await driver_for(SERVICE)
    await driver.hear(node("bazhong", "center"), node("chengdu", "center"), node("huaxi"))
    await driver.hear(center(CITY, "bazhong"), center("510100", "chengdu"))
    for name, tier, grade in (
        (SECOND, "2", "甲"),
        (THIRD, "2", "甲"),
        (LOW, "2", "乙"),
        (TERTIARY, "3", None),
    ):
        await driver.hear(institution(institution_id=name, area=COUNTY, tier=tier, grade=grade))
    for status in ("published", "suspended"):
        await driver.hear(institution(institution_id=CLOSED, area=COUNTY, status=status))
    await driver.hear(institution(institution_id="H51010000009"))
    return driver


LISTS: list[tuple[str, PublishIssuers, str]] = [
    ("bazhong", publish(SECOND, THIRD), "OK"),
    ("bazhong", publish(SECOND, THIRD, TERTIARY), "OK"),
    ("bazhong", publish(SECOND), "INVALID_FIELD institutions: 1"),
    ("bazhong", publish(SECOND, THIRD, TERTIARY, LOW), "INVALID_FIELD institutions: 4"),
    ("bazhong", publish(SECOND, SECOND), "INVALID_FIELD institutions: one stands there twice"),
    (
        "bazhong",
        publish(SECOND, LOW, CLOSED),
        f"ISSUER_NOT_QUALIFIED institutions.1: {LOW} published 511902 2 乙; "
        f"institutions.2: {CLOSED} suspended 511902 3",
    ),
    ("bazhong", publish(SECOND, "H51190200009"), "ISSUER_NOT_QUALIFIED institutions.1: H51190200009 -"),
    (
        "bazhong",
        publish(SECOND, "H51010000009"),
        "ISSUER_NOT_QUALIFIED institutions.1: H51010000009 published 510100 3",
    ),
    ("bazhong", publish(TERTIARY, area=CITY), "OK"),
    (
        "bazhong",
        publish(SECOND, area=CITY),
        f"ISSUER_NOT_QUALIFIED institutions.0: {SECOND} published 511902 2 甲",
    ),
    (
        "bazhong",
        publish(SECOND, THIRD, applies_from=date(2027, 1, 1)),
        "DATE_NOT_POSSIBLE applies_from: 2027-01-01",
    ),
    ("chengdu", publish(SECOND, THIRD), "AREA_NOT_YOURS 511902"),
    ("huaxi", publish(SECOND, THIRD), "OPERATOR_ONLY huaxi"),
]


@pytest.mark.requirement("REF-15")
@pytest.mark.requirement("REF-16")
async def test_a_county_chooses_two_or_three_and_a_city_names_its_tertiary_ones(bazhong: Driver) -> None:
    for source, body, expected in LISTS:
        [decision] = await bazhong.hear(
            body, source=source, day=None
        )  # before any day a list may still change
        assert decision.answer
        assert f"{decision.answer.code} {decision.answer.where}".strip() == expected


@pytest.mark.requirement("REF-17")
async def test_a_list_is_published_once_a_year_and_changed_for_days_to_come(bazhong: Driver) -> None:
    first, again, back, changed, next_year = await bazhong.hear(
        publish(SECOND, THIRD),
        publish(SECOND, THIRD),
        publish(SECOND, TERTIARY),
        publish(SECOND, TERTIARY, applies_from=MARCH_3),
        publish(SECOND, THIRD, year=2027),
        day=MARCH_2,
    )
    assert [*first.facts] == [IssuersPublished(**dict(publish(SECOND, THIRD)), published_on=MARCH_2)]
    assert first.facts[0].applies_from == date(2026, 1, 1)  # type: ignore[attr-defined]
    assert (code(again), again.facts) == ("OK", ())
    assert code(back) == "DATE_NOT_POSSIBLE"
    assert [len(one.facts) for one in (changed, next_year)] == [1, 1]


def test_a_file_of_issuers_comes_after_the_institutions(tmp_path: Path) -> None:
    (tmp_path / "issuers.csv").write_text(
        f"area,year,institutions\n{COUNTY},2026,{SECOND};{THIRD}\n", "utf-8"
    )
    registry = read_registry(tmp_path)
    assert not registry.faults
    assert [entry.body for stage in registry.stages for entry in stage] == [publish(SECOND, THIRD)]
