"""What a person is entitled to at an institution on a day, and which day it is."""

from datetime import date
from typing import Any

import pytest

from shared.messages.settlement.found import PersonFound
from shared.messages.settlement.queries import QueryDay, QueryPerson
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D9,
    HUAXI,
    PHARMACY,
    DriverFor,
    agreement,
    ask,
    coverage,
    filing,
    institution,
    open_world,
    result,
)


def person(**given: Any) -> QueryPerson:
    return QueryPerson(**{"person_id": "Lin", "institution_id": HUAXI, "service_on": D3, **given})


@pytest.mark.requirement("ENR-03")
async def test_a_desk_is_told_what_a_person_is_entitled_to(driver_for: DriverFor) -> None:
    told = coverage("Lin", retired=True, identities=("low_income",), account_balance_fen=12_300)
    driver = await open_world(
        driver_for, told, filing(), institution(HUAXI, services=("inpatient", "chronic"))
    )
    found: PersonFound = result(await ask(driver, person()))
    assert (found.insured_area, found.pooling_area, found.scheme) == ("511900", "511900", "390")
    assert (found.retired, found.identities, found.account_balance_fen) == (True, ("low_income",), 12_300)
    assert (found.filing, found.filing_id, found.diseases) == ("referral", "F1", ("M03900",))
    assert {one.kind: one.code for one in found.eligible} == {
        "inpatient": "OK",
        "outpatient_general": "NOT_OPENED",
        "outpatient_chronic": "OK",
        "pharmacy": "NOT_OPENED",
    }


async def test_no_filing_is_advised_where_it_would_open_nothing(driver_for: DriverFor) -> None:
    """Without an agreement the care is paid at the desk, filed or not: the code says so, and no guide."""
    driver = await open_world(driver_for)
    before: PersonFound = result(await ask(driver, person()))
    assert before.guide is not None
    await driver.hear(agreement(in_force_until=D3), source="enrollment")
    found: PersonFound = result(await ask(driver, person()))
    assert (found.filing, found.guide, {one.code for one in found.eligible}) == (
        "none",
        None,
        {"NO_AGREEMENT"},
    )


async def test_what_held_on_the_day_is_told_not_what_holds_now(driver_for: DriverFor) -> None:
    since = coverage("Lin", status="suspended", applies_from=D9)
    driver = await open_world(driver_for, since)
    assert (await ask(driver, person(service_on=D3), day=D9)).accepted
    assert (await ask(driver, person(service_on=D9), day=D9)).code == "INSURANCE_SUSPENDED"


@pytest.mark.parametrize(
    ("asked", "source", "code"),
    [
        (person(person_id="Nobody"), "huaxi", "UNKNOWN_PERSON"),
        (person(institution_id="H51010000009"), "huaxi", "UNKNOWN_INSTITUTION"),
        (person(), "stranger", "INSTITUTION_NOT_YOURS"),
        (person(service_on=date(2026, 4, 1)), "huaxi", "DATE_NOT_POSSIBLE"),
        (person(service_on=date(2019, 1, 1)), "huaxi", "DATE_NOT_POSSIBLE"),
        (QueryDay(institution_id=PHARMACY), "stranger", "INSTITUTION_NOT_YOURS"),
    ],
)
async def test_who_may_not_ask_or_asks_of_nobody_is_refused(
    driver_for: DriverFor, asked: QueryPerson, source: str, code: str
) -> None:
    driver = await open_world(driver_for)
    assert (await ask(driver, asked, source=source)).code == code


async def test_a_desk_is_told_the_business_day_and_its_month(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    told = result(await ask(driver, QueryDay(institution_id=HUAXI), day=D1))
    assert (told.opened_on, told.is_working_day, told.month) == (D1, True, "2026-03")
