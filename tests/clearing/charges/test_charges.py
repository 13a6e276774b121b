"""Interest, fines and fees: each on the account that the posting table names, and taken back once."""

from datetime import date
from typing import Any

import pytest

from shared.bus.message import Decision
from shared.messages.body import MOST_FEN, MOST_SUM_FEN
from shared.messages.clearing.months import PrefundChanged
from shared.messages.clearing.payments import BookCharge, ChargeBooked, ReverseCharge
from tests.clearing.given.desk import (
    NODES,
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    open_books,
    pay,
    said,
    sort_month,
)
from tests.clearing.given.facts import INSURED_CENTER, OTHER_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_20, MARCH_21 = date(2026, 3, 20), date(2026, 3, 21)


def charge(kind: str, account: str, **changed: Any) -> BookCharge:
    """A charge of 5 yuan that the treatment center books."""
    given: dict[str, Any] = {
        "charge_id": "c1",
        "agreement_id": "prefund",
        "center_id": TREATMENT_CENTER,
        "officer": "li",
        "kind": kind,
        "account": account,
        "amount_fen": 500,
        "charged_on": MARCH_20,
        "reason": "一季度 / first quarter",
    }
    return BookCharge(**{**given, **changed})


def back(**changed: Any) -> ReverseCharge:
    """The taking back of that charge."""
    given = {"charge_id": "c1", "agreement_id": "prefund", "center_id": TREATMENT_CENTER, "officer": "li"}
    return ReverseCharge(**{**given, "reason": "记错 / a slip", **changed})


async def ask(driver: Driver, body: BookCharge | ReverseCharge, day: date | None = MARCH_21) -> Decision:
    """What becomes of a request of the center that it names."""
    [decision] = await driver.hear(body, source=NODES[body.center_id], day=day)
    return decision


def refused(decision: Decision) -> str:
    """The code of a request that changed nothing."""
    assert decision.answer
    assert not (decision.facts or decision.rows)
    return decision.answer.code


# Mode, whose interest, what is booked, by whom; accounts and holders that it moves, fen
BOOKED = [
    ("AGENCY_PREFUND", "insured", "INTEREST", "prefund", TREATMENT_CENTER, {"received_ahead": -500}),
    ("AGENCY_PREFUND", "treatment", "INTEREST", "prefund", TREATMENT_CENTER, {"interest_payable": -500}),
    ("RESERVE_FUND", "insured", "INTEREST", "reserve", TREATMENT_CENTER, {"received_ahead": -500}),
    ("CITY_ADVANCE", "insured", "FINE", "own_account", TREATMENT_CENTER, {"fines_held": -500}),
    ("AGENCY_PREFUND", "insured", "PENALTY", "own_account", TREATMENT_CENTER, {"fines_held": -500}),
    *(
        (mode, "insured", "BANK_FEE", "administrative_budget", center, {"administrative_expense": 500})
        for mode, center in (("AGENCY_PREFUND", INSURED_CENTER), ("HOSPITAL_ADVANCE", TREATMENT_CENTER))
    ),
]


@pytest.mark.requirement("CLR-10")
@pytest.mark.requirement("CLR-11")
@pytest.mark.requirement("CLR-30")
@pytest.mark.parametrize(("mode", "owner", "kind", "account", "center", "against"), BOOKED)
async def test_a_charge_moves_the_accounts_of_its_row_and_its_taking_back_moves_them_back(
    driver_for: DriverFor,
    mode: str,
    owner: str,
    kind: str,
    account: str,
    center: str,
    against: dict[str, int],
) -> None:
    signed = agreement(funding_mode=mode, interest_owner=owner, prefund_quota_fen=0)
    driver = await open_books(driver_for, signed)
    booked = await ask(driver, charge(kind, account, center_id=center))
    [fact] = said([booked], ChargeBooked)
    assert (fact.amount_fen, [one.node_id for one in booked.notices][:2]) == (
        500,
        ["bazhong-center", "sichuan-center"],
    )
    [(other, fen)] = against.items()
    assert (await balance(driver, other, center), await balance(driver, account, center)) == (fen, -fen)
    assert [one.balance_fen for one in said([booked], PrefundChanged)] == [500] * (kind == "INTEREST")
    undone = await ask(driver, back(center_id=center, officer="wang"))
    assert [one.amount_fen for one in said([undone], ChargeBooked)] == [-500]
    assert await driver.fetch("SELECT FROM balance WHERE pool_fen <> 0") == []
    assert refused(await ask(driver, back(center_id=center))) == "ALREADY_DONE"
    await assert_books_agree(driver)


async def test_interest_taken_back_after_the_prefund_was_handed_over_is_taken_from_who_has_it(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    await ask(driver, charge("INTEREST", "prefund"))
    renewed = agreement(in_force_from=MARCH_21, treatment_center=OTHER_CENTER)
    await driver.hear(renewed, source="enrollment", day=MARCH_21)
    assert await balance(driver, "prefund", OTHER_CENTER) == 1_000_500
    assert refused(await ask(driver, back())) == "CENTER_NOT_YOURS"
    await ask(driver, back(center_id=OTHER_CENTER))
    held = [await balance(driver, name, OTHER_CENTER) for name in ("prefund", "received_ahead")]
    assert held == [1_000_000, -1_000_000]
    assert await balance(driver, "prefund", TREATMENT_CENTER) == 0
    assert await balance(driver, "received_ahead", TREATMENT_CENTER) == 0
    await assert_books_agree(driver)


async def test_a_fine_stays_with_the_center_that_took_it(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    await ask(driver, charge("FINE", "own_account"))
    assert refused(await ask(driver, back(center_id=INSURED_CENTER))) == "UNKNOWN_CHARGE"


# Mode, the request, its code
REFUSED: list[tuple[str, BookCharge | ReverseCharge, str]] = [
    *(
        ("AGENCY_PREFUND", charge(kind, account), "FEE_ON_FUND")
        for kind in ("BANK_FEE", "BANK_SLIP", "SERVICE_FEE")
        for account in ("prefund", "insured_bank", "treatment_bank")
    ),
    ("RESERVE_FUND", charge("BANK_FEE", "reserve"), "FEE_ON_FUND"),
    ("AGENCY_PREFUND", charge("BANK_FEE", "own_account"), "ACCOUNT_NOT_POSSIBLE"),
    ("AGENCY_PREFUND", charge("FINE", "prefund"), "ACCOUNT_NOT_POSSIBLE"),
    ("AGENCY_PREFUND", charge("INTEREST", "reserve"), "ACCOUNT_NOT_POSSIBLE"),
    ("CITY_ADVANCE", charge("INTEREST", "treatment_bank"), "ACCOUNT_NOT_POSSIBLE"),
    ("AGENCY_PREFUND", charge("INTEREST", "prefund", center_id=INSURED_CENTER), "CENTER_NOT_YOURS"),
    ("AGENCY_PREFUND", charge("INTEREST", "prefund", center_id=OTHER_CENTER), "CENTER_NOT_YOURS"),
    ("AGENCY_PREFUND", charge("INTEREST", "prefund", agreement_id="none"), "UNKNOWN_AGREEMENT"),
    ("AGENCY_PREFUND", charge("INTEREST", "prefund", charged_on=date(2026, 3, 22)), "DATE_NOT_POSSIBLE"),
    ("AGENCY_PREFUND", charge("INTEREST", "prefund", charged_on=date(2025, 12, 31)), "DATE_NOT_POSSIBLE"),
    ("AGENCY_PREFUND", back(), "UNKNOWN_CHARGE"),
]


@pytest.mark.requirement("CLR-09")
async def test_what_the_table_has_no_row_for_and_nobody_else_is_refused(driver_for: DriverFor) -> None:
    for mode in ("AGENCY_PREFUND", "RESERVE_FUND", "CITY_ADVANCE"):
        driver = await open_books(driver_for, agreement(funding_mode=mode))
        for asked, body, code in REFUSED:
            if asked == mode:
                assert refused(await ask(driver, body)) == code, body


async def test_an_id_is_taken_once_and_nothing_is_booked_before_a_day_is_open(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    assert refused(await ask(driver, charge("INTEREST", "prefund"), day=None)) == "NO_DAY_OPEN"
    assert refused(await ask(driver, back(), day=None)) == "NO_DAY_OPEN"
    await ask(driver, charge("INTEREST", "prefund"))
    assert refused(await ask(driver, charge("FINE", "own_account"))) == "ID_TAKEN"


async def test_what_no_message_could_hold_is_refused_before_it_is_booked(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    for account, kind in (("own_account", "FINE"), ("prefund", "INTEREST")):
        body = charge(kind, account, amount_fen=MOST_FEN + 1)
        assert refused(await ask(driver, body)) == "INVALID_FIELD"
    for number in range(MOST_SUM_FEN // MOST_FEN):
        await ask(driver, charge("INTEREST", "prefund", charge_id=f"i{number}", amount_fen=MOST_FEN))
    assert refused(await ask(driver, charge("INTEREST", "prefund", amount_fen=MOST_FEN))) == "INVALID_FIELD"


async def test_a_charge_named_as_a_statement_takes_no_entry_of_its(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", date(2026, 3, 5), 900), source="settlement", day=date(2026, 3, 5))
    id = (await sort_month(driver, date(2026, 3, 31))).statement_id
    april = [date(2026, 4, day) for day in (2, 3)]
    await ask(driver, charge("INTEREST", "prefund", charge_id=id), april[0])
    renewed = agreement(in_force_from=april[1], treatment_center=OTHER_CENTER)
    await driver.hear(renewed, source="enrollment", day=april[1])
    await ask(driver, back(charge_id=id, center_id=OTHER_CENTER), april[1])
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, id, center, april[1])
    paid = await pay(driver, id, 900, april[1])
    assert paid.answer and paid.answer.accepted
    await assert_books_agree(driver)
