"""An emergency top-up: asked for when red, answered and paid within its working days, told when not."""

from datetime import date

import pytest

from shared.messages.clearing.prefunds import PrefundOverdue, TopUpAnswered, TopUpAsked
from tests.clearing.given.ahead import (
    Asked,
    answer_top_up,
    approve,
    ask,
    ask_top_up,
    code,
    fund,
    measure,
)
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, said, sort_month
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_1, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)
APRIL_8, APRIL_16 = date(2026, 4, 8), date(2026, 4, 16)  # 3 and 10 working days later; 6 April is a holiday
Overdue = tuple[str, str, str, date, int]


async def red(driver_for: DriverFor) -> Driver:
    """A prefund of 10 000 yuan of which 9 200 were paid out on 1 April."""
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 920_000), source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    return driver


async def overdue(driver: Driver, day: date) -> list[Overdue]:
    """What is told to be overdue on a day, to both centers."""
    decisions = await driver.due("tell-prefund-overdue", 0, day)
    for decision in decisions:
        assert {notice.node_id for notice in decision.notices} == {"bazhong-center", "sichuan-center"}
    return [
        (one.order_id, one.unmet, one.center_id, one.due_on, one.open_fen)
        for one in said(decisions, PrefundOverdue)
    ]


@pytest.mark.requirement("CLR-04")
async def test_a_top_up_is_asked_granted_in_part_and_paid_and_raises_the_quota(driver_for: DriverFor) -> None:
    driver = await red(driver_for)
    [asked] = said([await ask(driver, ask_top_up(600_000), APRIL_1)], TopUpAsked)
    assert (asked.answer_by, asked.amount_fen) == (date(2026, 4, 7), 600_000)
    [answered] = said([await ask(driver, answer_top_up(500_000), APRIL_2)], TopUpAnswered)
    assert (answered.quota_fen, answered.pay_by) == (1_500_000, date(2026, 4, 16))
    assert code(await ask(driver, fund(500_000, APRIL_8, "t1"), APRIL_8)) == "OK"
    assert await balance(driver, "prefund") == 580_000
    assert code(await ask(driver, ask_top_up(1, top_up_id="t2"), APRIL_8)) == "PREFUND_NOT_RED"
    await assert_books_agree(driver)


async def test_an_answer_and_a_payment_that_are_late_are_told_once_each(driver_for: DriverFor) -> None:
    driver = await red(driver_for)
    await ask(driver, ask_top_up(600_000), APRIL_1)
    by = date(2026, 4, 7)
    assert await overdue(driver, by) == []
    assert await overdue(driver, APRIL_8) == [("t1", "TOP_UP_ANSWER", INSURED_CENTER, by, 600_000)]
    assert await overdue(driver, date(2026, 4, 9)) == []
    await ask(driver, answer_top_up(600_000), APRIL_8)
    assert await overdue(driver, APRIL_16) == []
    assert await overdue(driver, date(2026, 4, 17)) == [("t1", "FUNDING", INSURED_CENTER, APRIL_16, 600_000)]
    assert await overdue(driver, date(2026, 4, 18)) == []
    await ask(driver, fund(600_000, date(2026, 4, 18), "t1"), date(2026, 4, 18))
    assert await overdue(driver, date(2026, 5, 30)) == []


async def test_a_top_up_that_is_declined_leaves_the_quota_and_asks_for_no_money(
    driver_for: DriverFor,
) -> None:
    driver = await red(driver_for)
    await ask(driver, ask_top_up(600_000), APRIL_1)
    [answered] = said([await ask(driver, answer_top_up(0), APRIL_2)], TopUpAnswered)
    assert answered.quota_fen == 1_000_000
    assert await driver.fetch("SELECT FROM funding") == []
    assert code(await ask(driver, ask_top_up(1, top_up_id="t2"), APRIL_2)) == "OK"


async def test_a_quota_approved_and_never_paid_is_told_from_its_day_on(driver_for: DriverFor) -> None:
    driver = await red(driver_for)
    await ask(driver, measure(APRIL_2, months=12), APRIL_2)
    for officer in ("li", "wang"):
        await ask(driver, approve(officer), APRIL_2)
    assert await overdue(driver, date(2026, 5, 31)) == []
    assert await overdue(driver, date(2026, 6, 1)) == [
        ("q1", "FUNDING", INSURED_CENTER, date(2026, 5, 31), 3_000_000)
    ]


# What is asked after t1 was asked for; its code
REFUSED: list[tuple[Asked, str]] = [
    (ask_top_up(600_000), "ID_TAKEN"),
    (ask_top_up(600_000, top_up_id="t2"), "ALREADY_DONE"),
    (ask_top_up(600_000, top_up_id="t2", center_id=INSURED_CENTER), "CENTER_NOT_YOURS"),
    (ask_top_up(600_000, agreement_id="none"), "UNKNOWN_AGREEMENT"),
    (answer_top_up(600_001), "AMOUNT_DIFFERS"),
    (answer_top_up(600_000, top_up_id="t9"), "UNKNOWN_PROPOSAL"),
    (answer_top_up(600_000, center_id=TREATMENT_CENTER), "CENTER_NOT_YOURS"),
    (measure(APRIL_2, measure_id="t1"), "ID_TAKEN"),
    (answer_top_up(600_000), "OK"),
    (answer_top_up(600_000), "ALREADY_DONE"),
]


async def test_what_cannot_be_asked_or_answered_is_refused(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    assert code(await ask(driver, ask_top_up(1), APRIL_1)) == "PREFUND_NOT_RED"
    assert code(await ask(driver, ask_top_up(1), None)) == "NO_DAY_OPEN"
    assert code(await ask(driver, answer_top_up(1), None)) == "NO_DAY_OPEN"
    driver = await red(driver_for)
    await ask(driver, ask_top_up(600_000), APRIL_1)
    for body, expected in REFUSED:
        assert code(await ask(driver, body, APRIL_2)) == expected, body
