"""What centers and institutions are refused, on a real database; nothing changes."""

from datetime import date

import asyncpg
import pytest

from shared.bus.message import Original
from shared.messages.body import CancelRequest
from shared.messages.clearing.months import ClaimAdvances
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    confirm,
    decide,
    open_books,
    pay,
    sort_month,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_30, MARCH_31 = date(2026, 3, 5), date(2026, 3, 30), date(2026, 3, 31)
APRIL_2, APRIL_3, APRIL_7 = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 7)


async def _issued(driver_for: DriverFor) -> tuple[Driver, str]:
    driver = await open_books(driver_for, agreement())
    others = settled("s1", MARCH_5, 100, scheme="310"), settled("s9", date(2026, 4, 1), 100)
    await driver.hear(settled("s2", MARCH_5, 900), others[1], source="settlement", day=MARCH_5)
    march = await sort_month(driver, MARCH_31)
    return driver, march.statement_id


@pytest.mark.requirement("CLR-21")
async def test_only_the_two_centers_confirm_each_once_and_only_lines_of_the_statement(
    driver_for: DriverFor,
) -> None:
    driver, id = await _issued(driver_for)
    answers = [
        await confirm(driver, "nothing", INSURED_CENTER, APRIL_2),
        await confirm(driver, id, OTHER_CENTER, APRIL_2),
        await confirm(driver, id, INSURED_CENTER, APRIL_2, source="sichuan-center"),
        await confirm(driver, id, INSURED_CENTER, APRIL_2, "nothing"),
        await confirm(driver, id, INSURED_CENTER, APRIL_2, "s2", "s9"),
        await pay(driver, id, 900, APRIL_2),
        await confirm(driver, id, INSURED_CENTER, APRIL_2),
        await confirm(driver, id, INSURED_CENTER, APRIL_2),
        await confirm(driver, id, TREATMENT_CENTER, APRIL_2),
        await confirm(driver, id, TREATMENT_CENTER, APRIL_2),
    ]
    assert [decision.answer.code for decision in answers if decision.answer] == [
        "UNKNOWN_STATEMENT",
        "CENTER_NOT_YOURS",
        "CENTER_NOT_YOURS",
        "UNKNOWN_LINE",
        "UNKNOWN_LINE",
        "BATCH_STATE",
        "OK",
        "BATCH_STATE",
        "OK",
        "BATCH_STATE",
    ]
    assert await driver.fetch("SELECT FROM dispute") == []


async def test_only_the_insured_center_pays_exactly_what_is_owed_once(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2)
    await confirm(driver, id, TREATMENT_CENTER, APRIL_2)
    answers = [
        await pay(driver, id, 900, APRIL_2, TREATMENT_CENTER),
        await pay(driver, id, 899, APRIL_2),
        await pay(driver, id, 900, APRIL_2),
        await pay(driver, id, 900, APRIL_2),
    ]
    codes = [decision.answer.code for decision in answers if decision.answer]
    assert codes == ["CENTER_NOT_YOURS", "AMOUNT_DIFFERS", "OK", "BATCH_STATE"]
    await assert_books_agree(driver)


async def test_a_dispute_is_decided_by_the_other_center_and_once(driver_for: DriverFor) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s2")
    answers = [
        await decide(driver, id, INSURED_CENTER, APRIL_3, "s2", "upheld"),
        await decide(driver, id, TREATMENT_CENTER, APRIL_3, "s2", "rejected"),
        await decide(driver, id, TREATMENT_CENTER, APRIL_3, "s2", "upheld"),
    ]
    codes = [decision.answer.code for decision in answers if decision.answer]
    assert codes == ["OTHER_CENTER_DECIDES", "OK", "DISPUTE_DECIDED"]


@pytest.mark.parametrize(
    ("case", "paid_on", "code"),
    [
        ("years before the statement", date(2020, 1, 1), "DATE_NOT_POSSIBLE"),
        ("the day before it was confirmed", APRIL_2, "DATE_NOT_POSSIBLE"),
        ("the day it was confirmed", APRIL_3, "OK"),
        ("the day it is reported", APRIL_7, "OK"),
        ("the day after", date(2026, 4, 8), "DATE_NOT_POSSIBLE"),
    ],
)
async def test_a_statement_is_paid_between_its_confirmation_and_the_day_it_is_reported(
    driver_for: DriverFor, case: str, paid_on: date, code: str
) -> None:
    driver, id = await _issued(driver_for)
    await confirm(driver, id, INSURED_CENTER, APRIL_2)
    await confirm(driver, id, TREATMENT_CENTER, APRIL_3)
    decision = await pay(driver, id, 900, APRIL_7, paid_on=paid_on)
    assert decision.answer and decision.answer.code == code, case
    if code != "OK":
        assert "2026-04-03" in decision.answer.where
    await assert_books_agree(driver)


@pytest.mark.parametrize(
    ("case", "body", "source", "day", "code"),
    [
        ("no day is open", claim("c1", ("s1", 5)), "chongqing", None, "NO_DAY_OPEN"),
        (
            "nobody knows it",
            claim("c1", ("s1", 5), institution_id="H99999999999"),
            "chongqing",
            APRIL_2,
            "UNKNOWN_INSTITUTION",
        ),
        ("another hospital's node", claim("c1", ("s1", 5)), "huaxi", APRIL_2, "INSTITUTION_NOT_YOURS"),
        (
            "the sum is wrong",
            claim("c1", ("s1", 5), fund_fen=6),
            "chongqing",
            APRIL_2,
            "LINES_DO_NOT_ADD_UP",
        ),
        ("the claim's id is taken", claim("c0", ("s1", 5)), "chongqing", APRIL_2, "CLAIM_ID_TAKEN"),
        ("the month has a day to go", claim("c1", ("s1", 5)), "chongqing", MARCH_30, "MONTH_NOT_POSSIBLE"),
        (
            "the month never comes",
            claim("c1", ("s1", 5), month="9999-12"),
            "chongqing",
            APRIL_2,
            "MONTH_NOT_POSSIBLE",
        ),
        (
            "the month is in no calendar",
            claim("c1", ("s1", 5), month="0000-05"),
            "chongqing",
            APRIL_2,
            "MONTH_NOT_POSSIBLE",
        ),
    ],
)
async def test_a_claim_that_cannot_be_reviewed_is_refused_whole(
    driver_for: DriverFor, case: str, body: ClaimAdvances, source: str, day: date | None, code: str
) -> None:
    driver = await open_books(driver_for, advance_agreement())
    paid = advanced("s1", MARCH_5, 5)
    await driver.hear(paid, case_page(paid), source="settlement", day=MARCH_5)
    await driver.hear(claim("c0"), source="chongqing", day=MARCH_31)
    [decision] = await driver.hear(body, source=source, day=day)
    assert decision.answer and decision.answer.code == code, case
    assert [row[0] for row in await driver.fetch("SELECT claim_id FROM claim")] == ["c0"]
    assert await driver.fetch("SELECT FROM review") == []


async def test_a_month_that_an_agreement_cuts_off_may_be_claimed_from_its_last_day_on(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, advance_agreement(cut_off_day=20))
    paid = advanced("s1", MARCH_5, 5)
    await driver.hear(paid, case_page(paid), source="settlement", day=MARCH_5)
    answers = [
        decision.answer
        for id, day in (("c1", date(2026, 3, 19)), ("c2", date(2026, 3, 20)))
        for decision in await driver.hear(claim(id, ("s1", 5)), source="chongqing", day=day)
    ]
    assert [answer.code for answer in answers if answer] == ["MONTH_NOT_POSSIBLE", "OK"]


async def test_a_claim_cannot_be_cancelled_by_its_message(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, advance_agreement())
    await driver.hear(claim("c1"), source="chongqing", day=MARCH_31, id="m1")
    body = CancelRequest(subject_id="H50010500002", original_id="m1")
    original = Original("m1", ClaimAdvances.wire_type(), True)
    [decision] = await driver.hear(body, source="chongqing", day=MARCH_5, original=original)
    assert decision.answer and decision.answer.code == "NOT_CANCELLABLE"


@pytest.mark.requirement("CLR-09")
async def test_the_ledger_itself_takes_no_fee_of_a_bank(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    insert = (
        "INSERT INTO posting SELECT 'fee', agreement_id, $1, account, party, posted_on, slot, 0, 0, 0, 0, 0"
        " FROM posting WHERE account = $2"
    )
    await driver.fetch(insert, "STATEMENT_PAID", "prefund")
    with pytest.raises(asyncpg.CheckViolationError):
        await driver.fetch(insert, "BANK_FEE", "insured_bank")
