"""A center takes its confirmation back, as long as nothing was built on it; what was is named."""

from datetime import date

import pytest

from shared.messages.clearing.confirmations import ConfirmationWithdrawn, WithdrawConfirmation
from shared.messages.clearing.months import (
    ConfirmStatement,
    DisputedLine,
    StatementConfirmed,
)
from tests.clearing.given.desk import (
    NODES,
    DriverFor,
    assert_books_agree,
    confirm,
    decide,
    open_books,
    pay,
    said,
    sort,
    sort_month,
    withdraw,
)
from tests.clearing.given.facts import INSURED_CENTER, OTHER_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, MARCH_31, MAY_1 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 5, 1)
APRIL_2, APRIL_3 = date(2026, 4, 2), date(2026, 4, 3)


async def _issued(driver_for: DriverFor) -> tuple[Driver, str]:
    driver = await open_books(driver_for, agreement())
    bodies = [settled(f"s{n}", MARCH_5, 100 * n) for n in (1, 2, 3)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    return driver, (await sort_month(driver, MARCH_31)).statement_id


async def _state(driver: Driver) -> tuple[str, int]:
    [row] = await driver.fetch("SELECT state, (SELECT count(*) FROM dispute) FROM progress")
    return row[0], row[1]


async def test_a_confirmation_and_its_disputes_are_taken_back_and_given_anew(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    decision = await withdraw(driver, id, INSURED_CENTER, APRIL_2)
    [told] = said([decision], ConfirmationWithdrawn)
    assert (told.center_id, [line.line_id for line in told.disputed], told.reopened) == (
        INSURED_CENTER,
        ["s1"],
        False,
    )
    assert await _state(driver) == ("ISSUED", 0)
    await confirm(driver, id, INSURED_CENTER, APRIL_3, "s1", "s2")
    done = await confirm(driver, id, TREATMENT_CENTER, APRIL_3)
    assert said([done], StatementConfirmed)[0].confirmed_fen == 300
    await assert_books_agree(driver)


@pytest.mark.parametrize(
    ("center", "state", "payable_fen"),
    [
        (INSURED_CENTER, "TREATMENT_CONFIRMED", 400),
        (TREATMENT_CENTER, "INSURED_CONFIRMED", 500),
    ],
)
async def test_a_statement_that_both_have_confirmed_is_opened_again_and_its_lines_come_back(
    driver_for: DriverFor, center: str, state: str, payable_fen: int
) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2, "s2")
    assert await _state(driver) == ("CONFIRMED", 2)
    decision = await withdraw(driver, id, center, APRIL_3)
    assert said([decision], ConfirmationWithdrawn)[0].reopened
    assert await _state(driver) == (state, 1)
    await assert_books_agree(driver)
    await confirm(driver, id, center, APRIL_3)
    paid = await pay(driver, id, payable_fen, APRIL_3)
    assert paid.answer and paid.answer.accepted
    await sort(driver, MAY_1)
    await assert_books_agree(driver)


async def test_what_was_built_on_a_confirmation_is_named(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    assert (await decide(driver, id, TREATMENT_CENTER, APRIL_2, "s1", "rejected")).facts
    decided_since = await withdraw(driver, id, INSURED_CENTER, MAY_1)
    await pay(driver, id, 500, MAY_1)
    paid_since = await withdraw(driver, id, INSURED_CENTER, MAY_1)
    answers = [decision.answer for decision in (decided_since, paid_since) if decision.answer]
    assert [(answer.code, answer.where) for answer in answers] == [
        ("NOT_CANCELLABLE", "decided: s1"),
        ("NOT_CANCELLABLE", f"paid: {id}.paid"),
    ]
    await assert_books_agree(driver)


async def test_only_a_party_that_has_confirmed_takes_back(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    body = WithdrawConfirmation(statement_id=id, center_id=TREATMENT_CENTER)
    [foreign] = await driver.hear(body, source="bazhong-center", day=APRIL_2)
    [dayless] = await driver.hear(body, source="sichuan-center", day=None)
    answers = [
        foreign.answer,
        dayless.answer,
        (await withdraw(driver, "nothing", INSURED_CENTER, APRIL_2)).answer,
        (await withdraw(driver, id, OTHER_CENTER, APRIL_2)).answer,
        (await withdraw(driver, id, INSURED_CENTER, APRIL_2)).answer,
    ]
    assert [answer.code for answer in answers if answer] == [
        "CENTER_NOT_YOURS",
        "NO_DAY_OPEN",
        "UNKNOWN_STATEMENT",
        "CENTER_NOT_YOURS",
        "BATCH_STATE",
    ]


async def test_a_center_on_both_sides_takes_back_for_both(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(treatment_center=INSURED_CENTER))
    await driver.hear(settled("s1", MARCH_5, 100), source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    assert await _state(driver) == ("CONFIRMED", 1)
    await withdraw(driver, id, INSURED_CENTER, APRIL_2)
    assert await _state(driver) == ("ISSUED", 0)


async def test_confirmed_and_taken_back_in_one_batch_is_as_in_two(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    disputed = (DisputedLine(line_id="s1", reason="not ours"),)
    await driver.hear(
        ConfirmStatement(statement_id=id, center_id=INSURED_CENTER, disputed=disputed),
        WithdrawConfirmation(statement_id=id, center_id=INSURED_CENTER),
        source=NODES[INSURED_CENTER],
        day=APRIL_2,
    )
    assert await _state(driver) == ("TREATMENT_CONFIRMED", 0)
