"""Which month (清算月份) a line belongs to, by a written rule of days; never by when it arrived.

A month is written `YYYY-MM`. Its business days are all days of the calendar up to its cut-off day.
"""

from datetime import date, timedelta
from functools import lru_cache

from shared.month.facts import Settled
from shared.month.terms import MonthRule, Terms, month_end

_INPATIENT = "inpatient"


def calendar_month(day: date) -> str:
    """The calendar month of a day."""
    return f"{day.year:04}-{day.month:02}"


def month_after(month: str, months: int = 1) -> str:
    """The month so many months later, or earlier where below zero: `2026-12` → `2027-01`."""
    year, index = divmod(_index(month) + months, 12)
    return f"{year:04}-{index + 1:02}"


def months_between(earlier: str, later: str) -> int:
    """How many months the later one lies after the earlier: `2026-11`, `2027-01` → 2."""
    return _index(later) - _index(earlier)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def business_month(day: date, cut_off_day: int) -> str:
    """S(day): the month in which a day's business stands; after the cut-off day it is the next month."""
    month = calendar_month(day)
    return month_after(month) if 0 < cut_off_day < day.day else month


def last_day(rule: MonthRule, month: str) -> date:
    """K(month): the last day that counts for a month, its own last or the one to declare by."""
    if rule.declare_by_day:
        return month_end(month_after(month), rule.declare_by_day)
    return month_end(month, rule.cut_off_day)


@lru_cache(maxsize=4096)
def sorted_on(rule: MonthRule, month: str) -> date:
    """The day on which a month is sorted (清分): every stream has passed its last day by then."""
    return last_day(rule, month) + timedelta(days=1)


def last_sorted(rule: MonthRule, day: date) -> str:
    """The last month that is sorted by a day: it and all before it are closed."""
    month = calendar_month(day)
    while sorted_on(rule, month) > day:
        month = month_after(month, -1)
    return month


def first_to_count(rule: MonthRule, day: date) -> str:
    """The first month whose last day does not lie before a day."""
    if not rule.declare_by_day:
        return business_month(day, rule.cut_off_day)
    return month_after(calendar_month(day), 0 if day.day > rule.declare_by_day else -1)


@lru_cache(maxsize=65536)
def month_of_line(rule: MonthRule, business_on: date, eligible_on: date) -> str:
    """The month of a line: from its business month on, the first that counts the day it became eligible."""
    return max(business_month(business_on, rule.cut_off_day), first_to_count(rule, eligible_on))


@lru_cache(maxsize=65536)
def is_late(rule: MonthRule, month: str, business_on: date) -> bool:
    """Whether a line's month lies too far behind its business day: by months, or after the year's close."""
    delay = months_between(business_month(business_on, rule.cut_off_day), month)
    close = date.fromisoformat(f"{business_on.year + 1:04}-{rule.year_close}")
    return delay > rule.max_delay_months or last_day(rule, month) > close


def eligible_on(
    terms: Terms,
    settled: Settled,
    page_on: date | None,
    reviewed_on: date | None,
    reversed_on: date | None = None,
) -> date | None:
    """The day from which a settlement's line counts: settled, its case page and review had where required.

    None where one of them never came, or only after the settlement was reversed: neither line counts then.
    """
    needed: list[date | None] = [settled.settled_on]
    if terms.is_case_page_required and settled.kind == _INPATIENT:
        needed.append(page_on)
    if terms.are_claims_required:
        needed.append(reviewed_on)
    had = [day for day in needed if day is not None]
    if len(had) < len(needed) or (reversed_on and max(had) > reversed_on):
        return None
    return max(had)
