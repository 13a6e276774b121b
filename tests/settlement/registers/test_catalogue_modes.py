"""Whose catalogue classifies the lines: the treatment place's, or by agreement that of the insured."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.settlement.model.registers.agreement_book import AgreementBook
from services.settlement.model.registers.registry import Agreement
from services.settlement.registers.cache import RegisterCache
from shared.messages.body import Body
from shared.messages.enrollment.registers import CatalogueItem, CataloguePublished
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    D4,
    NODE,
    DriverFor,
    accepted,
    admit,
    agreement,
    bed,
    catalogue,
    coverage,
    discharge,
    line,
    open_world,
    outpatient,
    result,
    upload,
)

Y25, Y26, Y28 = (date(year, 1, 1) for year in (2025, 2026, 2028))


def of(area: str, page_id: str, start: date = Y25, **levels: str) -> CataloguePublished:
    """A page of another area's catalogue."""
    return catalogue(page_id, start, **levels).model_copy(update={"area": area})


# The bed is class 甲 in Sichuan, 丙 in Bazhong, 乙 with nothing off in the insured province of Guizhou.
BAZHONG, GUIZHOU = of("511900", "BZ", BED="03"), of("520000", "GZ", BED="02")


def signed(mode: str, **given: Any) -> Body:
    """The agreement of Bazhong with Sichuan, in a mode."""
    return agreement(catalog_mode=mode, **given)


async def self_paid(driver: Driver, *bodies: Body) -> list[int]:
    """What each upload leaves to the patient in full."""
    decisions = await accepted(driver, *bodies)
    told = [result(decision.answer) for decision in decisions]
    return [answer.amounts.full_self_pay_fen for answer in told if hasattr(answer, "upload_id")]


MODES = [("treatment", 0), ("insured", 100), ("provincial", 0)]


@pytest.mark.requirement("ENR-14")
@pytest.mark.requirement("SET-30")
@pytest.mark.parametrize(("mode", "expected"), MODES)
@pytest.mark.parametrize("admitted", [False, True])
async def test_the_agreement_says_whose_catalogue_classifies(
    driver_for: DriverFor, mode: str, expected: int, admitted: bool
) -> None:
    driver = await open_world(driver_for, BAZHONG, signed(mode))
    if admitted:
        await accepted(driver, admit())

    assert await self_paid(driver, bed("U1", 1)) == [expected]


@pytest.mark.requirement("SET-30")
async def test_without_a_word_the_catalogue_is_that_of_the_treatment_place(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, BAZHONG)

    assert await self_paid(driver, admit(), bed("U1", 1)) == [0]


@pytest.mark.requirement("SET-28")
async def test_the_insured_province_may_have_one_catalogue_for_all(driver_for: DriverFor) -> None:
    pair = agreement("520100", "510000", catalog_mode="provincial")
    county = of("520100", "GY", BED="03")
    driver = await open_world(driver_for, GUIZHOU, county, pair, coverage("Mo", area="520100"))

    assert await self_paid(driver, bed("U1", 1, person_id="Mo")) == [0]
    [decision] = await accepted(
        driver, upload("U2", line(1, "DRUG", "1", "20", "09"), total_fen=2_000, person_id="Mo")
    )
    assert result(decision.answer).unknown_items == ("DRUG",)


async def test_an_outpatient_bill_goes_by_the_same_agreement(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, BAZHONG, signed("insured"))

    [decision] = await accepted(driver, outpatient(line(1), total_fen=10_000))

    assert result(decision.answer).payments.full_self_pay_fen == 10_000


@pytest.mark.requirement("SET-01")
async def test_the_catalogue_of_the_insured_counts_by_the_day_of_the_costs_too(driver_for: DriverFor) -> None:
    newer = of("511900", "BZ2", D3, BED="01")
    driver = await open_world(driver_for, BAZHONG, newer, signed("insured"))

    assert await self_paid(driver, admit(), bed("U1", 1, D2), bed("U2", 1, D3)) == [100, 0]


async def test_a_stay_keeps_the_catalogue_of_its_admission_when_the_agreement_changes(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, BAZHONG)
    await driver.hear(signed("insured", in_force_from=D3), source="enrollment")
    later: dict[str, Any] = {"visit_id": "V2"}

    told = await self_paid(
        driver,
        admit(),
        bed("U1", 1, D3),
        discharge(),
        admit(**later, admitted_on=D3),
        bed("U1", 1, D3, **later),
    )

    assert told == [0, 100]


async def test_an_agreement_heard_in_the_same_batch_counts(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    facts = [driver.message(fact, source="enrollment") for fact in (BAZHONG, signed("insured"))]

    decisions = await driver.hear(*facts, driver.message(bed("U1", 1), source=NODE, day=D3))

    assert result(decisions[-1].answer).amounts.full_self_pay_fen == 100


async def test_a_person_nobody_knows_yet_is_classified_by_the_treatment_place(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, BAZHONG, signed("insured"))

    assert await self_paid(driver, bed("U1", 1, person_id="Stranger")) == [0]


BOOK = [
    # insured, treated, day, mode, by agreements of provinces and of a city, this one renewed
    ("511900", "510100", Y25, "insured"),
    ("512000", "510100", Y25, "provincial"),
    ("511900", "510100", Y26, "treatment"),
    ("511900", "520100", Y25, "treatment"),
]


@pytest.mark.requirement("ENR-13")
@pytest.mark.requirement("ENR-14")
@pytest.mark.parametrize(("insured", "treated", "day", "expected"), BOOK)
def test_the_agreement_of_the_nearest_places_counts(
    insured: str, treated: str, day: date, expected: str
) -> None:
    wide = Agreement("W", "510000", "510000", ("390",), Y25, Y28, "provincial")
    near = Agreement("N", "511900", "510000", ("390",), Y25, Y28, "insured")
    book = AgreementBook([wide, near, near._replace(in_force_from=Y26, catalog_mode="treatment")])

    assert book.catalog_mode(insured, treated, "390", day, "H51010000001") == expected
    assert [book.varies(area) for area in ("510104", "520100")] == [True, False]


def kinds(page_id: str, start: date, limit: str) -> CataloguePublished:
    """A drug, a service and a consumable, with their limits and what comes off first."""
    given = [
        ("DRUG", "drug", "09", 1_000),
        ("SCAN", "service", "03", 500),
        ("STENT", "consumable", "08", 2_000),
    ]
    items = [
        CatalogueItem(item=i, kind=k, category=c, level="02", price_limit=limit, pre_self_pay_bp=bp)  # type: ignore[arg-type]
        for i, k, c, bp in given
    ]
    return CataloguePublished(page_id=page_id, area="510000", in_force_from=start, items=tuple(items))


KINDS = [
    # item, day of the costs, over the limit, pre-self-pay, of 100 yuan
    ("DRUG", D1, 4_000, 600),
    ("DRUG", D2, 1_000, 900),
    ("SCAN", D1, 4_000, 300),
    ("SCAN", D2, 1_000, 450),
    ("STENT", D1, 4_000, 1_200),
    ("STENT", D2, 1_000, 1_800),
]


@pytest.mark.requirement("ENR-16")
async def test_drugs_services_and_consumables_have_limits_and_pre_self_pay_by_date(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, kinds("K1", Y25, "60"), kinds("K2", D2, "90"))
    asked = [
        upload(f"U{n}", line(1, item), total_fen=10_000, cost_on=day)
        for n, (item, day, _, _) in enumerate(KINDS)
    ]

    told = [result(decision.answer).amounts for decision in await accepted(driver, *asked)]

    assert [(one.over_limit_fen, one.pre_self_pay_fen) for one in told] == [row[2:] for row in KINDS]


async def test_only_pages_that_changed_are_read_again(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, of("510000", "OLD", COT="01"), of("510000", "NEW", CRIB="03"))
    cache = RegisterCache()
    async with driver.pool.acquire() as tx:
        before = (await cache.fresh(tx, {}, ["510000"])).catalogues["510000"]
        await tx.execute("UPDATE known_catalogue_page SET items = '[]' WHERE page_id = 'OLD'")
    await driver.hear(of("510000", "NEW", CRIB="02"), source="enrollment")

    async with driver.pool.acquire() as tx:
        after = (await cache.fresh(tx, {}, ["510000"])).catalogues["510000"]

    levels = [[held.on(D4)[item].level for item in ("COT", "CRIB")] for held in (before, after)]
    assert levels == [["01", "03"], ["01", "02"]]


async def test_a_page_that_is_gone_with_its_database_is_forgotten(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, of("510000", "OLD", COT="01"))
    cache = RegisterCache()
    async with driver.pool.acquire() as tx:
        await cache.fresh(tx, {}, ["510000"])
        await tx.execute("DELETE FROM known_catalogue_page WHERE page_id = 'OLD'")
        await tx.execute("UPDATE known_version SET token = $1", UUID(int=1))
        held = (await cache.fresh(tx, {}, ["510000"])).catalogues["510000"]

    assert [held.on(D4)[item].level for item in ("COT", "BED")] == ["03", "01"]
