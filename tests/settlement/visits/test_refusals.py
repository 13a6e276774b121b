"""What is refused at the desk, each with its code; and that a refusal changes nothing."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.visit import BILL, STAY
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D9,
    HUAXI,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    coverage,
    discharge,
    institution,
    open_world,
    quote,
    refusals,
    rows,
    settle,
    stay,
)

CLOSED, NOMINATED, FAR = "H51010000003", "H51010000004", "H50010000001"

ADMISSIONS = [
    (admit(institution_id="H51010000009"), "UNKNOWN_INSTITUTION"),
    (admit(institution_id="H51190000001"), "INSTITUTION_NOT_YOURS"),
    (admit(institution_id=CLOSED), "NOT_OPENED"),
    (admit(institution_id=NOMINATED), "NOT_OPENED"),
    (admit(institution_id=FAR), "NO_AGREEMENT"),
    (admit(visit_id="V0"), "VISIT_ID_TAKEN"),
    (admit(person_id="nobody"), "UNKNOWN_PERSON"),
    (admit(person_id="suspended"), "INSURANCE_SUSPENDED"),
    (admit(person_id="not-yet"), "INSURANCE_SUSPENDED"),
    (admit(person_id="no-longer"), "INSURANCE_SUSPENDED"),
    (admit(admitted_on=D9), "DATE_NOT_POSSIBLE"),
    (admit(continues_visit_id="V9"), "UNKNOWN_VISIT"),
    (admit(person_id="Wu", continues_visit_id="V0"), "UNKNOWN_VISIT"),
]


@pytest.mark.requirement("SET-34")
async def test_an_admission_that_may_not_be(driver_for: DriverFor) -> None:
    driver = await open_world(
        driver_for,
        institution(CLOSED, services=("pharmacy",)),
        institution(NOMINATED, status="nominated"),
        institution(FAR),
        coverage("suspended", status="suspended"),
        coverage("not-yet", covered_from=D3),
        coverage("no-longer", covered_until=D1),
        coverage("Wu"),
    )
    await accepted(driver, admit(visit_id="V0"))

    codes = await refusals(driver, [asked for asked, _ in ADMISSIONS])

    assert codes == [code for _, code in ADMISSIONS]
    assert await rows(driver, "SELECT visit_id FROM visit") == [("V0",)]


AT_THE_DESK = [
    (discharge(visit_id="V9"), "UNKNOWN_VISIT"),
    (discharge(institution_id=PUREN), "UNKNOWN_VISIT"),
    (discharge(discharged_on=date(2026, 3, 1)), "DATE_NOT_POSSIBLE"),
    (discharge(discharged_on=D9), "DATE_NOT_POSSIBLE"),
    (quote(0, 0, visit_id="V9"), "UNKNOWN_VISIT"),
    (quote(0, 0, person_id="Wu"), "UNKNOWN_VISIT"),
    (quote(1, 1), "CONTROL_TOTAL"),
    (settle(0, 0), "VISIT_STATE"),
    (settle(0, 0, visit_id="V9"), "UNKNOWN_VISIT"),
    (settle(0, 0, institution_id="H51190000001"), "INSTITUTION_NOT_YOURS"),
]


async def test_a_request_that_does_not_fit_an_admitted_stay(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit())

    codes = await refusals(driver, [asked for asked, _ in AT_THE_DESK])

    assert codes == [code for _, code in AT_THE_DESK]


async def test_a_settled_stay_stays_as_it_is(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))

    codes = await refusals(driver, [quote(1, 100_000), settle(1, 100_000), discharge()])

    assert codes == ["VISIT_SETTLED"] * 3


async def test_before_the_first_day_nothing_is_decided(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    [decision] = await driver.hear(admit(), day=None, source="huaxi")

    assert decision.answer and decision.answer.code == "NO_DAY_OPEN"


@pytest.mark.requirement("SET-06")
async def test_a_tier_the_policy_does_not_have_is_an_error_and_no_default(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, institution(HUAXI, tier="1"))
    await accepted(driver, *stay())

    assert (await ask(driver, settle(1, 100_000))).code == "TIER_UNKNOWN"


async def test_without_a_policy_on_the_day_of_the_admission_nothing_is_settled(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, coverage("Wu", "310"))
    wu: dict[str, Any] = {"person_id": "Wu"}
    await accepted(driver, admit(**wu), discharge(**wu))

    answer = await ask(driver, settle(0, 0, **wu))

    assert (answer.code, answer.where) == ("NO_POLICY_IN_FORCE", "511900 310 2026-03-02")


def test_every_state_of_a_life_is_reached_by_it() -> None:
    for life in (STAY, BILL):
        assert {state for state, _ in life} <= {"announced", *life.values()}


@pytest.mark.requirement("REF-08")
def test_only_a_discharged_or_reversed_stay_is_settled() -> None:
    assert {state for (state, _), after in STAY.items() if after == "settled"} == {
        "discharged",
        "reversed",
        "settled",
    }
    assert {state for state, action in STAY if action == "settle"} == {"discharged", "reversed"}
