"""At home is where the pooling area is: a county whose city pools is at home in the whole city."""

from datetime import date
from typing import Any

import pytest

from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.messages.body import Body
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from tests.settlement.given.world import (
    BAZHONG,
    D1,
    D9,
    DriverFor,
    accepted,
    admit,
    agreement,
    ask,
    catalogue,
    completed,
    coverage,
    filing,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    reverse,
    settle,
    stay,
    tiers,
)

Y23, Y26, Y28 = (date(year, 1, 1) for year in (2023, 2026, 2028))
CITY, COUNTY, PROVINCE = "511900", "511902", "510000"
BIJIE = "H52050000001"


def head(area: str, level: str = "city", since: date = Y23, until: date = Y28) -> PolicyHead:
    return PolicyHead(f"{area} {level}", area, "390", since, until, level)


POOLS = [
    ("no policy at all", [], COUNTY),
    ("the city's", [head(CITY)], CITY),
    ("the county's own", [head(COUNTY)], COUNTY),
    ("the county's own is newer", [head(CITY), head(COUNTY, since=Y26)], COUNTY),
    ("the city's is newer: they were merged", [head(COUNTY), head(CITY, since=Y26)], CITY),
    ("the city's is over", [head(CITY, until=Y26)], COUNTY),
    ("the province pools", [head(CITY), head(PROVINCE, "province")], PROVINCE),
    ("another city's", [head("512000")], COUNTY),
]


@pytest.mark.parametrize(("case", "heads", "expected"), POOLS, ids=[case[0] for case in POOLS])
def test_the_pooling_area_is_that_of_the_policy_in_force(
    case: str, heads: list[PolicyHead], expected: str
) -> None:
    assert PolicyBook(heads).pooling_area(COUNTY, "390", D1) == expected


MO: dict[str, Any] = {"person_id": "Mo", "institution_id": BAZHONG}


def whole_stay(**names: Any) -> list[Body]:
    """Mo's stay."""
    return [body.model_copy(update=names) for body in stay()]


@pytest.mark.requirement("REF-25")
async def test_a_county_is_at_home_in_its_own_city(driver_for: DriverFor) -> None:
    away = filing(kind="long_term_resident", person_id="Mo", insured_area=COUNTY)
    driver = await open_world(driver_for, coverage("Mo", area=COUNTY), away)

    [*_, settled] = await accepted(driver, *whole_stay(**MO), settle(1, 100_000, **MO), source="bazhong")
    [undone] = await accepted(
        driver, reverse(completed(settled).settlement_id, **MO), day=D9, source="bazhong"
    )

    told = completed(settled)
    assert (told.filing, told.payments.ratio_bp, told.pooling_area) == ("home", 6500, CITY)
    [reversal] = undone.facts
    assert isinstance(reversal, SettlementReversed) and reversal.pooling_area == CITY


@pytest.mark.parametrize("kind", ["stay", "bill"])
async def test_care_in_the_own_pool_needs_no_agreement(driver_for: DriverFor, kind: str) -> None:
    city = policy("520500-390", area="520500")
    driver = await open_world(
        driver_for, city, tiers(area="520500"), coverage("Mo", area="520522"), institution(BIJIE)
    )
    names = {"person_id": "Mo", "institution_id": BIJIE}
    asked: Body = admit(**names) if kind == "stay" else outpatient(line(1), total_fen=10_000, **names)

    assert (await ask(driver, asked)).code == "OK"


async def test_a_pool_that_was_merged_since_counts_for_care_that_began_since(driver_for: DriverFor) -> None:
    merged = policy("511900-390b", in_force_from="2026-03-05")
    own = policy("511902-390", area=COUNTY, in_force_until="2026-03-05")
    driver = await open_world(driver_for, coverage("Mo", area=COUNTY), own, merged)

    kinds = []
    for visit_id, day in (("V1", date(2026, 3, 4)), ("V2", date(2026, 3, 5))):
        names = {**MO, "visit_id": visit_id}
        bill = outpatient(line(1), total_fen=10_000, service_on=day, **names)
        [settled] = await accepted(driver, bill, day=D9, source="bazhong")
        assert isinstance(settled.facts[0], SettlementCompleted)
        kinds.append((settled.facts[0].filing, settled.facts[0].pooling_area))

    assert kinds == [("none", COUNTY), ("home", CITY)]


async def test_at_home_the_lines_are_classified_by_the_place_of_treatment(driver_for: DriverFor) -> None:
    listed = catalogue("BZ", BED="01").model_copy(update={"area": CITY})
    own = catalogue("CO", BED="03").model_copy(update={"area": COUNTY})
    signed = agreement(COUNTY, PROVINCE, catalog_mode="insured")
    driver = await open_world(driver_for, coverage("Mo", area=COUNTY), listed, own, signed)

    [settled] = await accepted(driver, outpatient(line(1), total_fen=10_000, **MO), source="bazhong")

    assert completed(settled).payments.full_self_pay_fen == 0
