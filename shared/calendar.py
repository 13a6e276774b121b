"""The working-day calendar (工作日历) of mainland China. Pure: what day it is today is not asked here.

Holidays and make-up workdays are those the State Council has published; beyond them weekends alone
count, and what is derived is provisional.
"""

from bisect import bisect_right
from datetime import date, timedelta

from chinese_calendar import constants

FIRST_DAY = date(2016, 1, 1)
"""Working days are numbered from here: the year of the oldest regime (000)."""

_DAY = timedelta(days=1)
_HOLIDAYS = sorted(day for day in constants.holidays if day.weekday() < 5)
_MAKE_UP_DAYS = sorted(day for day in constants.workdays if day.weekday() >= 5)
_OFF, _ON = frozenset(_HOLIDAYS), frozenset(_MAKE_UP_DAYS)
_YEARS = {day.year for day in constants.holidays}


def is_published(day: date) -> bool:
    """Whether the holidays of the day's year are published; else its working days are provisional."""
    return day.year in _YEARS


def is_working_day(day: date) -> bool:
    """Whether the day is a working day (工作日): a weekday or make-up day that is no holiday."""
    return day in _ON or (day.weekday() < 5 and day not in _OFF)


def add_working_days(day: date, n: int) -> date:
    """The date `n` working days after `day`, which itself does not count (000 三(一)4); `n` from 0."""
    while n > 0:
        day += _DAY
        n -= is_working_day(day)
    return day


def working_day_number(day: date) -> int:
    """How many working days there are from 2016-01-01 to `day`, both included; a term is a difference."""
    return _count_until(day) - _COUNT_BEFORE


def _count_until(day: date) -> int:
    weeks, rest = divmod(day.toordinal(), 7)  # ordinal 1 was a Monday
    weekdays = weeks * 5 + min(rest, 5)
    return weekdays - bisect_right(_HOLIDAYS, day) + bisect_right(_MAKE_UP_DAYS, day)


_COUNT_BEFORE = _count_until(FIRST_DAY - _DAY)
