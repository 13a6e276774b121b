"""A quota is measured, approved by two officers and paid; it holds from its day on, until next January."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.clearing.prefund.rules import last_quarter, quota_of
from services.clearing.prefund.store_radar import read_radar
from shared.messages.clearing.months import PrefundChanged
from shared.messages.clearing.prefunds import (
    PrefundFunded,
    QuarterBasis,
    QuotaApproved,
    QuotaMeasured,
    ResidentsBasis,
)
from tests.clearing.given.ahead import Asked, answer_top_up, approve, ask, ask_top_up, code, fund, measure
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    open_books,
    pay,
    said,
    sort,
    sort_month,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    TREATMENT_CENTER,
    agreement,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_1, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)
APRIL_10, APRIL_11, MAY_1 = date(2026, 4, 10), date(2026, 4, 11), date(2026, 5, 1)
YUAN = 100
LIVING = ResidentsBasis(persons=1_200, mean_cost_fen=850_001, ratio_bp=500)


# Inputs, fen; the quota
MEASURED: list[tuple[QuarterBasis | ResidentsBasis, int]] = [
    (QuarterBasis(first_month="2026-01", payable_fen=3_000_000, months=2), 2_000_000),
    (QuarterBasis(first_month="2026-01", payable_fen=3_000_001, months=2), 3_000_000),
    (QuarterBasis(first_month="2026-01", payable_fen=1, months=2), 1_000_000),
    (QuarterBasis(first_month="2026-01", payable_fen=0, months=2), 0),
    (QuarterBasis(first_month="2026-01", payable_fen=-1_500_001, months=2), -1_000_000),
    (LIVING, 51_000_060),
]


@pytest.mark.requirement("CLR-02")
@pytest.mark.requirement("CLR-25")
@pytest.mark.parametrize(("basis", "quota_fen"), MEASURED)
def test_a_quota_follows_from_its_inputs(basis: QuarterBasis | ResidentsBasis, quota_fen: int) -> None:
    assert quota_of(basis) == quota_fen


@given(day=st.dates(date(2016, 1, 1), date(2099, 12, 31)))
@settings(deadline=None, max_examples=50)
def test_the_last_quarter_ended_before_the_day_and_at_most_a_quarter_ago(day: date) -> None:
    first = date.fromisoformat(f"{last_quarter(day)}-01")
    assert first.month in (1, 4, 7, 10)
    assert timedelta(days=90) <= day - first <= timedelta(days=184)


async def spent(driver_for: DriverFor, fen: int = 4_500_000) -> Driver:
    """A quarter that ended with March, of which so much is payable; its prefund had 10 000 yuan."""
    driver = await open_books(driver_for, agreement(investigate_above_fen=fen * 2))
    await driver.hear(settled("s1", MARCH_5, fen), source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    return driver


async def approved(driver: Driver, measure_id: str = "q1", day: date = APRIL_2) -> QuotaApproved:
    """What two officers approve."""
    assert code(await ask(driver, approve("li", measure_id), day)) == "OK"
    [fact] = said([await ask(driver, approve("wang", measure_id), day)], QuotaApproved)
    return fact


@pytest.mark.requirement("CLR-01")
@pytest.mark.requirement("CLR-02")
@pytest.mark.requirement("CLR-03")
async def test_a_quota_is_measured_from_the_last_quarter_approved_by_two_and_paid(
    driver_for: DriverFor,
) -> None:
    driver = await spent(driver_for)
    done = await ask(driver, measure(APRIL_2), APRIL_2)
    [measured] = said([done], QuotaMeasured)
    assert (measured.quota_fen, measured.quarter) == (
        3_000_000,
        QuarterBasis(first_month="2026-01", payable_fen=4_500_000, months=2),
    )
    assert {notice.node_id for notice in done.notices} == {"bazhong-center", "sichuan-center"}
    fact = await approved(driver)
    assert (fact.asked_by, fact.approved_by, fact.to_pay_fen, fact.pay_by) == (
        *("li", "wang"),
        *(2_000_000, date(2026, 5, 31)),
    )
    assert await balance(driver, "prefund") == 0
    paid = await ask(driver, fund(2_000_000, APRIL_2), APRIL_10)
    assert [(one.funded_fen, one.paid_from) for one in said([paid], PrefundFunded)] == [(2_000_000, "fund")]
    assert [(one.balance_fen, one.quota_fen) for one in said([paid], PrefundChanged)] == [
        (2_000_000, 3_000_000)
    ]
    held = [
        await balance(driver, *account)
        for account in (("prepaid", INSURED_CENTER), ("received_ahead", TREATMENT_CENTER))
    ]
    assert held == [3_000_000, -3_000_000]
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-05")
async def test_a_payment_restores_the_quota_of_its_day_and_not_one_to_come(driver_for: DriverFor) -> None:
    driver = await spent(driver_for)
    await ask(driver, measure(MAY_1), APRIL_2)
    await approved(driver)
    [row] = await driver.fetch("SELECT statement_id FROM statement")
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, row[0], center, APRIL_2)
    [changed] = said([await pay(driver, row[0], 4_500_000, APRIL_10)], PrefundChanged)
    assert (changed.balance_fen, changed.quota_fen) == (1_000_000, 1_000_000)
    [later] = said([await ask(driver, fund(2_000_000, MAY_1), MAY_1)], PrefundChanged)
    assert (later.balance_fen, later.quota_fen) == (3_000_000, 3_000_000)


async def test_a_quota_approved_lower_is_paid_back_by_the_treatment_center(driver_for: DriverFor) -> None:
    driver = await spent(driver_for)
    await ask(driver, measure(APRIL_2), APRIL_2)
    await approved(driver)
    await ask(driver, fund(2_000_000, APRIL_2), APRIL_2)
    await ask(driver, measure(APRIL_2, measure_id="q2", months=1), APRIL_2)
    assert (await approved(driver, "q2")).to_pay_fen == -1_000_000
    back = fund(1_000_000, APRIL_10, "q2")
    assert code(await ask(driver, back, APRIL_10)) == "CENTER_NOT_YOURS"
    its = back.model_copy(update={"center_id": TREATMENT_CENTER})
    assert [one.funded_fen for one in said([await ask(driver, its, APRIL_10)], PrefundFunded)] == [-1_000_000]
    assert (await balance(driver, "prefund"), await balance(driver, "prepaid")) == (1_000_000, 2_000_000)
    await assert_books_agree(driver)


async def test_a_renewal_changes_an_approved_quota_only_where_it_names_another(driver_for: DriverFor) -> None:
    driver = await spent(driver_for)
    await ask(driver, measure(APRIL_2), APRIL_2)
    await approved(driver)
    await ask(driver, fund(2_000_000, APRIL_2), APRIL_2)
    same = await driver.hear(agreement(in_force_from=APRIL_10), source="enrollment", day=APRIL_10)
    assert said(same, PrefundChanged) == []
    other = agreement(in_force_from=MAY_1, prefund_quota_fen=5_000_000)
    [changed] = said(await driver.hear(other, source="enrollment", day=MAY_1), PrefundChanged)
    assert (changed.quota_fen, changed.balance_fen) == (5_000_000, 4_000_000)
    await assert_books_agree(driver)


# What is asked on 10 April, after a quota was measured and approved by li alone; its code
REFUSED: list[tuple[Asked, str]] = [
    (approve("li"), "SAME_OFFICER"),
    (approve("wang", "q0"), "UNKNOWN_PROPOSAL"),
    (approve("wang", center_id=TREATMENT_CENTER), "CENTER_NOT_YOURS"),
    (approve("wang", agreement_id="none"), "UNKNOWN_AGREEMENT"),
    (measure(APRIL_10), "ID_TAKEN"),
    (measure(APRIL_2, measure_id="q2"), "TERMS_REACH_BACK"),
    (measure(APRIL_10, measure_id="q2", residents=LIVING), "INVALID_FIELD"),
    (measure(APRIL_10, measure_id="q2", center_id=TREATMENT_CENTER), "CENTER_NOT_YOURS"),
    (fund(2_000_000, APRIL_10), "UNKNOWN_ORDER"),
]
# What is asked on 10 April, after it was approved on the 2nd
NOT_FUNDED: list[tuple[Asked, str]] = [
    (approve("zhao"), "ALREADY_DONE"),
    (fund(1_999_999, APRIL_10), "AMOUNT_DIFFERS"),
    (fund(2_000_000, APRIL_1), "DATE_NOT_POSSIBLE"),
    (fund(2_000_000, date(2026, 4, 11)), "DATE_NOT_POSSIBLE"),
    (fund(2_000_000, APRIL_10, center_id=TREATMENT_CENTER), "CENTER_NOT_YOURS"),
    (fund(2_000_000, APRIL_10, paid_from="other"), "INVALID_FIELD"),
    (fund(2_000_000, APRIL_10, paid_from="other", reason="财政垫付 / lent by finance"), "OK"),
    (fund(2_000_000, APRIL_10), "ORDER_PAID"),
]


@pytest.mark.requirement("CLR-03")
async def test_what_nobody_may_approve_or_pay_is_refused(driver_for: DriverFor) -> None:
    driver = await spent(driver_for)
    await ask(driver, measure(APRIL_2), APRIL_2)
    await ask(driver, approve("li"), APRIL_2)
    for body, expected in REFUSED:
        assert code(await ask(driver, body, APRIL_10)) == expected, body
    assert [code(await ask(driver, body, None)) for body, _ in (REFUSED[0], REFUSED[4], REFUSED[8])] == [
        "NO_DAY_OPEN"
    ] * 3
    await ask(driver, approve("wang"), APRIL_2)
    for body, expected in NOT_FUNDED:
        assert code(await ask(driver, body, APRIL_10)) == expected, body


async def test_a_measurement_is_refused_before_its_quarter_is_sorted_below_zero_and_where_nothing_lies_ahead(
    driver_for: DriverFor,
) -> None:
    first = date(2025, 1, 1)
    city = agreement(agreement_id="city", funding_mode="CITY_ADVANCE")
    driver = await open_books(driver_for, agreement(in_force_from=first), city)
    assert code(await ask(driver, measure(APRIL_2), APRIL_2)) == "MONTH_NOT_POSSIBLE"
    assert code(await ask(driver, measure(APRIL_2, agreement_id="city"), APRIL_2)) == "NOTHING_AHEAD"
    taken_back = settled("s1", date(2025, 12, 20), 1_600_000)
    await driver.hear(taken_back, reversed_(taken_back, MARCH_5), source="settlement", day=MARCH_5)
    await sort(driver, APRIL_1)
    assert code(await ask(driver, measure(APRIL_2), APRIL_2)) == "QUOTA_NEGATIVE"


@pytest.mark.requirement("CLR-02")
@pytest.mark.requirement("CLR-25")
async def test_each_january_the_quota_of_the_year_is_measured_once_for_officers_to_approve(
    driver_for: DriverFor,
) -> None:
    reserve = agreement(
        agreement_id="reserve",
        funding_mode="RESERVE_FUND",
        insured_area="230100",
        treatment_area="230200",
        declare_by_day=20,
        in_force_from=date(2025, 1, 1),
    )
    driver = await open_books(driver_for, agreement(in_force_from=date(2025, 1, 1)), reserve)
    november, december = date(2025, 11, 20), date(2025, 12, 31)
    living = {"insured_area": "230102", "treatment_area": "230202"}
    for id, fen, more in (("s1", 2_200_000, {}), ("s2", 90_000, living), ("s3", 70_000, living)):
        await driver.hear(settled(id, november, fen, **more), source="settlement", day=november)
    asked = measure(december, agreement_id="reserve", residents=LIVING)
    assert code(await ask(driver, asked, december)) == "OK"
    told = {
        day: [
            (one.agreement_id, one.quota_fen, one.from_on, one.officer)
            for one in said(await sort(driver, day), QuotaMeasured)
        ]
        for day in (date(2026, 1, day) for day in (1, 4, 5, 21, 22))
    }
    february = date(2026, 2, 1)
    assert told == {
        date(2026, 1, 1): [],
        date(2026, 1, 4): [("prefund", 2_000_000, february, None)],
        date(2026, 1, 5): [],
        date(2026, 1, 21): [("reserve", 1_200 * 81_000 * 500 // 10_000, february, None)],
        date(2026, 1, 22): [],
    }
    [row] = await driver.fetch("SELECT measure_id FROM quota_measure WHERE agreement_id = 'prefund'")
    assert (await approved(driver, row[0], date(2026, 1, 22))).pay_by == date(2026, 2, 28)


async def test_a_quota_takes_the_place_of_one_to_come_and_no_money_is_asked_for_twice(
    driver_for: DriverFor,
) -> None:
    driver = await spent(driver_for)
    await ask(driver, measure(MAY_1), APRIL_2)
    assert (await approved(driver)).to_pay_fen == 2_000_000
    await ask(driver, ask_top_up(500_000), APRIL_2)
    await ask(driver, answer_top_up(500_000), APRIL_2)
    assert await asked_and_held(driver) == (2_500_000, [1_500_000, 3_500_000])
    await ask(driver, measure(APRIL_10, measure_id="q2", months=1), APRIL_10)
    fact = await approved(driver, "q2", APRIL_10)
    assert (fact.to_pay_fen, fact.from_on) == (-1_500_000, MAY_1)
    assert await asked_and_held(driver) == (1_000_000, [1_500_000, 2_000_000])
    other = agreement(in_force_from=APRIL_11, prefund_quota_fen=4_000_000)
    [changed] = said(await driver.hear(other, source="enrollment", day=APRIL_11), PrefundChanged)
    assert (changed.quota_fen, changed.balance_fen) == (4_000_000, 2_000_000)
    assert await asked_and_held(driver) == (1_000_000, [4_000_000, 4_000_000])


async def asked_and_held(driver: Driver) -> tuple[int, list[int]]:
    """What is asked for ahead beside the agreement's own quota, and the quotas of today and of May, fen."""
    [row] = await driver.fetch("SELECT sum(amount_fen)::bigint FROM funding")
    async with driver.pool.acquire() as tx:
        seen = [await read_radar(tx, day, "", 1) for day in (APRIL_11, MAY_1)]
    return row[0], [one.radar.quota_fen for [one] in seen]


async def test_a_reserve_is_left_alone_in_january_that_cannot_be_measured(driver_for: DriverFor) -> None:
    mode: dict[str, Any] = {"funding_mode": "RESERVE_FUND", "in_force_from": date(2025, 1, 1)}
    other = {"insured_area": "230100", "treatment_area": "230200"}
    driver = await open_books(driver_for, agreement(**mode), agreement(agreement_id="high", **mode, **other))
    living = {"insured_area": "230102", "treatment_area": "230202"}
    november, december = date(2025, 11, 20), date(2025, 12, 31)
    dear = settled("s1", november, 10**10, **living)
    await driver.hear(dear, source="settlement", day=november)
    most = ResidentsBasis(persons=10**9, mean_cost_fen=10**14, ratio_bp=10_000)
    asked = measure(december, agreement_id="high", residents=most)
    assert code(await ask(driver, asked, december)) == "INVALID_FIELD"
    least = ResidentsBasis(persons=10**9, mean_cost_fen=1, ratio_bp=10_000)
    assert code(await ask(driver, measure(december, agreement_id="high", residents=least), december)) == "OK"
    january = [one for day in (1, 4) for one in await sort(driver, date(2026, 1, day))]
    assert said(january, QuotaMeasured) == []
