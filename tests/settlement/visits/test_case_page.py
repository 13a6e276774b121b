"""The case page: due five working days after the discharge, late or missed by the day of its stream."""

from datetime import date
from typing import Any

import pytest

from shared.bus.message import Notice
from shared.bus.partition import partition_of
from shared.messages.settlement.case_pages import CasePageOverdue, CasePageReceived
from shared.messages.settlement.visits import PatientDischarged
from tests.given.driver import PARTITIONS, Driver
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D4,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    coverage,
    discharge,
    open_world,
    page,
    refusals,
)

LIN = partition_of("Lin", PARTITIONS)
D10, D11, D12 = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13)
JOB = "case-page-overdue"

TERMS = [
    # discharged on, due on
    (date(2026, 3, 4), date(2026, 3, 11)),  # a plain weekend lies between
    (date(2024, 2, 7), date(2024, 2, 20)),  # the Spring Festival from the 10th to the 17th, work on the 18th
    (date(2024, 9, 27), date(2024, 10, 10)),  # the National Day week, work on Sunday 29 September
]


@pytest.mark.requirement("SET-21")
async def test_the_page_is_due_five_working_days_after_the_discharge(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    for left_on, due_on in TERMS:
        visit: dict[str, Any] = {"visit_id": f"V-{left_on}"}
        steps = admit(**visit, admitted_on=left_on), discharge(**visit, discharged_on=left_on)
        [_, left] = await accepted(driver, *steps, day=left_on)

        [fact] = left.facts
        assert isinstance(fact, PatientDischarged)
        assert fact.case_page_due_on == due_on


async def discharged(driver_for: DriverFor) -> Driver:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge())
    return driver


@pytest.mark.requirement("SET-21")
@pytest.mark.parametrize(("day", "late"), [(D4, False), (D10, False), (D11, True)])
async def test_a_page_is_late_by_the_day_of_its_stream(driver_for: DriverFor, day: date, late: bool) -> None:
    driver = await discharged(driver_for)

    [decision] = await accepted(driver, page(), day=day)

    *overdue, received = decision.facts
    assert isinstance(received, CasePageReceived)
    assert (received.received_on, received.late) == (day, late)
    assert [type(fact) for fact in overdue] == [CasePageOverdue] * late


async def test_a_page_that_is_not_there_is_told_once_when_its_day_has_passed(driver_for: DriverFor) -> None:
    driver = await discharged(driver_for)

    assert not await driver.due(JOB, LIN, D10)
    [told] = await driver.due(JOB, LIN, D11)
    assert not await driver.due(JOB, LIN, D12)

    [fact] = told.facts
    assert isinstance(fact, CasePageOverdue)
    assert (fact.visit_id, fact.due_on) == ("V1", D10)
    assert list(told.notices) == [Notice("huaxi", fact)]
    [decision] = await accepted(driver, page(), day=D12)
    assert [type(fact) for fact in decision.facts] == [CasePageReceived]


async def test_a_page_in_time_is_never_told_as_missing(driver_for: DriverFor) -> None:
    driver = await discharged(driver_for)
    await accepted(driver, page(), day=D10)

    assert not await driver.due(JOB, LIN, D11)


async def test_a_stream_tells_of_its_own_pages_only_in_pages_of_visits(driver_for: DriverFor) -> None:
    people = [f"P{number}" for number in range(12)]
    driver = await open_world(driver_for, *[coverage(person) for person in people])
    for person in people:
        who: dict[str, Any] = {"person_id": person, "visit_id": f"V-{person}"}
        await accepted(driver, admit(**who), discharge(**who))

    told = {part: await driver.due(JOB, part, D11, limit=2) for part in range(PARTITIONS)}

    found = {fact.key: part for part, decisions in told.items() for d in decisions for fact in d.facts}
    assert found == {person: partition_of(person, PARTITIONS) for person in people}


async def test_a_stay_left_self_paid_may_have_its_page_before_its_bill(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge(paid="self"))

    [decision] = await accepted(driver, page(total_fen=12_345), day=D4)

    assert [type(fact) for fact in decision.facts] == [CasePageReceived]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"visit_id": "V9"}, "UNKNOWN_VISIT"),
    ({"institution_id": PUREN}, "UNKNOWN_VISIT"),
    ({"institution_id": "H51190000001"}, "INSTITUTION_NOT_YOURS"),
    ({"discharged_on": D4}, "DATE_NOT_POSSIBLE"),
    ({"admitted_on": D3}, "DATE_NOT_POSSIBLE"),
    ({"visit_id": "V2"}, "VISIT_STATE"),
]


async def test_a_refused_page_changes_nothing(driver_for: DriverFor) -> None:
    driver = await discharged(driver_for)
    await accepted(driver, admit(visit_id="V2", admitted_on=D1))

    codes = await refusals(driver, [page(**given) for given, _ in REFUSED])

    assert codes == [code for _, code in REFUSED]


async def test_a_second_page_is_refused(driver_for: DriverFor) -> None:
    driver = await discharged(driver_for)
    await accepted(driver, page())

    assert (await ask(driver, page(page_id="G2"))).code == "CASE_PAGE_TAKEN"
