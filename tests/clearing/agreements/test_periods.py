"""An agreement is renewed: each day, month and statement goes by the terms of its own time."""

from datetime import date
from typing import Any

import pytest

from shared.messages.clearing.months import PrefundChanged, StatementConfirmed, StatementIssued
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered
from tests.clearing.given.desk import (
    NODES,
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    decide,
    open_books,
    pay,
    said,
    sort,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    settled,
)
from tests.given.driver import Driver

NOVEMBER_20, NOVEMBER_28, DECEMBER_1 = date(2026, 11, 20), date(2026, 11, 28), date(2026, 12, 1)
DECEMBER_5, DECEMBER_31, JANUARY_1 = date(2026, 12, 5), date(2026, 12, 31), date(2027, 1, 1)
JANUARY_4, JANUARY_26, FEBRUARY_1 = date(2027, 1, 4), date(2027, 1, 26), date(2027, 2, 1)
NEW_CENTER, NEW_INSURED = "510100", "511921"
NODES |= {NEW_CENTER: "chengdu-center", NEW_INSURED: "tongjiang-center"}


def renewed(**changed: Any) -> AgreementSigned:
    """The agreement for 2027: another treatment center, twice the quota."""
    given = {
        "in_force_from": JANUARY_1,
        "in_force_until": date(2029, 1, 1),
        "treatment_center": NEW_CENTER,
        "prefund_quota_fen": 2_000_000,
    }
    return agreement(**{**given, **changed})


async def _open(driver_for: DriverFor, *agreements: AgreementSigned) -> Driver:
    driver = await open_books(driver_for, *agreements)
    centers = [
        CenterRegistered(center_id=id, name="new", node_id=NODES[id]) for id in (NEW_CENTER, NEW_INSURED)
    ]
    await driver.hear(*centers, source="enrollment")
    return driver


async def _clear(driver: Driver, issued: StatementIssued, day: date) -> None:
    head = issued.head
    for center in (head.treatment_center, head.insured_center):
        decision = await confirm(driver, issued.statement_id, center, day)
        assert decision.answer and decision.answer.accepted
    paid = await pay(driver, issued.statement_id, issued.sums.due_fen or 0, day, head.insured_center)
    assert paid.answer and paid.answer.accepted


async def test_a_renewal_signed_ahead_changes_nothing_before_its_first_day(driver_for: DriverFor) -> None:
    driver = await _open(driver_for, agreement())
    [signed] = await driver.hear(renewed(), source="enrollment", day=NOVEMBER_20)
    assert signed.facts == ()
    await driver.hear(settled("s1", NOVEMBER_28, 900), source="settlement", day=NOVEMBER_28)
    decisions = await sort(driver, DECEMBER_1)
    [november] = said(decisions, StatementIssued)
    assert (november.head.month, november.head.treatment_center) == ("2026-11", TREATMENT_CENTER)
    assert [(one.quota_fen, one.balance_fen) for one in said(decisions, PrefundChanged)] == [
        (1_000_000, 999_100)
    ]
    await assert_books_agree(driver)


async def test_on_its_first_day_the_quota_is_raised_and_the_prefund_is_handed_over(
    driver_for: DriverFor,
) -> None:
    driver = await _open(driver_for, agreement())
    await driver.hear(renewed(insured_center=NEW_INSURED), source="enrollment", day=NOVEMBER_20)
    await driver.hear(settled("s1", DECEMBER_5, 700, 200), source="settlement", day=DECEMBER_5)
    decisions = await sort(driver, JANUARY_1)
    [december] = said(decisions, StatementIssued)
    told = [(one.quota_fen, one.balance_fen) for one in said(decisions, PrefundChanged)]
    assert told == [(1_000_000, 999_100), (2_000_000, 1_999_100)]
    assert december.head.treatment_center == TREATMENT_CENTER
    assert await balance(driver, "prefund", NEW_CENTER) == 1_999_100
    assert said(await sort(driver, date(2027, 1, 2)), PrefundChanged) == []
    await assert_books_agree(driver)
    await _clear(driver, december, JANUARY_4)
    for account, party in (
        ("prefund", TREATMENT_CENTER),
        ("received_ahead", TREATMENT_CENTER),
        ("center_receivable", TREATMENT_CENTER),
        ("prepaid", INSURED_CENTER),
    ):
        assert await balance(driver, account, party) == 0, account
    assert await balance(driver, "prefund", NEW_CENTER) == 2_000_000
    assert await balance(driver, "prepaid", NEW_INSURED) == 2_000_000
    await assert_books_agree(driver)


async def test_the_first_quota_too_is_funded_on_the_first_day(driver_for: DriverFor) -> None:
    driver = await _open(driver_for)
    [signed] = await driver.hear(renewed(), source="enrollment", day=NOVEMBER_20)
    assert (signed.facts, await balance(driver, "prefund")) == ((), 0)
    assert said(await sort(driver, DECEMBER_31), PrefundChanged) == []
    [funded] = said(await sort(driver, JANUARY_1), PrefundChanged)
    assert (funded.balance_fen, await balance(driver, "prefund", NEW_CENTER)) == (2_000_000, 2_000_000)


async def test_an_agreement_heard_before_any_day_is_funded_on_the_first(driver_for: DriverFor) -> None:
    driver = await _open(driver_for)
    [signed] = await driver.hear(agreement(), source="enrollment", day=None)
    assert signed.facts == ()
    [funded] = said(await sort(driver, NOVEMBER_20), PrefundChanged)
    assert funded.balance_fen == 1_000_000


async def test_an_earlier_period_mended_later_leaves_the_one_in_use(driver_for: DriverFor) -> None:
    driver = await _open(driver_for, agreement(in_force_until=JANUARY_1))
    await driver.hear(renewed(), source="enrollment", day=JANUARY_4)
    mended = agreement(in_force_until=JANUARY_1, prefund_quota_fen=500_000)
    [signed] = await driver.hear(mended, source="enrollment", day=JANUARY_4)
    assert (signed.facts, await balance(driver, "prefund")) == ((), 2_000_000)
    assert said(await sort(driver, date(2027, 1, 5)), PrefundChanged) == []


@pytest.mark.parametrize(
    ("insured_center", "treatment_center"),
    [(INSURED_CENTER, NEW_CENTER), (NEW_INSURED, TREATMENT_CENTER), (NEW_INSURED, NEW_CENTER)],
)
@pytest.mark.parametrize("signed_on", [DECEMBER_5, JANUARY_4])
async def test_centers_changed_while_a_statement_is_under_way_leave_no_difference(
    driver_for: DriverFor, signed_on: date, insured_center: str, treatment_center: str
) -> None:
    driver = await _open(driver_for, agreement())
    await driver.hear(settled("s1", NOVEMBER_28, 900), source="settlement", day=NOVEMBER_28)
    changed = agreement(insured_center=insured_center, treatment_center=treatment_center)
    if signed_on < JANUARY_1:
        await driver.hear(settled("s2", DECEMBER_5, 80), source="settlement", day=DECEMBER_5)
        await driver.hear(changed, source="enrollment", day=signed_on)
    issued = said(await sort(driver, JANUARY_1), StatementIssued)
    if signed_on > JANUARY_1:
        await driver.hear(changed, source="enrollment", day=signed_on)
    for statement in issued:
        await _clear(driver, statement, JANUARY_4)
    for account in ("fund_payable", "center_receivable"):
        for party in (INSURED_CENTER, TREATMENT_CENTER, NEW_CENTER, NEW_INSURED):
            assert await balance(driver, account, party) == 0, (account, party)
    assert await balance(driver, "prefund", treatment_center) == 1_000_000
    await assert_books_agree(driver)


async def test_a_disputed_line_that_comes_back_after_a_change_of_centers_is_theirs(
    driver_for: DriverFor,
) -> None:
    driver = await _open(driver_for, advance_agreement(claims="none", case_page_required=False))
    bodies = [advanced(f"s{n}", DECEMBER_5, 100 * n) for n in (1, 2)]
    await driver.hear(*bodies, source="settlement", day=DECEMBER_5)
    ahead = advance_agreement(
        claims="none",
        case_page_required=False,
        in_force_from=JANUARY_1,
        insured_center=NEW_INSURED,
        treatment_center="500100",
    )
    NODES["500100"] = "wanzhou-center"
    node = CenterRegistered(center_id="500100", name="new", node_id="wanzhou-center")
    await driver.hear(node, ahead, source="enrollment", day=DECEMBER_5)
    [december] = said(await sort(driver, JANUARY_1), StatementIssued)
    await confirm(driver, december.statement_id, INSURED_CENTER, JANUARY_4, "s2")
    await confirm(driver, december.statement_id, OTHER_CENTER, JANUARY_4)
    await pay(driver, december.statement_id, 100, JANUARY_4)
    await assert_books_agree(driver)
    await decide(driver, december.statement_id, OTHER_CENTER, JANUARY_4, "s2", "rejected")
    [january] = said(await sort(driver, FEBRUARY_1), StatementIssued)
    assert (january.head.treatment_center, january.sums.fund_fen) == ("500100", 200)
    assert await balance(driver, "center_receivable", OTHER_CENTER) == 0
    assert await balance(driver, "center_receivable", "500100") == 200
    await _clear(driver, january, FEBRUARY_1)
    await assert_books_agree(driver)


# Working days to pay before and from January 2027 on, the month, when it is confirmed, by when it is paid
PAY_BY = [
    (10, 10, NOVEMBER_28, JANUARY_4, date(2027, 1, 18)),
    (5, 10, NOVEMBER_28, JANUARY_4, date(2027, 1, 11)),
    (10, 0, NOVEMBER_28, JANUARY_4, date(2027, 1, 18)),
    (10, 0, JANUARY_4, FEBRUARY_1, FEBRUARY_1),
]


@pytest.mark.requirement("CLR-08")
@pytest.mark.requirement("CLR-21")
@pytest.mark.parametrize(("before", "after", "settled_on", "confirmed_on", "pay_by"), PAY_BY)
async def test_a_statement_is_paid_within_the_working_days_of_its_own_months_terms(
    driver_for: DriverFor, before: int, after: int, settled_on: date, confirmed_on: date, pay_by: date
) -> None:
    driver = await open_books(driver_for, agreement(pay_working_days=before))
    later = agreement(in_force_from=JANUARY_1, in_force_until=date(2029, 1, 1), pay_working_days=after)
    await driver.hear(later, source="enrollment", day=NOVEMBER_20)
    kept = "SELECT agreement ->> 'pay_working_days' FROM known_period ORDER BY in_force_from"
    assert [row[0] for row in await driver.fetch(kept)] == [str(before), str(after)]
    await driver.hear(settled("s1", settled_on, 900), source="settlement", day=settled_on)
    [issued] = said(await sort(driver, confirmed_on), StatementIssued)
    decisions = [
        await confirm(driver, issued.statement_id, center, confirmed_on)
        for center in (TREATMENT_CENTER, INSURED_CENTER)
    ]
    [confirmed] = said(decisions, StatementConfirmed)
    assert confirmed.pay_by == pay_by
