"""An insured place reads what its own persons had elsewhere under its coverages, and nothing else."""

from typing import Any

import pytest

from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.settlement.insured import InsuredFound, QueryInsured
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D1,
    D3,
    D9,
    DriverFor,
    accepted,
    ask,
    coverage,
    filing,
    line,
    open_world,
    outpatient,
    result,
    settle,
    stay,
)


def center(center_id: str, node_id: str) -> CenterRegistered:
    return CenterRegistered(center_id=center_id, name=node_id, node_id=node_id)


def insured(person_id: str = "Lin", **given: Any) -> QueryInsured:
    return QueryInsured(person_id=person_id, **given)


@pytest.fixture
async def driver(driver_for: DriverFor) -> Driver:
    """Lin of Bazhong has a stay and a bill settled at Chengdu; then Lin moves to Xinyang."""
    places = {"bazhong": "511900", "sichuan": "510000", "xinyang": "411525", "enyang": "511902"}
    driver = await open_world(driver_for, filing(), *(center(area, name) for name, area in places.items()))
    await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, outpatient(line(1), total_fen=10_000, visit_id="V2", service_on=D3))
    left = coverage("Lin", status="terminated", applies_from=D9)
    moved = coverage("Lin", "390", "411525", covered_from=D9)
    await driver.hear(left, moved, source="enrollment")
    return driver


ASKED = [
    ("the place that insured the person", "bazhong", ["V1", "V2"], ["F1"]),
    ("the province above it", "sichuan", ["V1", "V2"], ["F1"]),
    ("the place that insures the person now", "xinyang", [], []),
]


@pytest.mark.requirement("HUB-12")
async def test_a_pooling_area_reads_its_own_persons_data(driver: Driver) -> None:
    for case, source, visits, filings in ASKED:
        found: InsuredFound = result(await ask(driver, insured(), day=D9, source=source))
        assert [one.visit_id for one in found.visits] == visits, case
        assert [one.filing_id for one in found.filings] == filings, case
    [first, second] = result(await ask(driver, insured(), day=D9, source="bazhong")).visits
    assert (first.state, first.total_fen, second.kind) == ("settled", 100_000, "outpatient_general")
    assert first.total_fen == first.fund_fen + first.account_fen + first.cash_fen > first.cash_fen
    after = insured(after_on=D1, after_visit_id="V1")
    assert [one.visit_id for one in result(await ask(driver, after, day=D9, source="bazhong")).visits] == [
        "V2"
    ]


@pytest.mark.requirement("HUB-12")
async def test_nobody_reads_what_others_persons_had(driver: Driver) -> None:
    for source in ("enyang", "huaxi", "stranger"):
        assert (await ask(driver, insured(), day=D9, source=source)).code == "PERSON_NOT_YOURS"
    assert (await ask(driver, insured("Nobody"), day=D9, source="bazhong")).code == "PERSON_NOT_YOURS"
