"""A line in doubt is held alone, answered for by the treatment side, and carried on or recovered."""

from datetime import date

import pytest

from shared.bus.message import Decision
from shared.messages.clearing.disputes import DisputeDecided, LinesDisputed
from shared.messages.clearing.investigations import (
    InvestigationAnswered,
    InvestigationClosed,
    InvestigationOpened,
    InvestigationOverdue,
    RecoveryDecided,
)
from shared.messages.clearing.months import StatementConfirmed, StatementIssued
from shared.messages.clearing.notices import StatementOverdue
from shared.messages.clearing.outcomes import InvestigationKept
from shared.month.funds import Funds
from tests.clearing.given.desk import (
    DriverFor,
    answer,
    assert_books_agree,
    balance,
    close,
    confirm,
    decide,
    investigate,
    open_books,
    pay,
    said,
    sort,
    sort_month,
    withdraw,
)
from tests.clearing.given.facts import (
    HUAXI,
    INSURED_CENTER,
    TREATMENT_CENTER,
    agreement,
    case_page,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_1, APRIL_2, APRIL_9, MAY_1 = (
    date(2026, *on) for on in ((3, 5), (3, 31), (4, 1), (4, 2), (4, 9), (5, 1))
)
ALL = ["bazhong-center", "sichuan-center", "huaxi"]


def code(decision: Decision) -> str | None:
    """How a request was answered."""
    assert decision.answer
    return decision.answer.code


async def march(driver_for: DriverFor) -> Driver:
    """Two stays of March, of 9.00 and 0.50 yuan."""
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 900), settled("s2", MARCH_5, 50)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    return driver


async def confirmed_fen(driver: Driver, statement_id: str, day: date = APRIL_2) -> int:
    """What is payable of a statement once both centers have confirmed it."""
    done = [await confirm(driver, statement_id, one, day) for one in (INSURED_CENTER, TREATMENT_CENTER)]
    [fact] = said(done, StatementConfirmed)
    return fact.confirmed_fen


@pytest.mark.parametrize("day", [MARCH_31, APRIL_2], ids=["before the month is sorted", "in its statement"])
async def test_an_investigated_line_is_held_alone_and_carried_on_once_nothing_was_found(
    driver_for: DriverFor, day: date
) -> None:
    driver = await march(driver_for)
    early = [await investigate(driver, "s1", day)] if day == MARCH_31 else []
    decisions = await sort(driver, APRIL_1)
    [issued] = said(decisions, StatementIssued)
    asked = early or [await investigate(driver, "s1", day)]
    [opened] = said(asked, InvestigationOpened)
    assert (opened.why, opened.center_id, opened.officer) == ("BY_HAND", INSURED_CENTER, "li")
    assert [one.node_id for one in asked[0].notices if one.body == opened] == ALL
    [held] = said([*decisions, *asked], LinesDisputed)
    assert [(one.line_id, one.reason, one.evidence) for one in held.disputed] == [
        ("s1", "费用异常", ("清单 3 页",))
    ]
    id = issued.statement_id
    assert await confirmed_fen(driver, id) == 50
    await pay(driver, id, 50, APRIL_2)
    assert code(await decide(driver, id, TREATMENT_CENTER, APRIL_2, "s1", "upheld")) == "INVESTIGATION_OPEN"
    await answer(driver, "s1", APRIL_9)
    done = await close(driver, "s1", APRIL_9)
    [closed], [decided] = said([done], InvestigationClosed), said([done], DisputeDecided)
    assert (closed.found, closed.recovery_id, decided.ruling) == ("nothing_found", None, "rejected")
    carried = await driver.fetch("SELECT month, pool_fen FROM line WHERE line_id = 's1.d'")
    assert [tuple(row) for row in carried] == [("2026-04", 900)]
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-30")
async def test_what_the_treatment_side_found_undue_goes_back_and_the_rest_is_owed(
    driver_for: DriverFor,
) -> None:
    driver = await march(driver_for)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await investigate(driver, "s1", APRIL_2)
    assert code(await close(driver, "s1", APRIL_2, Funds(pool_fen=1))) == "RECOVERY_NOT_POSSIBLE"
    first = await answer(driver, "s1", APRIL_2, Funds(pool_fen=900))
    await answer(driver, "s1", APRIL_9, Funds(pool_fen=200))
    [fact] = said([first], InvestigationAnswered)
    assert [one.node_id for one in first.notices if one.body == fact] == ALL
    assert code(await close(driver, "s1", APRIL_9, Funds(pool_fen=201))) == "RECOVERY_NOT_POSSIBLE"
    done = await close(driver, "s1", APRIL_9, Funds(pool_fen=200))
    [recovery], [closed] = said([done], RecoveryDecided), said([done], InvestigationClosed)
    assert (closed.found, closed.recovery_id) == ("recovered", recovery.recovery_id)
    assert recovery.investigation_id == closed.investigation_id
    assert done.answer
    assert done.answer.result == InvestigationKept(
        investigation_id=closed.investigation_id, line_id="s1", recovery_id=recovery.recovery_id
    )
    assert await confirmed_fen(driver, id, APRIL_9) == 50
    await pay(driver, id, 50, APRIL_9)
    [issued] = said(await sort(driver, MAY_1), StatementIssued)
    assert (issued.sums.lines, issued.sums.pool_fen) == (2, 700)
    assert await balance(driver, "institution_payable", HUAXI) == 200
    await assert_books_agree(driver)


async def test_a_line_of_a_month_that_is_paid_is_investigated_and_recovered_without_being_held(
    driver_for: DriverFor,
) -> None:
    driver = await march(driver_for)
    id = (await sort_month(driver, MARCH_31)).statement_id
    assert await confirmed_fen(driver, id) == 950
    await pay(driver, id, 950, APRIL_2)
    opened = await investigate(driver, "s1", APRIL_2, TREATMENT_CENTER)
    assert said([opened], LinesDisputed) == []
    await answer(driver, "s1", APRIL_9, Funds(pool_fen=100))
    done = await close(driver, "s1", APRIL_9, Funds(pool_fen=100))
    assert [type(fact) for fact in done.facts] == [RecoveryDecided, InvestigationClosed]
    assert code(await investigate(driver, "s1", APRIL_9)) == "OK"
    await assert_books_agree(driver)


async def test_a_stay_that_costs_more_than_the_agreements_limit_is_investigated_by_rule(
    driver_for: DriverFor,
) -> None:
    terms = agreement(investigate_above_fen=2_000, case_page_required=True)
    driver = await open_books(driver_for, terms)
    costly, plain = settled("s1", MARCH_5, 1_001), settled("s2", MARCH_5, 1_000)
    bill = settled("s3", MARCH_5, 5_000, kind="outpatient_general")
    back = settled("s4", MARCH_5, 5_000)
    told = await driver.hear(costly, plain, bill, back, source="settlement", day=MARCH_5)
    opened = said(told, InvestigationOpened)
    assert [(one.line_id, one.why, one.center_id, one.officer) for one in opened] == [
        ("s1", "ABOVE_LIMIT", None, None),
        ("s4", "ABOVE_LIMIT", None, None),
    ]
    assert [one.node_id for one in told[0].notices] == ALL
    later = [*map(case_page, (costly, plain, back)), reversed_(back, MARCH_31)]
    assert said(await driver.hear(*later, source="settlement", day=MARCH_31), InvestigationOpened) == []
    [held] = said(await sort(driver, APRIL_1), LinesDisputed)
    assert (held.center_id, [one.line_id for one in held.disputed]) == (INSURED_CENTER, ["s1"])


async def test_a_stay_without_an_agreement_is_investigated_once_one_covers_it(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for)
    body = settled("s1", MARCH_5, 1_001)
    assert said(await driver.hear(body, source="settlement", day=MARCH_5), InvestigationOpened) == []
    await driver.hear(agreement(investigate_above_fen=2_000), source="enrollment", day=MARCH_31)
    [opened] = said(await driver.due("retry-lines", 0, APRIL_1), InvestigationOpened)
    assert opened.line_id == "s1"


async def test_a_confirmation_that_is_withdrawn_does_not_let_a_held_line_go(driver_for: DriverFor) -> None:
    driver = await march(driver_for)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await investigate(driver, "s1", APRIL_2)
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s2")
    await withdraw(driver, id, INSURED_CENTER, APRIL_2)
    assert await confirmed_fen(driver, id) == 50


async def test_what_a_center_disputes_itself_goes_by_its_dispute(driver_for: DriverFor) -> None:
    driver = await march(driver_for)
    id = (await sort_month(driver, MARCH_31)).statement_id
    await confirm(driver, id, INSURED_CENTER, APRIL_2, "s1")
    assert said([await investigate(driver, "s1", APRIL_2)], LinesDisputed) == []
    assert code(await decide(driver, id, TREATMENT_CENTER, APRIL_2, "s1", "rejected")) == "OK"
    assert code(await close(driver, "s1", APRIL_9)) == "OK"
    assert code(await investigate(driver, "s1", APRIL_9)) == "DISPUTE_DECIDED"
    assert code(await investigate(driver, "s1.d", APRIL_9)) == "OK"


@pytest.mark.requirement("CLR-20")
async def test_what_is_not_answered_or_not_closed_by_its_day_is_told_once(driver_for: DriverFor) -> None:
    driver = await march(driver_for)
    await sort_month(driver, MARCH_31)
    await investigate(driver, "s1", APRIL_2)
    told = []
    for on in (date(2026, 5, 6), date(2026, 5, 7), date(2026, 5, 8)):
        found = await driver.due("tell-investigations", 0, on)
        assert not found or [one.node_id for one in found[0].notices] == ALL[:2]
        told += [(one.omitted, one.center_id, one.due_on) for one in said(found, InvestigationOverdue)]
    overdue = said(await driver.due("tell-overdue", 0, date(2026, 5, 7)), StatementOverdue)
    assert {one.omitted for one in overdue} == {"CONFIRMATION"}
    await answer(driver, "s1", date(2026, 5, 8))
    for on in (date(2026, 6, 5), date(2026, 6, 6)):
        found = await driver.due("tell-investigations", 0, on)
        told += [(one.omitted, one.center_id, one.due_on) for one in said(found, InvestigationOverdue)]
    assert told == [
        ("ANSWER", TREATMENT_CENTER, date(2026, 5, 6)),
        ("CLOSURE", INSURED_CENTER, date(2026, 6, 4)),
    ]


async def test_each_step_is_one_sides_and_in_its_order(driver_for: DriverFor) -> None:
    driver = await march(driver_for)
    steps = [
        await answer(driver, "s1", APRIL_2),
        await close(driver, "s1", APRIL_2),
        await investigate(driver, "s9", APRIL_2),
        await investigate(driver, "s1", APRIL_2, "500000"),
        await investigate(driver, "s1", APRIL_2),
        await investigate(driver, "s1", APRIL_2, TREATMENT_CENTER),
        await answer(driver, "s1", APRIL_2, center_id=INSURED_CENTER),
        await answer(driver, "s1", APRIL_2, Funds()),
        await close(driver, "s1", APRIL_2, center_id=TREATMENT_CENTER),
        await close(driver, "s1", APRIL_2),
    ]
    assert [code(one) for one in steps] == [
        "NO_INVESTIGATION",
        "NO_INVESTIGATION",
        "UNKNOWN_LINE",
        "CENTER_NOT_YOURS",
        "OK",
        "INVESTIGATION_OPEN",
        "CENTER_NOT_YOURS",
        "RECOVERY_NOT_POSSIBLE",
        "CENTER_NOT_YOURS",
        "OK",
    ]
