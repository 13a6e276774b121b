"""Prices of public hospitals, and mappings of tiers, in the service, on a real database."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.prices import PriceItem, PricesPublished, PublishPrices
from shared.messages.enrollment.registers import CataloguePublished, RegisterCenter, RegisterNode
from shared.messages.enrollment.tiers import MapTiers, TierMapping, TiersMapped
from tests.given.driver import Driver


def price(item: str = "DRUG", tier: Any = "2甲", yuan: str = "12.5") -> PriceItem:
    return PriceItem(item=item, tier=tier, price=yuan)


def prices(*items: PriceItem, **changed: Any) -> PublishPrices:
    given = {"page_id": "prices-511900-1", "area": "511900", "in_force_from": date(2023, 1, 1), **changed}
    return PublishPrices(**given, items=items or (price(), price(tier="3")))


def tiers(*mappings: tuple[Any, str], area: str = "511900", start: date | None = None) -> MapTiers:
    return MapTiers(
        insured_area=area,
        in_force_from=start,
        mappings=tuple(TierMapping(tier=tier, home_tier=home_tier) for tier, home_tier in mappings),
    )


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Bazhong's node and center and those of Chengdu, and a hospital's node."""
    driver = await driver_for(SERVICE)
    for node_id, center_id in (("bazhong", "511900"), ("chengdu", "510100")):
        node = RegisterNode(node_id=node_id, name=node_id, kind="center")
        await driver.hear(node, RegisterCenter(center_id=center_id, name=center_id, node_id=node_id))
    await driver.hear(RegisterNode(node_id="huaxi", name="huaxi", kind="hospital"))
    return driver


def told(decision: Decision) -> tuple[str, str]:
    """The answer's code and place; a refusal says nothing else."""
    assert decision.answer is not None
    if not decision.answer.accepted:
        assert not decision.facts and not decision.rows
    return decision.answer.code, decision.answer.where


@pytest.mark.requirement("ENR-19")
async def test_prices_are_published_as_given_and_mended_page_by_page(enrollment: Driver) -> None:
    [first, again, mended] = await enrollment.hear(
        prices(), prices(), prices(price(yuan="13")), source="bazhong"
    )
    assert list(first.facts) == [PricesPublished(**dict(prices()))]
    assert not again.facts
    assert list(mended.facts) == [PricesPublished(**dict(prices(price(yuan="13"))))]


@pytest.mark.requirement("ENR-20")
async def test_an_areas_tiers_are_mapped_as_given_in_place_of_an_earlier_mapping(enrollment: Driver) -> None:
    one, other = tiers(("2甲", "2"), ("3特", "3")), tiers(("2甲", "3"))
    [first, again, mended] = await enrollment.hear(one, one, other, source="bazhong")
    assert list(first.facts) == [TiersMapped(**dict(one))]
    assert not again.facts
    assert list(mended.facts) == [TiersMapped(**dict(other))]


@pytest.mark.requirement("ENR-20")
async def test_mappings_of_two_dates_are_both_kept_and_mended_each_by_itself(enrollment: Driver) -> None:
    day = date(2024, 1, 1)
    old, new, mended = tiers(("2甲", "2")), tiers(("2甲", "3"), start=day), tiers(("2甲", "1"), start=day)
    [*_, again] = await enrollment.hear(old, new, source="bazhong")
    assert list(again.facts) == [TiersMapped(**dict(new))]

    told = await enrollment.hear(old, new, mended, source="bazhong")

    assert [list(one.facts) for one in told] == [[], [], [TiersMapped(**dict(mended))]]
    kept = await enrollment.fetch(
        "SELECT subject_id, version, content ->> 'in_force_from', content -> 'mappings' -> 0 ->> 'home_tier'"
        " FROM register WHERE kind = 'tiers' ORDER BY subject_id"
    )
    assert [tuple(row) for row in kept] == [
        ("511900", 1, None, "2"),
        ("511900/2024-01-01", 2, "2024-01-01", "1"),
    ]


REFUSED: list[tuple[str, Body, tuple[str, str]]] = [
    ("chengdu", prices(), ("AREA_NOT_YOURS", "511900")),
    ("huaxi", prices(), ("OPERATOR_ONLY", "huaxi")),
    ("operator", prices(area="370300"), ("UNKNOWN_AREA", "area: 370300")),
    ("operator", prices(price(), price(yuan="1")), ("INVALID_FIELD", "items.1: DRUG 2甲")),
    ("chengdu", tiers(("2甲", "2")), ("AREA_NOT_YOURS", "511900")),
    ("huaxi", tiers(("2甲", "2")), ("OPERATOR_ONLY", "huaxi")),
    ("operator", tiers(("2甲", "2"), area="370300"), ("UNKNOWN_AREA", "insured_area: 370300")),
    ("operator", tiers(("2甲", "2"), ("2甲", "3")), ("INVALID_FIELD", "mappings.1.tier: 2甲")),
]


@pytest.mark.parametrize(("source", "body", "expected"), REFUSED)
async def test_what_is_not_registered(
    enrollment: Driver, source: str, body: Body, expected: tuple[str, str]
) -> None:
    [decision] = await enrollment.hear(body, source=source)
    assert told(decision) == expected


async def test_a_page_stays_with_its_area(enrollment: Driver) -> None:
    await enrollment.hear(prices(), source="bazhong")
    [taken] = await enrollment.hear(prices(area="510100"), source="chengdu")
    assert told(taken) == ("AREA_NOT_YOURS", "page_id: 511900")


def test_a_page_of_prices_never_takes_the_place_of_a_catalogues() -> None:
    given: dict[str, Any] = {"page_id": "511900-1", "area": "511900", "in_force_from": date(2023, 1, 1)}
    assert PricesPublished(**given, items=()).key != CataloguePublished(**given, items=()).key
