"""An admission told wrongly is told anew, as long as nothing depends on it, and is undone to what it was."""

from datetime import date
from typing import Any

import pytest

from shared.messages.body import Body
from shared.messages.enrollment.registers import CoverageChanged
from shared.messages.settlement.admissions import AdmissionChanged, ChangeAdmission
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    KEYS,
    PUREN,
    DriverFor,
    accepted,
    admit,
    agreement,
    bed,
    coverage,
    discharge,
    institution,
    open_world,
    page,
    reverse,
    rows,
    settle,
)
from tests.settlement.reversals.test_undo import cancel


def change(**given: Any) -> ChangeAdmission:
    return ChangeAdmission(**{**KEYS, "admitted_on": D1, **given})


def employee() -> CoverageChanged:
    """Lin was insured as an employee until the 4th."""
    return coverage("Lin", "310", covered_from=date(2021, 1, 1), covered_until=D4)


def state(memory: Memory) -> tuple[Any, ...]:
    """The visit without its history."""
    return memory.known.visits["V1"]._replace(changes=())


DAY_BEFORE = date(2026, 3, 1)
TAKEN: list[tuple[str, list[Body], ChangeAdmission, dict[str, Any]]] = [
    ("an earlier day", [], change(admitted_on=DAY_BEFORE), {"service_on": DAY_BEFORE}),
    ("a later day, before any costs", [bed("U1", 9, cost_on=D3)], change(admitted_on=D2), {"service_on": D2}),
    ("an emergency", [discharge()], change(emergency=True), {"emergency": True}),
    ("trauma", [], change(trauma=True, third_party=True), {"injury": "third_party"}),
    (
        "the stay it continues",
        [discharge(), admit(visit_id="V0", admitted_on=D3), discharge(visit_id="V0")],
        change(continues_visit_id="V0"),
        {"chain": ("V0",)},
    ),
    ("after its settlement was taken back", [bed("U1", 9), discharge(), settle(1, 900)], change(), {}),
]


@pytest.mark.requirement("SET-18")
@pytest.mark.parametrize(("case", "since", "asked", "expected"), TAKEN, ids=[one[0] for one in TAKEN])
def test_a_change_counts_and_its_undo_leaves_what_was_before(
    case: str, since: list[Body], asked: ChangeAdmission, expected: dict[str, Any]
) -> None:
    memory = Memory()
    memory.accepted(admit(), *since)
    if "V1" in memory.in_force:
        memory.accepted(reverse(memory.in_force["V1"].settlement_id))
    before = state(memory)
    sent = memory.message(asked, day=D5)
    [fact] = memory.decide(sent).facts
    assert isinstance(fact, AdmissionChanged)
    assert fact.admitted_on == asked.admitted_on and not fact.undone
    assert state(memory) == before._replace(**expected)  # type: ignore[attr-defined]

    [told] = memory.cancel(sent, day=D5).facts

    assert isinstance(told, AdmissionChanged)
    assert told.undone and (told.admitted_on, told.emergency) == (D1, False)
    assert memory.known.visits["V1"] == before


IN_THE_WAY: list[tuple[str, list[Body], ChangeAdmission, str, str]] = [
    ("costs before it", [bed("U1", 9)], change(admitted_on=D2), "COSTS_OUTSIDE_STAY", "U1"),
    ("its own end", [discharge(discharged_on=D2)], change(admitted_on=D3), "DATE_NOT_POSSIBLE", str(D2)),
    ("its case page", [discharge(), page()], change(admitted_on=DAY_BEFORE), "CASE_PAGE_TAKEN", "G1"),
    (
        "a stay that continues it",
        [discharge(discharged_on=D2), admit(visit_id="V2", admitted_on=D2, continues_visit_id="V1")],
        change(continues_visit_id="V2"),
        "UNKNOWN_VISIT",
        "V2",
    ),
    (
        "a stay that would be in the middle of a chain",
        [
            discharge(discharged_on=D2),
            admit(visit_id="V2", admitted_on=D2, continues_visit_id="V1"),
            admit(visit_id="V0", institution_id=PUREN, admitted_on=D1, continues_visit_id="V2"),
        ],
        change(continues_visit_id=None, trauma=True),
        "OK",
        "",
    ),
    ("a stay of its own", [], change(continues_visit_id="V1"), "UNKNOWN_VISIT", "V1"),
    ("a settlement", [discharge(), settle(0, 0)], change(), "VISIT_SETTLED", "settled"),
    ("a day to come", [], change(admitted_on=date(2026, 4, 1)), "DATE_NOT_POSSIBLE", "2026-04-01"),
    ("nobody's insurance", [], change(admitted_on=date(2019, 12, 31)), "INSURANCE_SUSPENDED", "Lin"),
    (
        "another stay under way",
        [discharge(), admit(visit_id="V2", institution_id=PUREN, admitted_on=D3)],
        change(admitted_on=D3),
        "OVERLAPPING_STAY",
        "V2",
    ),
    ("whose it is not", [], change(institution_id=PUREN), "UNKNOWN_VISIT", "institution_id"),
]


@pytest.mark.parametrize(
    ("case", "since", "asked", "code", "where"), IN_THE_WAY, ids=[one[0] for one in IN_THE_WAY]
)
def test_a_change_names_what_is_in_its_way(
    case: str, since: list[Body], asked: ChangeAdmission, code: str, where: str
) -> None:
    memory = Memory()
    memory.accepted(admit(), *since)
    told = memory.ask(asked, day=D5)
    assert (told.code, where in told.where) == (code, True), told.where


def test_a_stay_whose_day_moves_is_of_the_coverage_of_that_day() -> None:
    """And its costs, classified by the catalogue of the old coverage, are named."""
    by_home = agreement("511900", "510100", schemes=("310",), catalog_mode="insured")
    memory = Memory(employee(), institution(PUREN), by_home)
    memory.accepted(admit(admitted_on=D4), day=D5)
    assert memory.known.visits["V1"].scheme == "390"
    sent = memory.message(bed("U1", 9, cost_on=D4), day=D5)
    memory.decide(sent)

    told = memory.ask(change(admitted_on=D2), day=D5)

    assert (told.code, told.where) == ("COSTS_OUTSIDE_STAY", "U1")
    memory.cancel(sent)
    memory.accepted(change(admitted_on=D2), day=D5)
    assert memory.known.visits["V1"].scheme == "310"


async def test_changes_and_their_undoing_are_stored(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), admit(visit_id="V0", institution_id=PUREN, continues_visit_id="V1"))
    asked = change(emergency=True), change(admitted_on=DAY_BEFORE)
    sent = [driver.message(one, source="huaxi", day=D3, id=f"c{number}") for number, one in enumerate(asked)]
    await driver.hear(*sent)
    told = "SELECT service_on, emergency, cardinality(changes) FROM visit WHERE visit_id = 'V1'"
    assert await rows(driver, told) == [(DAY_BEFORE, False, 2)]

    undone = [await cancel(driver, asked[number], f"c{number}") for number in (0, 1, 0)]

    codes = [one.answer.code for one in undone if one.answer]
    assert codes == ["NOT_CANCELLABLE", "OK", "OK"]
    assert await rows(driver, told) == [(D1, False, 0)]
