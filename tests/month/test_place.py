"""Which month a line belongs to: S, K, the day it became eligible, and when it is late."""

from datetime import date
from typing import Any

import pytest

from shared.month.place import business_month, is_late, last_day, month_after, month_of_line, sorted_on
from shared.month.terms import MonthRule
from tests.month.given.facts import (
    admitted,
    advance,
    agreement,
    decided,
    disputed,
    funds,
    page,
    places,
    recovered,
    reversed_,
    reviewed,
    settled,
    statements,
)

day = date.fromisoformat

# Cut-off day, day, S(day)
BUSINESS_MONTHS = [
    (0, "2026-03-01", "2026-03"),
    (0, "2026-03-31", "2026-03"),
    (20, "2026-03-20", "2026-03"),
    (20, "2026-03-21", "2026-04"),
    (20, "2026-12-21", "2027-01"),
    (28, "2026-02-28", "2026-02"),
    (28, "2028-02-29", "2028-03"),
    (1, "2026-03-01", "2026-03"),
    (1, "2026-03-02", "2026-04"),
]


@pytest.mark.parametrize(("cut_off_day", "on", "month"), BUSINESS_MONTHS)
def test_a_day_after_the_cut_off_day_belongs_to_the_next_month(cut_off_day: int, on: str, month: str) -> None:
    assert business_month(day(on), cut_off_day) == month


# Cut-off day, declare-by day, month, K(month)
LAST_DAYS = [
    (0, 0, "2026-02", "2026-02-28"),
    (0, 0, "2028-02", "2028-02-29"),
    (0, 0, "2026-04", "2026-04-30"),
    (0, 0, "2026-05", "2026-05-31"),  # a Sunday: every day of the calendar is a business day
    (25, 0, "2026-03", "2026-03-25"),
    (0, 20, "2026-03", "2026-04-20"),
    (25, 20, "2026-12", "2027-01-20"),
    (25, 28, "2026-01", "2026-02-28"),
]


@pytest.mark.parametrize(("cut_off_day", "declare_by_day", "month", "last"), LAST_DAYS)
def test_the_last_day_that_counts_is_the_months_own_or_the_one_to_declare_by_and_the_next_it_is_sorted(
    cut_off_day: int, declare_by_day: int, month: str, last: str
) -> None:
    rule = MonthRule(cut_off_day, declare_by_day)
    assert last_day(rule, month) == day(last)
    assert (sorted_on(rule, month) - day(last)).days == 1


def test_the_month_after_december_is_january() -> None:
    assert (month_after("2026-12"), month_after("2026-01", -1)) == ("2027-01", "2025-12")


# Cut-off day, declare-by day, business day, eligible on, month
MONTHS = [
    (0, 0, "2026-03-05", "2026-03-05", "2026-03"),
    (0, 0, "2026-03-05", "2026-04-01", "2026-04"),
    (0, 20, "2026-03-05", "2026-04-20", "2026-03"),
    (0, 20, "2026-03-05", "2026-04-21", "2026-04"),
    (25, 0, "2026-03-26", "2026-03-26", "2026-04"),
    (25, 0, "2026-03-25", "2026-03-26", "2026-04"),
    (25, 20, "2026-03-26", "2026-03-26", "2026-04"),  # K(2026-02) passed long ago, but S comes first
    (25, 20, "2026-12-25", "2027-01-20", "2026-12"),
    (0, 20, "2026-03-05", "2026-03-05", "2026-03"),
]


@pytest.mark.requirement("CLR-27")
@pytest.mark.parametrize(("cut_off_day", "declare_by_day", "business", "eligible", "month"), MONTHS)
def test_the_month_is_the_first_from_its_business_month_on_that_still_counts_its_eligible_day(
    cut_off_day: int, declare_by_day: int, business: str, eligible: str, month: str
) -> None:
    rule = MonthRule(cut_off_day, declare_by_day)
    assert month_of_line(rule, day(business), day(eligible)) == month


# Rule, month, business day, whether it is late
LATE = [
    (MonthRule(0, 20, 2), "2026-03", "2026-01-15", False),
    (MonthRule(0, 20, 2), "2026-04", "2026-01-15", True),
    (MonthRule(20, 20, 2), "2026-04", "2026-01-21", False),  # its business month is February
    (MonthRule(0, 20, 0), "2026-01", "2026-01-15", False),
    (MonthRule(0, 20, 0), "2026-02", "2026-01-15", True),
    (MonthRule(0, 0, 20), "2027-03", "2026-01-15", False),  # its last day is the year's close
    (MonthRule(0, 20, 20), "2027-03", "2026-01-15", True),  # 2027-04-20 lies after it
    (MonthRule(0, 20, 20), "2027-02", "2026-12-31", False),
    (MonthRule(0, 20, 20, "01-31"), "2026-12", "2026-12-31", False),
    (MonthRule(0, 20, 20, "01-19"), "2026-12", "2026-12-31", True),
    (MonthRule(0, 20, 20, "12-31"), "2027-11", "2026-12-31", False),
]


@pytest.mark.parametrize(("rule", "month", "business", "late"), LATE)
def test_a_line_is_late_beyond_the_agreed_delay_or_after_the_close_of_the_year_after_its_business_day(
    rule: MonthRule, month: str, business: str, late: bool
) -> None:
    assert is_late(rule, month, day(business)) is late


STAY = settled("S", "2026-03-05")
BILL = settled("S", "2026-03-05", kind="outpatient_general")
PAGE_ONLY = agreement(case_page_required=True)
# The agreement and facts of a settlement, where its lines stand
ELIGIBLE: list[tuple[list[dict[str, Any]], dict[str, str]]] = [
    ([agreement(), STAY], {"S": "2026-03"}),
    ([agreement(), STAY, page("S", "2026-05-01"), reviewed("S", "2026-06-01", pool=1)], {"S": "2026-03"}),
    ([PAGE_ONLY, STAY], {"S": "not_eligible"}),
    ([PAGE_ONLY, STAY, page("S", "2026-03-31")], {"S": "2026-03"}),
    ([PAGE_ONLY, STAY, page("S", "2026-04-01")], {"S": "2026-04"}),
    ([PAGE_ONLY, STAY, page("S", "2026-04-01"), page("S", "2026-03-31")], {"S": "2026-03"}),
    ([PAGE_ONLY, BILL], {"S": "2026-03"}),
    ([advance(), STAY, page("S", "2026-04-01")], {"S": "not_eligible"}),
    ([advance(), STAY, reviewed("S", "2026-04-01", pool=1)], {"S": "not_eligible"}),
    ([advance(), BILL, reviewed("S", "2026-04-01", pool=1)], {"S": "2026-03"}),
    ([advance(), STAY, page("S", "2026-04-21"), reviewed("S", "2026-04-02", pool=1)], {"S": "2026-04"}),
    ([advance(), STAY, page("S", "2026-04-02"), reviewed("S", "2026-04-21", pool=1)], {"S": "2026-04"}),
    # Reversals: eligible by the day of the reversal, or neither ever is.
    ([PAGE_ONLY, STAY, page("S", "2026-04-10"), reversed_("S", "2026-04-10")],
     {"S": "2026-04", "S.r": "2026-04"}),
    ([PAGE_ONLY, STAY, page("S", "2026-04-11"), reversed_("S", "2026-04-10")],
     {"S": "not_eligible", "S.r": "not_eligible"}),
    ([agreement(), STAY, reversed_("S", "2026-05-02")], {"S": "2026-03", "S.r": "2026-05"}),
    ([advance(), STAY, page("S", "2026-04-02"), reviewed("S", "2026-04-12", pool=1),
      reversed_("S", "2026-04-15")], {"S": "2026-03", "S.r": "2026-04"}),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), ELIGIBLE)
def test_a_settlement_counts_once_it_is_settled_and_its_page_and_review_came_where_required(
    facts: list[dict[str, Any]], expected: dict[str, str]
) -> None:
    assert places(*facts) == expected


def test_a_recovery_belongs_to_the_month_of_its_decision() -> None:
    facts = [agreement(cut_off_day=20), STAY, recovered("R", "S", "2026-05-21", pool=1)]
    assert places(*facts) == {"S": "2026-03", "R": "2026-06"}


def test_a_carried_line_belongs_to_the_month_of_its_decision() -> None:
    facts = [agreement(), STAY, disputed("S", "2026-04-02"), decided("S", "2026-06-30", "rejected")]
    assert places(*facts) == {"S": "2026-03", "S.d": "2026-06"}


LATE_PAGE = page("S", "2026-08-01")
BACK = reversed_("S", "2026-09-03")
YEAR_END = [agreement(declare_by_day=20, year_close="01-10"), settled("S", "2026-12-01")]
# The facts around a late line, where the lines stand
ADMITTED: list[tuple[list[dict[str, Any]], dict[str, str]]] = [
    ([PAGE_ONLY, STAY, LATE_PAGE], {"S": "late"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, BACK], {"S": "late", "S.r": "late"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, admitted("S", "2026-10-02")], {"S": "2026-10"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, admitted("S", "2026-07-02")], {"S": "2026-08"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, admitted("S", "2029-07-02")], {"S": "2029-07"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, BACK, admitted("S", "2026-08-02")], {"S": "2026-08", "S.r": "2026-09"}),
    ([PAGE_ONLY, STAY, LATE_PAGE, BACK, admitted("S.r", "2026-10-02")], {"S": "late", "S.r": "late"}),
    ([agreement(), STAY, admitted("S", "2026-10-02"), admitted("X", "2026-10-02")], {"S": "2026-03"}),
    ([settled("S", "2026-03-05"), admitted("S", "2026-10-02")], {"S": "unagreed"}),
    ([PAGE_ONLY, STAY, admitted("S", "2026-10-02")], {"S": "not_eligible"}),
    (YEAR_END, {"S": "late"}),
    ([*YEAR_END, admitted("S", "2026-12-02")], {"S": "2026-12"}),
    # A reversal, a recovery and a carried line may be late themselves.
    ([*YEAR_END, admitted("S", "2026-12-02"), reversed_("S", "2026-12-03")], {"S": "2026-12", "S.r": "late"}),
    ([*YEAR_END, admitted("S", "2026-12-02"), reversed_("S", "2026-12-03"), admitted("S.r", "2027-02-03")],
     {"S": "2026-12", "S.r": "2027-01"}),
    ([YEAR_END[0], STAY, recovered("R", "S", "2026-12-03", pool=1)], {"S": "2026-03", "R": "late"}),
    ([YEAR_END[0], STAY, disputed("S", "2026-05-01"), decided("S", "2026-12-03", "rejected"),
      admitted("S.d", "2027-02-21")], {"S": "2026-03", "S.d": "2027-02"}),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), ADMITTED)
def test_a_late_line_is_listed_and_placed_only_when_admitted_with_no_further_test(
    facts: list[dict[str, Any]], expected: dict[str, str]
) -> None:
    assert places(*facts) == expected


def test_an_admitted_line_says_late_and_keeps_its_business_day() -> None:
    (statement,) = statements(PAGE_ONLY, STAY, LATE_PAGE, admitted("S", "2026-10-02"))
    (line,) = statement.lines
    assert (line.why, line.business_on.isoformat(), line.funds) == (
        "late",
        "2026-03-05",
        (10_000, 0, 0, 0, 0),
    )


def test_a_line_carried_from_a_late_one_is_carried() -> None:
    facts = [PAGE_ONLY, STAY, LATE_PAGE, admitted("S", "2026-10-02")]
    facts += [disputed("S", "2026-11-02"), decided("S", "2026-11-03", "adjusted", funds(pool=1))]
    assert [line.why for one in statements(*facts) for line in one.lines] == ["late", "carried"]
