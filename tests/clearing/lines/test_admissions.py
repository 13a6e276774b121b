"""A late line stands in no month until two officers of the center that pays it have let it in."""

from datetime import date
from typing import Any

import pytest

from services.clearing.ledger import store as ledger
from shared.messages.clearing.admissions import LineAdmitted
from shared.messages.clearing.batches import BatchChunk
from shared.messages.clearing.months import LineSetAside
from shared.messages.clearing.outcomes import AdmissionKept
from shared.messages.settlement.visits import SettlementCompleted
from tests.clearing.given.desk import (
    DriverFor,
    admit,
    assert_books_agree,
    open_books,
    said,
    sort,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    TREATMENT_CENTER,
    agreement,
    case_page,
    reversed_,
    settled,
)
from tests.given.driver import Driver

JANUARY_15, APRIL_21, APRIL_22 = date(2026, 1, 15), date(2026, 4, 21), date(2026, 4, 22)
MAY_21 = date(2026, 5, 21)


async def rows(driver: Driver, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return [tuple(row) for row in await driver.fetch(query)]


async def late(driver_for: DriverFor, id: str = "s1") -> tuple[Driver, SettlementCompleted]:
    """A stay of January whose case page came on 21 April, three months late."""
    driver = await open_books(driver_for, agreement(declare_by_day=20, case_page_required=True))
    body = settled(id, JANUARY_15, 70_000)
    await driver.hear(body, source="settlement", day=JANUARY_15)
    page = case_page(body).model_copy(update={"received_on": APRIL_21})
    await driver.hear(page, source="settlement", day=APRIL_21)
    assert await rows(driver, "SELECT aside, month FROM line") == [("late", None)]
    return driver, body


@pytest.mark.requirement("CLR-06")
async def test_two_officers_let_a_late_line_in_and_it_stands_in_the_next_month_that_is_sorted(
    driver_for: DriverFor,
) -> None:
    driver, _ = await late(driver_for)
    first = await admit(driver, "s1", "li", APRIL_21)
    assert first.answer
    assert first.answer.result == AdmissionKept(line_id="s1")
    assert (list(first.facts), await rows(driver, "SELECT month FROM line")) == ([], [(None,)])
    second = await admit(driver, "s1", "wang", APRIL_22)
    assert second.answer
    assert second.answer.result == AdmissionKept(line_id="s1", month="2026-04")
    [fact] = said([second], LineAdmitted)
    assert (fact.asked_by, fact.admitted_by, fact.admitted_on, fact.month) == (
        *("li", "wang"),
        *(APRIL_22, "2026-04"),
    )
    nodes = ["bazhong-center", "sichuan-center"]
    assert [notice.node_id for notice in second.notices] == [*nodes, "huaxi"]
    [line] = [line for chunk in said(await sort(driver, MAY_21), BatchChunk) for line in chunk.lines]
    assert (line.line_id, line.why, line.business_on) == ("s1", "late", JANUARY_15)
    await assert_books_agree(driver)


async def test_a_reversal_goes_where_the_late_settlement_was_let_in(driver_for: DriverFor) -> None:
    driver, body = await late(driver_for)
    await driver.hear(reversed_(body, APRIL_22), source="settlement", day=APRIL_22)
    alone = [(await admit(driver, "s1.r", officer, APRIL_22)).answer for officer in ("li", "wang")]
    assert [(one.code, one.where) for one in alone if one] == [("SETTLEMENT_FIRST", "s1")] * 2
    await admit(driver, "s1", "li", APRIL_22)
    await admit(driver, "s1", "wang", APRIL_22)
    placed = await rows(driver, "SELECT line_id, month FROM line ORDER BY 1")
    assert placed == [("s1", "2026-04"), ("s1.r", "2026-04")]
    async with driver.pool.acquire() as tx:
        assert await ledger.find_unbalanced(tx, 10) == []


@pytest.mark.parametrize(
    ("line_id", "officer", "center", "source", "code"),
    [
        ("s9", "wang", INSURED_CENTER, "", "UNKNOWN_LINE"),
        ("s1", "wang", TREATMENT_CENTER, "", "CENTER_NOT_YOURS"),
        ("s1", "wang", INSURED_CENTER, "sichuan-center", "CENTER_NOT_YOURS"),
        ("s1", "li", INSURED_CENTER, "", "SAME_OFFICER"),
    ],
)
async def test_nobody_else_and_no_officer_alone_lets_a_line_in(
    driver_for: DriverFor, line_id: str, officer: str, center: str, source: str, code: str
) -> None:
    driver, _ = await late(driver_for)
    await admit(driver, "s1", "li", APRIL_21)
    done = await admit(driver, line_id, officer, APRIL_22, center, source)
    assert done.answer
    assert done.answer.code == code
    assert await rows(driver, "SELECT month FROM line") == [(None,)]


async def test_a_line_that_is_not_late_or_was_let_in_before_is_refused(driver_for: DriverFor) -> None:
    driver, _ = await late(driver_for)
    other = settled("s2", APRIL_21, 100, kind="outpatient_general")
    await driver.hear(other, source="settlement", day=APRIL_21)
    for officer in ("li", "wang"):
        await admit(driver, "s1", officer, APRIL_22)
    answers = [(await admit(driver, id, "zhou", APRIL_22)).answer for id in ("s1", "s2")]
    assert [answer.code for answer in answers if answer] == ["LINE_NOT_LATE"] * 2


@pytest.mark.requirement("CLR-06")
async def test_what_comes_after_the_years_close_is_late_and_told(driver_for: DriverFor) -> None:
    terms = agreement(
        case_page_required=True, max_delay_months=9, year_close="03-31", in_force_from=date(2025, 1, 1)
    )
    driver = await open_books(driver_for, terms)
    december, april_1 = date(2025, 12, 20), date(2026, 4, 1)
    bodies = settled("s1", december, 100), settled("s2", december, 100)
    await driver.hear(*bodies, source="settlement", day=december)
    for body, day in zip(bodies, (date(2026, 3, 31), april_1), strict=True):
        page = case_page(body).model_copy(update={"received_on": day})
        await driver.hear(page, source="settlement", day=day)
    told = await driver.due("retry-lines", 0, APRIL_21)
    assert [(one.line_id, one.why) for one in said(told, LineSetAside)] == [("s2", "LATE")]
    assert await rows(driver, "SELECT line_id, month FROM line ORDER BY 1") == [
        ("s1", "2026-03"),
        ("s2", None),
    ]
