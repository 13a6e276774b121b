"""What was unduly paid goes back to the insured place, fund by fund, and never more than there was."""

from datetime import date

import pytest

from shared.messages.clearing.batches import BatchChunk
from shared.messages.clearing.investigations import RecoveryDecided
from shared.messages.clearing.months import LineSetAside, StatementIssued
from shared.messages.clearing.outcomes import RecoveryKept
from shared.month.funds import Funds
from tests.clearing.given.desk import (
    NODES,
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    decide,
    open_books,
    pay,
    recover,
    said,
    sort,
    sort_month,
)
from tests.clearing.given.facts import (
    CHONGQING,
    HUAXI,
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_2, APRIL_9, MAY_1, JUNE_1 = (
    date(2026, *on) for on in ((3, 5), (3, 31), (4, 2), (4, 9), (5, 1), (6, 1))
)
STAY = settled("s1", MARCH_5, 900, 0, 100)


async def paid_march(driver_for: DriverFor) -> Driver:
    """A stay of 10.00 yuan whose month is confirmed and paid, and its hospital with it."""
    driver = await open_books(driver_for, agreement(prefund_quota_fen=2_000))
    await driver.hear(STAY, source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, id, center, APRIL_2)
    await pay(driver, id, 1_000, APRIL_2)
    return driver


@pytest.mark.requirement("CLR-30")
async def test_recovered_money_goes_back_by_its_funds_to_the_insured_area_and_the_hospital_owes_it(
    driver_for: DriverFor,
) -> None:
    driver = await paid_march(driver_for)
    done = await recover(driver, "s1", Funds(pool_fen=250, serious_illness_fen=100), APRIL_9)
    [fact] = said([done], RecoveryDecided)
    assert done.answer
    assert done.answer.result == RecoveryKept(
        recovery_id=fact.recovery_id, settlement_id="s1", month="2026-04"
    )
    assert (fact.settlement_id, fact.insured_area, fact.center_id) == ("s1", "511902", TREATMENT_CENTER)
    assert [one.node_id for one in done.notices] == ["bazhong-center", "sichuan-center", "huaxi"]
    assert await balance(driver, "institution_payable", HUAXI) == 350
    assert await balance(driver, "benefit_expense") == 650
    decisions = await sort(driver, MAY_1)
    [line] = [line for chunk in said(decisions, BatchChunk) for line in chunk.lines]
    assert (line.line_id, line.why, line.business_on, line.total_fen) == (
        *(fact.recovery_id, "recovered"),
        *(APRIL_9, 0),
    )
    assert (line.pool_fen, line.serious_illness_fen, line.due_fen) == (-250, -100, -350)
    [issued] = said(decisions, StatementIssued)
    for center in (TREATMENT_CENTER, INSURED_CENTER):
        await confirm(driver, issued.statement_id, center, MAY_1)
    answer = (await pay(driver, issued.statement_id, 350, MAY_1, TREATMENT_CENTER)).answer
    assert answer
    assert answer.accepted
    assert await balance(driver, "fund_payable") == 0
    await assert_books_agree(driver)


async def test_what_a_hospital_owes_comes_off_its_next_month(driver_for: DriverFor) -> None:
    driver = await paid_march(driver_for)
    await recover(driver, "s1", Funds(pool_fen=300), APRIL_9)
    await driver.hear(settled("s2", APRIL_9, 500), source="settlement", day=APRIL_9)
    await sort(driver, MAY_1)
    assert await balance(driver, "institution_payable", HUAXI) == 0
    [due] = await driver.fetch("SELECT pool_fen FROM payment WHERE month = '2026-04'")
    assert due["pool_fen"] == 200


async def test_a_hospital_that_advanced_owes_it_as_well(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, advance_agreement())
    body = advanced("s1", MARCH_5, 1_000)
    await driver.hear(body, case_page(body), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s1", 1_000)), source="chongqing", day=MARCH_31)
    await sort(driver, date(2026, 4, 1))
    done = await recover(driver, "s1", Funds(pool_fen=400), APRIL_9, OTHER_CENTER)
    assert done.answer
    assert done.answer.accepted
    assert await balance(driver, "institution_payable", CHONGQING) == 400
    assert await balance(driver, "advance", CHONGQING) == 0
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-30")
async def test_never_more_goes_back_than_the_lines_came_to_fund_by_fund(driver_for: DriverFor) -> None:
    driver = await paid_march(driver_for)
    await recover(driver, "s1", Funds(pool_fen=600), APRIL_2)
    tried = (
        Funds(pool_fen=301),
        Funds(large_amount_fen=1),
        Funds(pool_fen=-1, serious_illness_fen=5),
        Funds(),
        Funds(pool_fen=300, serious_illness_fen=100),
        Funds(serious_illness_fen=1),
    )
    done = [(await recover(driver, "s1", funds, APRIL_9)).answer for funds in tried]
    assert [one.code for one in done if one] == [
        *["RECOVERY_NOT_POSSIBLE"] * 4,
        "OK",
        "RECOVERY_NOT_POSSIBLE",
    ]


async def test_a_recovery_made_by_mistake_is_disputed_as_any_line_is(driver_for: DriverFor) -> None:
    driver = await paid_march(driver_for)
    [fact] = said([await recover(driver, "s1", Funds(pool_fen=300), APRIL_9)], RecoveryDecided)
    [issued] = said(await sort(driver, MAY_1), StatementIssued)
    id = issued.statement_id
    await confirm(driver, id, TREATMENT_CENTER, MAY_1, fact.recovery_id)
    done = await decide(driver, id, INSURED_CENTER, MAY_1, fact.recovery_id, "upheld")
    assert done.answer
    assert done.answer.accepted
    await sort(driver, JUNE_1)
    assert await balance(driver, "benefit_expense") == 1_000
    assert await balance(driver, "institution_payable", HUAXI) == 0
    await assert_books_agree(driver)


async def test_a_reversal_after_a_recovery_is_held_aside_and_the_rest_is_recovered(
    driver_for: DriverFor,
) -> None:
    driver = await paid_march(driver_for)
    await recover(driver, "s1", Funds(pool_fen=300), APRIL_2)
    [back] = await driver.hear(reversed_(STAY, APRIL_9), source="settlement", day=APRIL_9)
    [told] = said([back], LineSetAside)
    assert (told.line_id, told.why, [one.node_id for one in back.notices]) == ("s1.r", "RECOVERED", ["huaxi"])
    assert await driver.due("retry-lines", 0, APRIL_9) == []
    done = await recover(driver, "s1", Funds(pool_fen=600, serious_illness_fen=100), APRIL_9)
    assert done.answer
    assert done.answer.accepted
    assert await balance(driver, "benefit_expense") == 0
    await assert_books_agree(driver)


async def test_what_was_recovered_cannot_be_decided_away(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(STAY, source="settlement", day=MARCH_5)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    await recover(driver, "s1", Funds(pool_fen=300), APRIL_2)
    steps = [("upheld", None), ("adjusted", Funds(pool_fen=299)), ("adjusted", Funds(pool_fen=300))]
    done = [
        (await decide(driver, id, TREATMENT_CENTER, APRIL_9, "s1", ruling, accepted)).answer  # type: ignore[arg-type]
        for ruling, accepted in steps
    ]
    assert [one.code for one in done if one] == [*["RECOVERY_NOT_POSSIBLE"] * 2, "OK"]
    await assert_books_agree(driver)


@pytest.mark.parametrize(
    ("settlement_id", "center", "source", "code"),
    [
        ("s9", TREATMENT_CENTER, "", "UNKNOWN_SETTLEMENT"),
        ("s1", INSURED_CENTER, "", "CENTER_NOT_YOURS"),
        ("s1", TREATMENT_CENTER, "bazhong-center", "CENTER_NOT_YOURS"),
    ],
)
async def test_nobody_else_orders_it(
    driver_for: DriverFor, settlement_id: str, center: str, source: str, code: str
) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(STAY, source="settlement", day=MARCH_5)
    done = await recover(driver, settlement_id, Funds(pool_fen=1), APRIL_2, center, source)
    assert done.answer
    assert done.answer.code == code


async def test_a_former_treatment_center_orders_no_recovery_and_its_successor_does(
    driver_for: DriverFor,
) -> None:
    driver = await paid_march(driver_for)
    renewed = agreement(in_force_from=APRIL_9, treatment_center=OTHER_CENTER, prefund_quota_fen=2_000)
    await driver.hear(renewed, source="enrollment", day=APRIL_9)
    former = await recover(driver, "s1", Funds(pool_fen=100), APRIL_9)
    assert former.answer and former.answer.code == "CENTER_NOT_YOURS"
    done = await recover(driver, "s1", Funds(pool_fen=100), APRIL_9, OTHER_CENTER)
    assert [fact.center_id for fact in said([done], RecoveryDecided)] == [OTHER_CENTER]
    assert {one.node_id for one in done.notices} == {
        "bazhong-center",
        "sichuan-center",
        NODES[OTHER_CENTER],
        "huaxi",
    }
    await assert_books_agree(driver)
