"""The month to which a line belongs (业务月份), by a written rule, so that a month can be computed again.

The month follows from the business day and the agreement's cut-off day, not from the line's arrival. Only a
line whose month is already sorted goes to the first month that is not.
"""

from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=4096)
def month_of(business_on: date, cut_off_day: int) -> str:
    """The month of a business day: after the cut-off day it is the next; 0 means the calendar month."""
    month = f"{business_on:%Y-%m}"
    return next_month(month) if 0 < cut_off_day < business_on.day else month


def open_month(business_on: date, cut_off_day: int, sorted_through: str) -> str:
    """The month of a business day, or the first open one if that is sorted; `sorted_through` may be empty."""
    month = month_of(business_on, cut_off_day)
    return month if month > sorted_through else next_month(sorted_through)


def month_end(month: str, cut_off_day: int) -> date:
    """The last business day of a month."""
    first = _first_day(month)
    return (
        first.replace(day=cut_off_day) if cut_off_day else _first_day(next_month(month)) - timedelta(days=1)
    )


def last_ended(day: date, cut_off_day: int) -> str:
    """The last month that has ended before `day`: on the day after its end it is sorted."""
    before = _first_day(month_of(day, cut_off_day)) - timedelta(days=1)
    return f"{before:%Y-%m}"


def next_month(month: str) -> str:
    """The month after: `2026-12` → `2027-01`."""
    return f"{_first_day(month) + timedelta(days=31):%Y-%m}"


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)
