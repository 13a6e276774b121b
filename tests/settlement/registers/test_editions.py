"""Editions as settlement keeps them: the newest that is whole counts, and nothing that it does not name."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from shared.messages.amounts import Payments
from shared.messages.enrollment.editions import EditionPublished
from shared.messages.enrollment.mappings import MappedCode, MappingPublished
from shared.messages.enrollment.prices import PriceItem, PricesPublished
from shared.messages.enrollment.registers import CatalogueItem, CataloguePublished
from tests.given.driver import Driver
from tests.settlement.given.world import (  # fmt: skip
    HUAXI,
    DriverFor,
    accepted,
    completed,
    line,
    open_world,
    outpatient,
    rows,
)

Y23, Y24 = date(2023, 1, 1), date(2024, 1, 1)


def page(
    page_id: str, limit: str, start: date = Y23, items: tuple[str, ...] = ("DRUG",)
) -> CataloguePublished:
    given = tuple(CatalogueItem(item=item, category="09", level="01", price_limit=limit) for item in items)
    return CataloguePublished(
        page_id=page_id, area="510000", in_force_from=start, items=given, in_edition=True
    )


def edition(number: int, *pages: str, **given: Any) -> EditionPublished:
    values: dict[str, Any] = {"register_of": "catalogue", "whose": "510000", "starts": (Y23,), **given}
    return EditionPublished(number=number, pages=pages, **values)


async def paid(driver: Driver, visit_id: str, item: str) -> Payments:
    """Who pays 100 yuan for an item."""
    bill = outpatient(line(1, item, category="09"), total_fen=10_000, visit_id=visit_id)
    [decision] = await accepted(driver, bill)
    return completed(decision).payments


async def over_limit(driver: Driver, visit_id: str, item: str = "DRUG") -> int:
    """What of 100 yuan is over the item's limit."""
    return (await paid(driver, visit_id, item)).over_limit_fen


async def hear(driver: Driver, *facts: Any) -> None:
    for fact in facts:
        await driver.hear(fact, source="enrollment")


async def test_a_row_less_over_the_edge_of_a_page_leaves_no_stale_page(driver_for: DriverFor) -> None:
    """The limit of 20 stood on the second page, and is mended to 10, which now stands on the first."""
    driver = await open_world(driver_for)
    await hear(driver, page("001-a", "50", items=("BED",)), page("002-a", "20"), edition(1, "001-a", "002-a"))
    assert await over_limit(driver, "O1") == 8_000
    await hear(driver, page("001-b", "10"), edition(2, "001-b"))
    assert await over_limit(driver, "O2") == 9_000


async def test_what_is_from_a_day_that_is_no_longer_given_falls_away(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await hear(driver, page("A", "20"), page("B", "10", Y24), edition(1, "A", "B", starts=(Y23, Y24)))
    assert await over_limit(driver, "O1") == 9_000
    await hear(driver, edition(2, "A"))
    assert await over_limit(driver, "O2") == 8_000


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_an_edition_counts_once_it_is_whole_in_whatever_order_it_came(
    driver_for: DriverFor, order: tuple[int, ...]
) -> None:
    driver = await open_world(driver_for)
    await hear(driver, page("A", "20"), edition(1, "A"))
    facts = [page("B", "10"), page("C", "10", items=("GAUZE",)), edition(2, "B", "C")]
    for number, place in enumerate(order):
        assert await over_limit(driver, f"O{number}") == 8_000
        await hear(driver, facts[place])
    assert await over_limit(driver, "whole") == 9_000
    assert await over_limit(driver, "other", "GAUZE") == 9_000


async def test_pages_of_no_edition_yet_count_for_nothing_also_in_the_batch_that_brings_them(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    bill = outpatient(line(1, "DRUG", category="09"), total_fen=10_000, visit_id="O1")
    ready = driver.message(page("A", "10"), source="enrollment"), driver.message(bill, source="huaxi")
    *_, decision = await driver.hear(*ready)
    assert decision.answer and decision.answer.accepted
    # The page that stands alone, of the invented world, says 20.
    assert await over_limit(driver, "O2") == 8_000
    assert await rows(driver, "SELECT page_id FROM known_catalogue_page WHERE in_edition") == [("A",)]


async def test_mappings_and_prices_come_in_editions_too(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    codes = (MappedCode(local_item="L1", item="BED"),)
    mapped: dict[str, Any] = {
        "institution_id": HUAXI,
        "in_force_from": Y23,
        "codes": codes,
        "in_edition": True,
    }
    priced: dict[str, Any] = {"area": "511900", "in_force_from": Y23, "in_edition": True}
    price = (PriceItem(item="BED", tier="3", price="80"),)
    await hear(
        driver,
        MappingPublished(page_id="M1", **mapped),
        PricesPublished(page_id="PR1", items=price, **priced),
        edition(1, "M1", register_of="mapping", whose=HUAXI),
        edition(1, "PR1", register_of="prices", whose="511900"),
    )
    kept = await rows(driver, "SELECT subject, page_ids FROM known_edition ORDER BY 1")
    assert kept == [(f"mapping {HUAXI}", ["M1"]), ("prices 511900", ["PR1"])]
    assert (await paid(driver, "O1", "L1")).full_self_pay_fen == 0
