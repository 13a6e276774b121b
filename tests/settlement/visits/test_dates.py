"""Days that are told have two bounds: none lies before what it belongs to, and none too far back or ahead."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.settlement.parameters import CLAIM_DAYS, LATE_DAYS
from shared.messages.body import Body
from tests.settlement.given.by_hand import center, paid_bill, paid_stay
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D9,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    line,
    open_world,
    outpatient,
    result,
    settle,
)

LATE = timedelta(days=LATE_DAYS.value)
DAY = timedelta(days=1)
REGISTERED: list[tuple[date, str]] = [
    # a day told on the 9th of March
    (D9, "OK"),
    (D9 - LATE, "OK"),
    (D9 - LATE - DAY, "DATE_NOT_POSSIBLE"),
    (D9 + DAY, "DATE_NOT_POSSIBLE"),
    (date(2023, 5, 1), "DATE_NOT_POSSIBLE"),
]


@pytest.mark.parametrize(("day", "code"), REGISTERED)
def test_what_the_desk_registers_is_of_no_day_to_come_and_none_long_past(day: date, code: str) -> None:
    memory = Memory()
    asked: list[Body] = [
        admit(admitted_on=day),
        outpatient(line(1), total_fen=10_000, visit_id="O1", service_on=day),
        bed("U1", 100, day, visit_id="V9"),  # nothing is known of this stay yet
    ]

    assert [memory.ask(body).code for body in asked] == [code] * 3


COSTS: list[tuple[bool, date, str]] = [
    # has the patient left on the 3rd, the day of the costs
    (False, D2, "OK"),
    (False, D9, "OK"),
    (False, D1, "DATE_NOT_POSSIBLE"),
    (True, D3, "OK"),
    (True, D4, "DATE_NOT_POSSIBLE"),
    (True, D1, "DATE_NOT_POSSIBLE"),
]


@pytest.mark.requirement("SET-01")
@pytest.mark.parametrize(("has_left", "day", "code"), COSTS)
def test_costs_are_of_a_day_inside_the_stay(has_left: bool, day: date, code: str) -> None:
    memory = Memory()
    memory.accepted(admit(admitted_on=D2), *([discharge()] if has_left else []))

    assert memory.ask(bed("U1", 100, day)).code == code


@pytest.mark.requirement("SET-01")
async def test_costs_that_came_before_the_admission_are_of_its_days_or_are_not_settled(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, bed("U1", 1000), admit(admitted_on=D2), bed("U2", 1000, D2), discharge())

    refused = await ask(driver, settle(2, 200_000))

    assert (refused.code, refused.where) == ("COSTS_OUTSIDE_STAY", "U1")
    assert [day.uploads for day in refused.days] == [("U1",)]


async def test_nobody_leaves_before_the_last_costs(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U1", 1000), bed("U2", 500, D3))

    refused = await ask(driver, discharge(discharged_on=D2))

    assert (refused.code, refused.where) == ("COSTS_OUTSIDE_STAY", "U2")
    await accepted(driver, discharge())
    assert result(await ask(driver, settle(2, 150_000))).payments.total_fen == 150_000


BILLS: list[tuple[Any, int, str]] = [
    # a bill of the 2nd or of a stay until the 3rd, how many days after its end it comes
    (paid_bill, CLAIM_DAYS.value, "OK"),
    (paid_bill, CLAIM_DAYS.value + 1, "CLAIM_TOO_LATE"),
    (paid_stay, CLAIM_DAYS.value, "OK"),
    (paid_stay, CLAIM_DAYS.value + 1, "CLAIM_TOO_LATE"),
]


@pytest.mark.parametrize(("bill", "days", "code"), BILLS)
def test_a_bill_that_can_no_longer_be_claimed_is_not_taken(bill: Any, days: int, code: str) -> None:
    memory, ended_on = Memory(center()), D1 if bill is paid_bill else D3

    assert memory.ask(bill(), day=ended_on + timedelta(days=days)).code == code
