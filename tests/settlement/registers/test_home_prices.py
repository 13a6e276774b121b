"""What the insured place's public hospitals take: by item, tier and day, read only where it is asked for."""

import json
from datetime import date

import pytest

from services.settlement.load import load
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import PricePage
from services.settlement.registers.cache import RegisterCache
from shared.bus.service import Keys
from tests.given.driver import Driver
from tests.settlement.given.world import D1, D2, D9, HUAXI, DriverFor, open_world, prices

Y23, Y24 = date(2023, 1, 1), date(2024, 1, 1)
YUAN = 10**6
ASKED: Keys = {"institution": [HUAXI], "prices_of": ["511902"]}


def page(page_id: str, start: date, *items: tuple[str, str, str], area: str = "511900") -> PricePage:
    return PricePage(page_id, area, start, json.dumps(items))


PAGES = [
    page("A", Y23, ("BED", "3", "80"), ("BED", "2", "60.5"), ("FREE", "3", "0")),
    page("B", Y24, ("BED", "3", "90")),
    page("C", Y23, ("COT", "3甲", "9999999999.999999"), area="511902"),
    page("D", Y23, ("COT", "3", "1"), area="510000"),
]
PRICES = [
    # insured area, item, home tier, day, price in yuan × 10⁶
    ("511900", "BED", "3", Y23, 80 * YUAN),
    ("511900", "BED", "3", Y24, 90 * YUAN),
    ("511900", "BED", "2", Y24, 60_500_000),
    ("511900", "BED", "1", Y24, None),
    ("511900", "BED", "3", date(2022, 12, 31), None),
    ("511900", "FREE", "3", Y24, 0),
    ("511900", "COT", "3", Y24, YUAN),
    ("511903", "BED", "3", Y24, 90 * YUAN),
    ("511902", "COT", "3甲", Y24, 9_999_999_999_999_999),
    ("511902", "BED", "3", Y24, 90 * YUAN),
    ("512000", "COT", "3", Y24, YUAN),
    ("520000", "COT", "3", Y24, None),
]


@pytest.mark.requirement("ENR-19")
@pytest.mark.parametrize(("area", "item", "tier", "day", "expected"), PRICES)
def test_the_nearest_price_list_says_what_an_item_costs_at_a_tier_on_a_day(
    area: str, item: str, tier: str, day: date, expected: int | None
) -> None:
    known = Known()
    for one in PAGES:
        known.keep_price_page(one)

    assert known.home_price_e6(area, item, tier, day) == expected


def test_a_page_published_anew_replaces_what_it_said() -> None:
    known = Known()
    for one in (*PAGES, page("B", Y24, ("BED", "2", "70"))):
        known.keep_price_page(one)

    assert [known.home_price_e6("511900", "BED", tier, Y24) for tier in "23"] == [70 * YUAN, 80 * YUAN]


async def read(driver: Driver, keys: Keys, cache: RegisterCache) -> Known:
    async with driver.pool.acquire() as tx, tx.transaction():
        return await load(tx, keys, cache)


@pytest.mark.requirement("ENR-19")
async def test_published_prices_are_kept_and_read_where_they_are_asked_for(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, prices(), prices("PR2", D2, BED="85.25"))
    cache = RegisterCache()

    without = await read(driver, {"institution": [HUAXI]}, cache)
    asked = await read(driver, ASKED, cache)

    assert without.registers.prices == {}
    assert [asked.home_price_e6("511902", "BED", "3", day) for day in (D1, D9)] == [80 * YUAN, 85_250_000]
    assert asked.home_price_e6("511902", "BED", "2", D9) is None


async def test_prices_mended_later_are_read_again_by_every_process(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, prices())
    cache = RegisterCache()
    before = await read(driver, ASKED, cache)

    await driver.hear(prices(BED="70"), source="enrollment")
    after = await read(driver, ASKED, cache)

    told = [known.home_price_e6("511900", "BED", "3", D9) for known in (before, after)]
    assert told == [80 * YUAN, 70 * YUAN]
