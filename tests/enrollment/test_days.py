"""Opening days in the service, on a real database."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.registers import DayOpen, DayOpened, OpenDay, RegisterNode
from tests.given.driver import Driver


async def test_a_day_is_said_once_with_its_place_in_the_working_calendar(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    day = date(2026, 3, 2)
    [first] = await driver.hear(OpenDay(opens_on=day), day=None)
    [fact] = first.facts
    assert isinstance(fact, DayOpened)
    assert (fact.opened_on, fact.is_working_day, fact.provisional) == (day, True, False)
    assert first.answer and first.answer.result == DayOpen(
        opened_on=day, is_working_day=True, month="2026-03"
    )
    [again] = await driver.hear(OpenDay(opens_on=day))
    assert again.answer == first.answer and not again.facts
    [monday] = await driver.hear(OpenDay(opens_on=date(2026, 3, 3)))
    [next_fact] = monday.facts
    assert isinstance(next_fact, DayOpened)
    assert next_fact.working_day_number == fact.working_day_number + 1


@pytest.mark.parametrize(
    ("days", "case", "expected"),
    [
        (("2026-03-02", "2026-03-03", "2026-03-04"), "one after the other", "OK"),
        (("2026-02-28", "2026-03-01"), "over the end of a month", "OK"),
        (("2026-03-02", "2026-03-02"), "the same again", "OK"),
        (("2026-03-02", "2026-03-03", "2026-03-02"), "one that was opened before the last", "OK"),
        (("2026-03-02", "2026-03-04"), "one left out", "DATE_NOT_POSSIBLE"),
        (("2026-03-02", "2026-03-01"), "back", "DATE_NOT_POSSIBLE"),
        (("2015-12-31",), "before the calendar", "DATE_NOT_POSSIBLE"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
async def test_days_open_in_order_without_gaps(
    driver_for: Callable[[Service], Awaitable[Driver]],
    days: tuple[str, ...],
    case: str,
    expected: str,
    together: bool,
) -> None:
    driver = await driver_for(SERVICE)
    bodies = [OpenDay(opens_on=date.fromisoformat(day)) for day in days]
    batches = [bodies] if together else [[body] for body in bodies]
    decisions = [decision for batch in batches for decision in await driver.hear(*batch)]
    assert [decision.answer.code for decision in decisions if decision.answer] == [
        *["OK"] * (len(days) - 1),
        expected,
    ], case


async def test_only_an_operator_opens_a_day(driver_for: Callable[[Service], Awaitable[Driver]]) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(RegisterNode(node_id="huaxi", name="医院", kind="hospital"))
    [decision] = await driver.hear(OpenDay(opens_on=date(2026, 3, 2)), source="huaxi")
    assert decision.answer and decision.answer.code == "OPERATOR_ONLY"


async def test_a_day_beyond_the_published_holidays_is_provisional(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    [decision] = await driver.hear(OpenDay(opens_on=date(2099, 1, 1)))
    [fact] = decision.facts
    assert isinstance(fact, DayOpened) and fact.provisional
