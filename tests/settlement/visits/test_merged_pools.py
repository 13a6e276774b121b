"""Pools that are merged, or stay apart: care that begins from the day on goes by it, no stay before it."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.filing_used import filing_used
from services.settlement.model.registers.registry import Filing
from services.settlement.model.visit import Visit
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.settlement.visits import SettlementReversed
from shared.pools import Pool, PoolBook
from tests.settlement.given.world import (
    BAZHONG,
    D1,
    D2,
    D3,
    D9,
    DriverFor,
    accepted,
    catalogue,
    completed,
    coverage,
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

CITY, COUNTY, OTHER, PROVINCE = "511900", "511902", "511903", "510000"
IN_OTHER = "H51190300001"


def pooled(area: str, pool: str | None, since: date = D2, **more: Any) -> PoolingSet:
    """An area is pooled by another from a day on."""
    return PoolingSet(area=area, scheme="390", pooling_area=pool, applies_from=since, **more)


@pytest.mark.parametrize("together", [True, False])
async def test_a_stay_over_the_merger_is_settled_by_the_terms_of_its_day(
    driver_for: DriverFor, together: bool
) -> None:
    own = policy("511902-390", area=COUNTY)  # older than the merger, and nearer: it holds until then
    driver = await open_world(
        driver_for,
        coverage("Mo", area=COUNTY),
        own,
        institution(IN_OTHER),
        catalogue("CO").model_copy(update={"area": OTHER}),
        tiers(area=COUNTY),
    )
    names: dict[str, Any] = {"person_id": "Mo", "institution_id": IN_OTHER}
    over = [one.model_copy(update=names) for one in stay(admitted_on=D1)]
    since = outpatient(line(1), total_fen=10_000, visit_id="V2", service_on=D3, **names)
    asked = [*over, pooled(COUNTY, CITY), pooled(OTHER, CITY), settle(1, 100_000, **names), since]
    batches = [asked] if together else [[one] for one in asked]

    told = [one for batch in batches for one in await driver.hear(*batch, day=D3, source="huaxi")]

    before, after = completed(told[-2]), completed(told[-1])
    assert (before.filing, before.pooling_area, before.treatment_pool) == ("none", COUNTY, None)
    assert before.policy_id == "511902-390"
    assert (after.filing, after.pooling_area, after.treatment_pool) == ("home", CITY, CITY)
    assert after.policy_id == "511900-390"


async def test_a_county_that_pools_for_itself_is_not_at_home_in_its_city(driver_for: DriverFor) -> None:
    apart = pooled(COUNTY, COUNTY, under_province=True)
    at = institution("H51190200001")
    driver = await open_world(driver_for, apart, at, catalogue("CO").model_copy(update={"area": CITY}))
    names = {"institution_id": "H51190200001"}
    bill = outpatient(line(1), total_fen=10_000, service_on=D2, **names)

    [settled] = await accepted(driver, bill)
    [undone] = await accepted(driver, reverse(completed(settled).settlement_id, **names), day=D9)

    assert (completed(settled).filing, completed(settled).treatment_pool) == ("none", COUNTY)
    [fact] = undone.facts
    assert isinstance(fact, SettlementReversed) and fact.treatment_pool == COUNTY


def of(insured: str, destination: str) -> Filing:
    """A filing."""
    return Filing("Lin", "F1", "long_term", destination, D1, None, insured, "390")


BOOK = PoolBook(
    [Pool("510100", "390", D2, "510100"), Pool(COUNTY, "390", D2, CITY), Pool(PROVINCE, "390", D3, PROVINCE)]
)


@pytest.mark.parametrize(
    ("filing", "insured", "pool", "treated", "treatment_pool", "day", "expected"),
    [
        (of(COUNTY, "510100"), CITY, CITY, "510104", "510100", D2, "long_term"),  # insured anew by the pool
        (of(OTHER, "510100"), CITY, CITY, "510104", "510100", D2, "none"),
        (of(COUNTY, "510100"), CITY, CITY, "510104", "", D1, "none"),  # not merged yet
        (of("411500", "510100"), "411500", "411500", "511902", PROVINCE, D3, "long_term"),
        (of("411500", "510100"), "411500", "411500", "511902", CITY, D2, "none"),
    ],
)
def test_filings_of_old_areas_count_under_the_new(
    filing: Filing, insured: str, pool: str, treated: str, treatment_pool: str, day: date, expected: str
) -> None:
    visit = Visit(
        "V1",
        "Lin",
        BAZHONG,
        "inpatient",
        insured,
        treated,
        "390",
        "3",
        day,
        False,
        (),
        "",
        pooling_area=pool,
        treatment_pool=treatment_pool,
    )
    assert filing_used(BOOK, visit, [filing], D9).kind == expected
