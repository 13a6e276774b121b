"""A payment that the bank sends back opens its statement again, to the fen, on a real database."""

from datetime import date
from typing import Any

import pytest

from shared.bus.message import Decision
from shared.messages.clearing.months import PrefundChanged, StatementPaid
from shared.messages.clearing.payments import PaymentReturned
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    open_books,
    pay,
    said,
    send_back,
    sort_month,
    withdraw,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    agreement,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_2, APRIL_3 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2), date(2026, 4, 3)
APRIL_7, APRIL_8, APRIL_9 = date(2026, 4, 7), date(2026, 4, 8), date(2026, 4, 9)
CENTERS = ["bazhong-center", "sichuan-center"]
ACCOUNTS = ("fund_payable", "center_receivable", "insured_bank", "treatment_bank", "prefund", "reserve")


async def _confirmed(driver_for: DriverFor, **changed: Any) -> tuple[Driver, str]:
    """A statement of 900 fen that both centers have confirmed; half of the quota was paid out."""
    driver = await open_books(driver_for, agreement(prefund_quota_fen=500, **changed))
    await driver.hear(settled("s1", MARCH_5, 600, 300), source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    for center_id in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, id, center_id, APRIL_2)
    return driver, id


async def _books(driver: Driver) -> list[int]:
    return [await balance(driver, account) for account in ACCOUNTS]


def _codes(*decisions: Decision) -> list[str]:
    return [decision.answer.code for decision in decisions if decision.answer]


@pytest.mark.requirement("CLR-08")
@pytest.mark.requirement("CLR-12")
@pytest.mark.parametrize(
    ("mode", "top_up_fen"), [("AGENCY_PREFUND", 500), ("RESERVE_FUND", 500), ("CITY_ADVANCE", 0)]
)
async def test_a_payment_and_its_return_come_to_nothing_and_it_is_paid_again(
    driver_for: DriverFor, mode: str, top_up_fen: int
) -> None:
    driver, id = await _confirmed(driver_for, funding_mode=mode)
    before = await _books(driver)
    await pay(driver, id, 900, APRIL_3, bank_entry_id="e1")
    paid = await _books(driver)
    assert paid != before
    back = await send_back(driver, id, 900, APRIL_7, bank_entry_id="e2")
    [told] = said([back], PaymentReturned)
    assert (told.paid_on, told.returned_on, told.top_up_fen) == (APRIL_3, APRIL_7, top_up_fen)
    assert told.pay_by == date(2026, 4, 21)
    assert [one.node_id for one in back.notices if one.body == told] == CENTERS
    assert [one.balance_fen for one in said([back], PrefundChanged)] == ([0] if top_up_fen else [])
    assert await _books(driver) == before
    await assert_books_agree(driver)
    again = await pay(driver, id, 900, APRIL_8, bank_entry_id="e3")
    assert len(said([again], StatementPaid)) == 1
    assert await _books(driver) == paid
    await assert_books_agree(driver)
    assert _codes(await send_back(driver, id, 900, APRIL_9, bank_entry_id="e4")) == ["OK"]
    assert await _books(driver) == before
    await assert_books_agree(driver)


async def test_what_is_returned_is_open_for_all_that_a_confirmed_statement_is(driver_for: DriverFor) -> None:
    driver, id = await _confirmed(driver_for)
    await pay(driver, id, 900, APRIL_3)
    assert _codes(await withdraw(driver, id, INSURED_CENTER, APRIL_7)) == ["NOT_CANCELLABLE"]
    await send_back(driver, id, 900, APRIL_7)
    assert _codes(await withdraw(driver, id, INSURED_CENTER, APRIL_7)) == ["OK"]


@pytest.mark.parametrize(
    ("case", "given", "code"),
    [
        ("of the center that is owed", {"center_id": TREATMENT_CENTER}, "CENTER_NOT_YOURS"),
        ("of no party to it", {"center_id": OTHER_CENTER}, "CENTER_NOT_YOURS"),
        ("another amount", {"fen": 899}, "AMOUNT_DIFFERS"),
        ("before it was paid", {"returned_on": APRIL_2}, "DATE_NOT_POSSIBLE"),
        ("after today", {"returned_on": APRIL_8}, "DATE_NOT_POSSIBLE"),
        ("the bank's entry that paid", {"bank_entry_id": "e1"}, "BANK_ENTRY_TAKEN"),
        ("of nothing", {"statement_id": "nothing"}, "UNKNOWN_STATEMENT"),
    ],
)
async def test_a_return_that_cannot_be_changes_nothing(
    driver_for: DriverFor, case: str, given: dict[str, Any], code: str
) -> None:
    driver, id = await _confirmed(driver_for)
    assert _codes(await send_back(driver, id, 900, APRIL_3)) == ["BATCH_STATE"]
    await pay(driver, id, 900, APRIL_3, bank_entry_id="e1")
    paid = await _books(driver)
    what: dict[str, Any] = {"statement_id": id, "fen": 900, "day": APRIL_7, **given}
    assert _codes(await send_back(driver, **what)) == [code], case
    assert await _books(driver) == paid


async def test_an_entry_of_the_bank_pays_and_returns_once(driver_for: DriverFor) -> None:
    driver, id = await _confirmed(driver_for)
    answers = [
        await pay(driver, id, 900, APRIL_3, bank_entry_id="e1"),
        await pay(driver, id, 900, APRIL_3, bank_entry_id="e1"),
        await send_back(driver, id, 900, APRIL_7, bank_entry_id="e2"),
        await send_back(driver, id, 900, APRIL_7, bank_entry_id="e2"),
        await pay(driver, id, 900, APRIL_7, bank_entry_id="e1"),
    ]
    assert _codes(*answers) == ["OK", "BANK_ENTRY_TAKEN", "OK", "BANK_ENTRY_TAKEN", "BANK_ENTRY_TAKEN"]


async def test_what_topped_up_a_prefund_is_taken_from_the_center_that_holds_it_now(
    driver_for: DriverFor,
) -> None:
    driver, id = await _confirmed(driver_for)
    await pay(driver, id, 900, APRIL_3)
    moved = agreement(in_force_from=APRIL_7, treatment_center=OTHER_CENTER, prefund_quota_fen=500)
    await driver.hear(moved, source="enrollment", day=APRIL_7)
    assert (await balance(driver, "prefund", TREATMENT_CENTER), await balance(driver, "prefund")) == (0, 500)
    await send_back(driver, id, 900, APRIL_8)
    assert (await balance(driver, "prefund", OTHER_CENTER), await balance(driver, "prefund")) == (0, 0)
    await assert_books_agree(driver)


async def test_what_the_treatment_center_paid_back_comes_back_to_it(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(funding_mode="CITY_ADVANCE", prefund_quota_fen=0))
    body = settled("s1", MARCH_5, 900)
    await driver.hear(body, source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    await driver.hear(reversed_(body, APRIL_2), source="settlement", day=APRIL_2)
    id = (await sort_month(driver, date(2026, 4, 30))).statement_id
    may = date(2026, 5, 6)
    for center_id in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, id, center_id, may)
    before = await _books(driver)
    assert _codes(await pay(driver, id, 900, may, TREATMENT_CENTER)) == ["OK"]
    assert _codes(await send_back(driver, id, 900, may)) == ["CENTER_NOT_YOURS"]
    assert _codes(await send_back(driver, id, 900, may, TREATMENT_CENTER)) == ["OK"]
    assert await _books(driver) == before
    await assert_books_agree(driver)
