"""The working-day calendar against the published holiday tables, as tables of dates."""

from datetime import date, timedelta

import pytest

from shared.calendar import (
    FIRST_DAY,
    add_working_days,
    is_published,
    is_working_day,
    working_day_number,
)


@pytest.mark.parametrize(
    ("day", "case", "working"),
    [
        ("2025-01-02", "an ordinary Thursday", True),
        ("2025-01-04", "an ordinary Saturday", False),
        ("2025-01-01", "New Year's Day", False),
        ("2025-01-26", "a Sunday made up for the Spring Festival", True),
        ("2025-01-28", "the eve of the Spring Festival, a Tuesday", False),
        ("2025-10-08", "the last day of the National Day holiday, a Wednesday", False),
        ("2025-10-11", "a Saturday made up for the National Day", True),
        ("2031-10-01", "a Wednesday of a year that is not published", True),
        ("2031-10-04", "a Saturday of a year that is not published", False),
    ],
)
def test_a_working_day_is_what_the_state_council_published(day: str, case: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working, case


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2025-03-03", 0, "2025-03-03"),
        ("2025-03-03", 5, "2025-03-10"),
        ("2025-03-07", 1, "2025-03-10"),
        ("2025-03-08", 1, "2025-03-10"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-09-30", 5, "2025-10-14"),
    ],
)
def test_a_term_counts_working_days_after_the_day(day: str, n: int, expected: str) -> None:
    assert add_working_days(date.fromisoformat(day), n) == date.fromisoformat(expected)


def test_the_number_of_a_day_rises_by_one_on_each_working_day_and_on_no_other() -> None:
    day, number = FIRST_DAY - timedelta(days=1), 0
    while day < date(2028, 1, 1):
        day += timedelta(days=1)
        number += is_working_day(day)
        assert working_day_number(day) == number, day


def test_a_term_in_working_days_is_a_difference_of_numbers() -> None:
    discharged_on = date(2025, 9, 28)
    due_on = add_working_days(discharged_on, 5)
    assert working_day_number(due_on) - working_day_number(discharged_on) == 5


@pytest.mark.parametrize(
    ("day", "published"), [("2016-01-01", True), ("2025-12-31", True), ("2099-01-01", False)]
)
def test_days_beyond_the_published_tables_are_provisional(day: str, published: bool) -> None:
    assert is_published(date.fromisoformat(day)) is published
