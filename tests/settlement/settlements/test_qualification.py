"""Chronic diseases are paid for who was found to qualify, by the insured place and on the day of care."""

from datetime import date
from typing import Any

import pytest

from tests.settlement.given.by_hand import claim, open_by_hand, paid_bill
from tests.settlement.given.world import (  # fmt: skip
    D3,
    D4,
    D9,
    DriverFor,
    accepted,
    ask,
    coverage,
    line,
    open_world,
    outpatient,
    qualified,
)

CHRONIC: dict[str, Any] = {"person_id": "Wu", "kind": "outpatient_chronic", "disease": "M03900"}
FOUND: list[tuple[dict[str, Any] | None, str]] = [
    # what was found in Wu, treated on the 4th
    (None, "NOT_QUALIFIED"),
    ({}, "OK"),
    ({"disease": "M07803"}, "NOT_QUALIFIED"),
    ({"insured_area": "510100"}, "NOT_QUALIFIED"),
    ({"qualified_from": D9}, "NOT_QUALIFIED"),
    ({"qualified_until": D3}, "NOT_QUALIFIED"),
    ({"qualified_from": D4, "qualified_until": D9}, "OK"),
]


@pytest.mark.requirement("OUT-02")
@pytest.mark.parametrize(("given", "code"), FOUND)
async def test_a_chronic_bill_is_settled_for_who_qualifies_on_its_day(
    driver_for: DriverFor, given: dict[str, Any] | None, code: str
) -> None:
    found = [] if given is None else [qualified("Wu", **given)]
    driver = await open_world(driver_for, coverage("Wu"), *found)

    answer = await ask(driver, outpatient(line(1), total_fen=10_000, service_on=D4, **CHRONIC), day=D9)

    assert answer.code == code


@pytest.mark.requirement("OUT-02")
@pytest.mark.parametrize(("given", "code"), FOUND[:3])
async def test_a_chronic_bill_is_claimed_for_who_qualifies_on_its_day(
    driver_for: DriverFor, given: dict[str, Any] | None, code: str
) -> None:
    found = [] if given is None else [qualified("Wu", **given)]
    driver = await open_by_hand(driver_for, coverage("Wu"), *found)
    await accepted(driver, paid_bill(service_on=D4, **CHRONIC), day=D9)

    assert (await ask(driver, claim(person_id="Wu"), day=D9)).code == code


async def test_a_renewal_leaves_the_time_before_as_it_was(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, coverage("Wu"))
    first = qualified("Wu", qualified_until=D3)
    renewed = qualified("Wu", qualified_from=D9)
    ended = qualified("Wu", qualified_from=D9, qualified_until=date(2026, 3, 20))

    await driver.hear(first, renewed, ended, source="enrollment")

    days = {"O1": date(2026, 3, 2), "O2": D4, "O3": D9, "O4": date(2026, 3, 20)}
    codes = [
        (await ask(driver, outpatient(line(1), total_fen=10_000, visit_id=name, service_on=day, **CHRONIC),
                   day=date(2026, 3, 23))).code
        for name, day in days.items()
    ]  # fmt: skip
    assert codes == ["OK", "NOT_QUALIFIED", "OK", "NOT_QUALIFIED"]
