"""A bill goes by what held on its day: the coverage, the hospital, whatever was told of later days since."""

from datetime import date
from typing import Any

import pytest

from shared.messages.body import Body
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    D5,
    D6,
    D9,
    HUAXI,
    DriverFor,
    accepted,
    admit,
    ask,
    completed,
    coverage,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    result,
    reverse,
    rows,
    settle,
    stay,
)

RETIREES = policy(retired={"ratio_bonus_bp": 300})


def since(day: date, **given: Any) -> Body:
    """Lin's coverage from a day on."""
    return coverage("Lin", applies_from=day, **given)


DEAD = since(D5, status="terminated", covered_until=D5)
AGAIN = since(D9, covered_from=D9)
CHANGES: list[tuple[str, list[Body], date, str]] = [
    ("before a death", [DEAD], D3, "OK"),
    ("after a death", [DEAD], D6, "INSURANCE_SUSPENDED"),
    ("before a suspension", [since(D5, status="suspended")], D3, "OK"),
    ("while suspended", [since(D5, status="suspended")], D6, "INSURANCE_SUSPENDED"),
    ("while suspended, restored since", [since(D5, status="suspended"), since(D9)], D6,
     "INSURANCE_SUSPENDED"),
    ("before, restored since", [since(D5, status="suspended"), since(D9)], D3, "OK"),
    ("enrolled again since", [DEAD, AGAIN], D3, "OK"),
    ("between two coverages", [DEAD, AGAIN], D6, "INSURANCE_SUSPENDED"),
    ("a suspension of an earlier day", [since(D5, status="suspended"), since(D2, status="suspended")],
     D3, "INSURANCE_SUSPENDED"),
    ("an end taken back", [DEAD, since(D5)], D6, "OK"),
]  # fmt: skip


@pytest.mark.requirement("ENR-05")
@pytest.mark.parametrize(("case", "told", "day", "expected"), CHANGES, ids=[case[0] for case in CHANGES])
@pytest.mark.parametrize("together", [True, False])
async def test_a_bill_goes_by_the_coverage_of_its_day(
    driver_for: DriverFor, case: str, told: list[Body], day: date, expected: str, together: bool
) -> None:
    driver = await open_world(driver_for)
    for batch in [told] if together else [[one] for one in told]:
        await driver.hear(*batch, source="enrollment")

    bill = outpatient(line(1), total_fen=10_000, service_on=day)
    assert (await ask(driver, bill, day=D9)).code == expected, case
    assert (await ask(driver, admit(admitted_on=day, visit_id="V2"), day=D9)).code == expected, case


async def test_retired_since_the_admission_changes_nothing_of_the_stay(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, RETIREES, since(date.min))
    await accepted(driver, *stay())
    await driver.hear(since(D2, retired=True), source="enrollment")

    [settled] = await accepted(driver, settle(1, 100_000), day=D9)
    assert completed(settled).payments.ratio_bp == 5500

    retired: dict[str, Any] = {"visit_id": "V2", "admitted_on": D3}
    await accepted(driver, *stay(**retired), day=D9)
    [settled] = await accepted(driver, settle(1, 100_000, visit_id="V2"), day=D9)
    assert completed(settled).payments.ratio_bp == 5800


async def test_the_account_holds_what_was_told_last_whatever_the_day_of_the_bill(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, since(D1, account_balance_fen=100))
    await driver.hear(since(D5, account_balance_fen=3_000), source="enrollment")

    bill = outpatient(line(1), total_fen=10_000, service_on=D3, use_account=True)
    assert result(await ask(driver, bill, day=D9)).payments.account_fen == 3_000


async def test_a_stay_begun_after_a_death_that_is_told_later_is_not_settled(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(admitted_on=D2))
    await driver.hear(since(D2, status="terminated", covered_until=D2), source="enrollment")

    answer = await ask(driver, settle(1, 100_000), day=D9)

    assert (answer.code, answer.where) == ("INSURANCE_SUSPENDED", "Lin 2026-03-03")


async def test_who_dies_in_hospital_is_settled_for(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    await driver.hear(since(D3, status="terminated", covered_until=D3), source="enrollment")

    [settled] = await accepted(driver, settle(1, 100_000), day=D9)

    assert completed(settled).payments.fund_fen > 0


def hospital(day: date, **given: Any) -> Body:
    """Huaxi from a day on."""
    return institution(HUAXI, applies_from=day, **given)


OPENED = [
    ("before a suspension", [hospital(D5, status="suspended")], D3, "OK"),
    ("while suspended", [hospital(D5, status="suspended")], D5, "NOT_OPENED"),
    ("while suspended, open since", [hospital(D5, status="suspended"), hospital(D9)], D6, "NOT_OPENED"),
    ("before it was opened", [hospital(date.min, status="nominated"), hospital(D5)], D3, "NOT_OPENED"),
    ("closed for this care since", [hospital(D5, services=("pharmacy",))], D3, "OK"),
    ("closed for this care before", [hospital(D5, services=("pharmacy",))], D6, "NOT_OPENED"),
]


@pytest.mark.parametrize(("case", "told", "day", "expected"), OPENED, ids=[case[0] for case in OPENED])
@pytest.mark.parametrize("together", [True, False])
async def test_a_bill_goes_by_what_the_hospital_was_on_its_day(
    driver_for: DriverFor, case: str, told: list[Body], day: date, expected: str, together: bool
) -> None:
    driver = await open_world(driver_for)
    for batch in [told] if together else [[one] for one in told]:
        await driver.hear(*batch, source="enrollment")

    bill = outpatient(line(1), total_fen=10_000, service_on=day)
    assert (await ask(driver, bill, day=D9)).code == expected, case
    assert (await ask(driver, admit(admitted_on=day, visit_id="V2"), day=D9)).code == expected, case


async def test_the_tier_of_the_day_of_care_counts(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await driver.hear(hospital(D3, tier="2"), source="enrollment")

    paid = []
    for visit_id, day in (("V1", D2), ("V2", D3)):
        [*_, settled] = await accepted(
            driver,
            *stay(visit_id=visit_id, admitted_on=day),
            settle(1, 100_000, visit_id=visit_id),
            day=D9,
        )
        paid.append(completed(settled).payments.ratio_bp)

    assert paid == [5500, 6500]


GONE: list[tuple[str, Body]] = [
    ("the hospital was suspended", hospital(D5, status="suspended")),
    ("the person was suspended", since(D5, status="suspended")),
    ("the person has died", DEAD),
]


@pytest.mark.parametrize(("case", "told"), GONE, ids=[case[0] for case in GONE])
async def test_after_a_refund_the_kept_line_is_settled_again(
    driver_for: DriverFor, case: str, told: Body
) -> None:
    driver = await open_world(driver_for)
    both = outpatient(line(1), line(2), total_fen=20_000)
    kept = outpatient(line(1), total_fen=10_000)
    [settled] = await accepted(driver, both)
    await driver.hear(told, source="enrollment")

    await accepted(driver, reverse(completed(settled).settlement_id), kept, day=D9)

    assert await rows(driver, "SELECT state, attempt FROM visit") == [("settled", 2)]


async def test_a_cascade_settles_again_what_was_settled_under_an_ended_coverage(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    later: dict[str, Any] = {"visit_id": "V2", "admitted_on": D3}
    [*_, first] = await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, *stay(**later), settle(1, 100_000, visit_id="V2"))
    await driver.hear(since(D3, status="terminated", covered_until=D3), source="enrollment")

    [undone] = await accepted(driver, reverse(completed(first).settlement_id, cascade=True), day=D9)

    assert [one.code for one in result(undone.answer).later] == ["OK"]


ENDED_2023 = coverage("Lin", covered_until=date(2024, 1, 1))
LONG_AGO = [
    ("a stay of 2023 under a coverage that ended in 2023", [ENDED_2023], date(2023, 12, 1), "COVERAGE_ENDED"),
    ("ended by what was told since", [since(date(2024, 1, 1), status="terminated")], date(2023, 12, 1),
     "COVERAGE_ENDED"),
    ("ended a year ago", [since(date(2025, 3, 13), status="terminated")], date(2025, 3, 12), "OK"),
    ("ended a day earlier", [since(date(2025, 3, 11), status="terminated")], date(2025, 3, 10),
     "COVERAGE_ENDED"),
    ("in force again", [since(date(2024, 1, 1), status="suspended"), since(D1)], date(2023, 12, 1),
     "DATE_NOT_POSSIBLE"),  # no more under this coverage than under another
]  # fmt: skip


@pytest.mark.parametrize(("case", "told", "day", "expected"), LONG_AGO, ids=[case[0] for case in LONG_AGO])
async def test_nothing_is_opened_under_a_coverage_that_ended_long_ago(
    driver_for: DriverFor, case: str, told: list[Body], day: date, expected: str
) -> None:
    driver = await open_world(driver_for, *told)

    bill = outpatient(line(1), total_fen=10_000, service_on=day)
    assert (await ask(driver, bill, day=D9)).code == expected, case
    assert (await ask(driver, admit(admitted_on=day, visit_id="V2"), day=D9)).code == expected, case


async def test_what_was_opened_in_time_is_settled_again_long_after_the_coverage_ended(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    kept = outpatient(line(1), total_fen=10_000)
    [settled] = await accepted(driver, kept)
    await driver.hear(DEAD, source="enrollment")

    await accepted(driver, reverse(completed(settled).settlement_id), kept, day=date(2027, 6, 1))
