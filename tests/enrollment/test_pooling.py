"""Who pools for an area: told for days to come by who answers for it, for its pool so far and its new one."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.network.pooling import PoolingSet, SetPooling
from shared.pools import Pool, PoolBook
from tests.enrollment.test_registers import center, code, node
from tests.given.driver import Driver

COUNTY, CITY, PROVINCE = "511902", "511900", "510000"
TODAY, APRIL, MAY, JUNE, JULY = (date(2026, month, 1) for month in range(3, 8))


def set_pooling(area: str = COUNTY, pool: str | None = CITY, since: date = APRIL, **more: Any) -> SetPooling:
    """An area is pooled by another."""
    return SetPooling(area=area, scheme="390", pooling_area=pool, applies_from=since, **more)


ASKED: list[tuple[str, SetPooling, str]] = [
    ("bazhong", set_pooling(COUNTY, "511903"), "INVALID_FIELD"),
    ("bazhong", set_pooling(CITY, COUNTY), "INVALID_FIELD"),
    ("bazhong", set_pooling(CITY, CITY, under_province=True), "INVALID_FIELD"),
    ("bazhong", set_pooling(since=TODAY), "DATE_NOT_POSSIBLE"),
    ("bazhong", set_pooling("520522", "520500"), "UNKNOWN_AREA"),
    ("chengdu", set_pooling(), "AREA_NOT_YOURS"),
    ("huaxi", set_pooling(), "OPERATOR_ONLY"),
    ("bazhong", set_pooling(CITY, PROVINCE), "AREA_NOT_YOURS"),
    ("bazhong", set_pooling(), "OK"),
    ("sichuan", set_pooling(PROVINCE, PROVINCE, MAY), "OK"),
    ("bazhong", set_pooling(CITY, CITY, JUNE), "AREA_NOT_YOURS"),  # it is the province's pool by then
    ("sichuan", set_pooling(COUNTY, COUNTY, JUNE, under_province=True), "OK"),
    ("bazhong", set_pooling(COUNTY, CITY, JUNE), "AREA_NOT_YOURS"),  # what the province said
    ("bazhong", set_pooling(COUNTY, None, JULY), "AREA_NOT_YOURS"),
    ("bazhong", set_pooling(COUNTY, COUNTY, JULY, under_province=True), "AREA_NOT_YOURS"),
    ("bazhong", set_pooling("511921", "511921", APRIL, under_province=True), "AREA_NOT_YOURS"),
    ("bazhong", set_pooling("511921", "511921", APRIL), "OK"),
    ("sichuan", set_pooling(COUNTY, CITY, JULY), "OK"),
]


@pytest.mark.requirement("REF-12")
async def test_who_pools_is_told_by_who_answers_for_all_that_it_concerns(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    names = ("bazhong", "chengdu", "sichuan")
    await driver.hear(*(node(name, "center") for name in names), node("huaxi"))
    await driver.hear(*map(center, (CITY, "510100", PROVINCE), names))
    for source, body, expected in ASKED:
        [decision] = await driver.hear(body, source=source, day=TODAY)
        assert code(decision) == expected, body
        assert list(decision.facts) == ([PoolingSet(**dict(body))] if expected == "OK" else [])
    [again] = await driver.hear(set_pooling(), source="bazhong", day=APRIL)
    assert (code(again), again.facts) == ("OK", ())
    [undone] = await driver.hear(set_pooling(pool=None), source="bazhong", day=TODAY)
    assert [dict(one)["pooling_area"] for one in undone.facts] == [None]


TOLD = [
    Pool(COUNTY, "390", TODAY, CITY),
    Pool(CITY, "390", APRIL, CITY),
    Pool(CITY, "390", MAY, PROVINCE),
    Pool("511903", "390", MAY, "511903", under_province=True),
    Pool("511922", "390", APRIL, "511922", under_province=True),
    Pool("511922", "390", JULY, CITY),
    Pool(PROVINCE, "390", JUNE, None),
]


@pytest.mark.parametrize(
    ("area", "day", "expected"),
    [
        (COUNTY, date(2026, 2, 28), None),
        (COUNTY, TODAY, CITY),
        (COUNTY, MAY, PROVINCE),
        ("511903", TODAY, None),
        ("511903", APRIL, CITY),
        ("511903", MAY, "511903"),
        ("511922", MAY, "511922"),  # whatever its city is told
        ("511922", JUNE, None),  # but as its province is
        ("511922", JULY, CITY),
        (COUNTY, JUNE, None),
        ("510100", MAY, None),
    ],
)
def test_the_newest_that_was_told_counts_and_of_one_day_the_nearest(
    area: str, day: date, expected: str | None
) -> None:
    assert PoolBook(TOLD).pool_of(area, "390", day) == expected
    assert PoolBook(TOLD).pool_of(area, "310", day) is None
    assert expected is None or expected in PoolBook(TOLD).pools_ever(area, "390")


def test_a_pool_that_is_pooled_itself_since_takes_its_areas_along() -> None:
    book = PoolBook([Pool(CITY, "390", TODAY, PROVINCE), Pool(COUNTY, "390", APRIL, CITY)])
    assert book.pool_of(COUNTY, "390", APRIL) == PROVINCE
