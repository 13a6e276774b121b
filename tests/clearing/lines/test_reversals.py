"""Reversals, late lines and what is settled at home, on a real database, while agreements change."""

from datetime import date
from typing import Any

import pytest

from services.clearing.months.jobs import ClearingJob
from shared.messages.clearing.months import LineSetAside, StatementIssued
from shared.messages.enrollment.agreements import AgreementSigned
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, said, sort
from tests.clearing.given.facts import agreement, reversed_, settled
from tests.given.driver import Driver

DECEMBER_5, DECEMBER_28, JANUARY_1 = date(2026, 12, 5), date(2026, 12, 28), date(2027, 1, 1)
JANUARY_4, JANUARY_5 = date(2027, 1, 4), date(2027, 1, 5)


async def _agreements_of(driver: Driver) -> list[tuple[str, str, int]]:
    rows = await driver.fetch(
        "SELECT line_id, agreement_id, pool_fen FROM line WHERE month IS NOT NULL ORDER BY line_id"
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _renewed(**changed: Any) -> AgreementSigned:
    return agreement(in_force_from=JANUARY_1, in_force_until=date(2029, 1, 1), **changed)


@pytest.mark.parametrize(
    ("case", "signed_since"),
    [
        ("renewed under its id from January on", _renewed()),
        ("renewed for other schemes and areas", _renewed(schemes=("310",), insured_area="511921")),
        ("a closer agreement", agreement(agreement_id="closer", insured_area="511902")),
        ("who advances is another", agreement(funding_mode="HOSPITAL_ADVANCE", prefund_quota_fen=0)),
    ],
)
async def test_a_reversal_goes_the_way_of_its_settlement_whatever_was_signed_since(
    driver_for: DriverFor, case: str, signed_since: AgreementSigned
) -> None:
    driver = await open_books(driver_for, agreement())
    body = settled("s1", DECEMBER_5, 700)
    await driver.hear(body, source="settlement", day=DECEMBER_5)
    await sort(driver, JANUARY_1)
    await driver.hear(signed_since, source="enrollment", day=JANUARY_4)
    await driver.hear(reversed_(body, JANUARY_5), source="settlement", day=JANUARY_5)
    assert await _agreements_of(driver) == [("s1", "prefund", 700), ("s1.r", "prefund", -700)], case
    await sort(driver, date(2027, 2, 1))
    for account in ("benefit_expense", "fund_payable", "center_receivable", "advance"):
        assert await balance(driver, account) == 0, case
    assert await driver.fetch("SELECT FROM line WHERE aside IS NOT NULL") == []
    await assert_books_agree(driver)


async def test_a_changed_mode_moves_no_money_and_the_first_one_goes_on(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    other = agreement(funding_mode="HOSPITAL_ADVANCE", prefund_quota_fen=0, cut_off_day=20)
    [decision] = await driver.hear(other, source="enrollment", day=DECEMBER_5)
    assert decision.facts == ()
    await driver.hear(settled("s1", DECEMBER_5, 700), source="settlement", day=DECEMBER_5)
    assert await balance(driver, "prefund") == 1_000_000
    assert (await balance(driver, "institution_payable"), await balance(driver, "advance")) == (-700, 0)
    [row] = await driver.fetch("SELECT funding_mode, cut_off_day FROM known_agreement")
    assert tuple(row) == ("AGENCY_PREFUND", 20)
    await assert_books_agree(driver)


@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_the_reversal_of_a_settlement_that_is_held_aside_waits_beside_it(
    driver_for: DriverFor, in_one_batch: bool
) -> None:
    driver = await open_books(driver_for)
    body = settled("s1", DECEMBER_28, 700, service_on=DECEMBER_5)
    back = reversed_(body, JANUARY_4)
    if in_one_batch:
        await driver.hear(body, back, source="settlement", day=JANUARY_4)
    else:
        await driver.hear(body, source="settlement", day=JANUARY_4)
        await driver.hear(back, source="settlement", day=JANUARY_4)
    await driver.hear(agreement(in_force_until=DECEMBER_28), source="enrollment", day=JANUARY_4)
    assert said(await sort(driver, JANUARY_5), LineSetAside) == []
    assert await _agreements_of(driver) == [("s1", "prefund", 700), ("s1.r", "prefund", -700)]
    assert await driver.fetch("SELECT FROM line WHERE aside IS NOT NULL") == []
    await assert_books_agree(driver)


async def test_a_reversal_takes_its_settlement_along_once_one_covers_it(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for)
    body = settled("s1", DECEMBER_5, 700)
    await driver.hear(body, source="settlement", day=DECEMBER_5)
    await driver.hear(agreement(), source="enrollment", day=DECEMBER_5)
    assert await _agreements_of(driver) == []
    await driver.hear(reversed_(body, DECEMBER_28), source="settlement", day=DECEMBER_28)
    assert await _agreements_of(driver) == [("s1", "prefund", 700), ("s1.r", "prefund", -700)]


@pytest.mark.parametrize("settlement_comes", [False, True])
async def test_a_reversal_whose_settlement_was_not_heard_waits_for_it_and_is_no_line_alone(
    driver_for: DriverFor, settlement_comes: bool
) -> None:
    driver = await open_books(driver_for, agreement())
    body = settled("s1", DECEMBER_5, 900)
    await driver.hear(reversed_(body, DECEMBER_28), source="settlement", day=DECEMBER_28)
    decisions = await sort(driver, JANUARY_1)
    [told] = said(decisions, LineSetAside)
    assert (told.line_id, told.fund_fen, told.why) == ("s1.r", -900, "NO_SETTLEMENT")
    assert said(decisions, StatementIssued) == []
    assert await sort(driver, date(2027, 1, 2)) == []
    if settlement_comes:
        await driver.hear(body, source="settlement", day=JANUARY_4)
    [*issued] = said([*await sort(driver, JANUARY_5), *await sort(driver, date(2027, 2, 1))], StatementIssued)
    assert [(one.sums.lines, one.sums.fund_fen) for one in issued] == ([(2, 0)] if settlement_comes else [])
    await assert_books_agree(driver)


@pytest.mark.parametrize(
    ("case", "service_on", "terms_on", "covered"),
    [
        ("its first day", date(2026, 1, 1), None, True),
        ("the day before", date(2025, 12, 31), None, False),
        ("the last day of the first period", date(2026, 6, 30), None, True),
        ("the day on which the first period ends", date(2026, 7, 1), None, False),
        ("a later part of a stay from before", date(2026, 7, 1), date(2026, 6, 20), True),
        ("a later part of a stay too early", date(2026, 1, 1), date(2025, 12, 31), False),
        ("the first day of the second period", JANUARY_1, None, True),
        ("the day on which the second period ends", date(2029, 1, 1), None, False),
    ],
)
async def test_the_day_of_admission_or_service_finds_the_agreement_as_it_was_signed_for_that_day(
    driver_for: DriverFor, case: str, service_on: date, terms_on: date | None, covered: bool
) -> None:
    driver = await open_books(driver_for, agreement(in_force_until=date(2026, 7, 1)), _renewed())
    body = settled("s1", date(2029, 3, 1), 700, service_on=service_on, terms_on=terms_on)
    await driver.hear(body, source="settlement", day=date(2029, 3, 1))
    assert [row[0] for row in await _agreements_of(driver)] == (["s1"] if covered else []), case
    assert len(await driver.fetch("SELECT FROM line WHERE aside = 'unagreed'")) == (0 if covered else 1)


async def test_what_is_held_aside_is_looked_at_again_only_when_an_agreement_of_its_places_covers_its_day(
    driver_for: DriverFor,
) -> None:
    elsewhere = agreement(agreement_id="elsewhere", treatment_area="500000")
    earlier = agreement(in_force_from=date(2025, 1, 1), in_force_until=date(2026, 1, 1))
    driver = await open_books(driver_for, elsewhere, earlier)
    part = settled("s2", DECEMBER_5, 700, terms_on=date(2024, 12, 20))  # which nothing covers
    await driver.hear(settled("s1", DECEMBER_5, 700), part, source="settlement", day=DECEMBER_5)
    assert len(await driver.due(ClearingJob.RETRY_LINES, 0, DECEMBER_28)) == 2
    assert await driver.due(ClearingJob.RETRY_LINES, 0, JANUARY_1) == []
    await driver.hear(agreement(), source="enrollment", day=JANUARY_1)
    assert len(await driver.due(ClearingJob.RETRY_LINES, 0, JANUARY_4)) == 1
    assert [row[0] for row in await _agreements_of(driver)] == ["s1"]


@pytest.mark.parametrize(
    ("insured_area", "treatment_area", "pooling_area", "treatment_pool", "lines"),
    [
        ("511902", "511902", None, None, 0),
        ("511900", "511902", None, None, 0),
        ("510000", "510107", None, None, 0),
        ("511902", "511900", "511900", None, 0),
        ("511902", "511903", "511900", "511900", 0),
        ("511902", "510107", "510000", None, 0),
        ("511900", "511902", "511900", "511902", 1),  # a county that pools for itself
    ],
)
async def test_what_is_settled_at_home_is_not_cleared(
    driver_for: DriverFor,
    insured_area: str,
    treatment_area: str,
    pooling_area: str | None,
    treatment_pool: str | None,
    lines: int,
) -> None:
    driver = await open_books(driver_for, agreement(insured_area="510000", treatment_area="510000"))
    where = {"insured_area": insured_area, "treatment_area": treatment_area, "pooling_area": pooling_area}
    body = settled("s1", DECEMBER_5, 700, **where, treatment_pool=treatment_pool)
    decisions = await driver.hear(body, reversed_(body, DECEMBER_28), source="settlement", day=DECEMBER_28)
    assert [bool(decision.rows) for decision in decisions] == [bool(lines)] * 2
    assert said(await sort(driver, JANUARY_1), LineSetAside) == []
    await assert_books_agree(driver)
