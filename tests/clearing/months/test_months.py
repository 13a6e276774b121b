"""The written rule of the month: cut-off days and the late rule, as tables."""

from datetime import date

import pytest

from services.clearing.model.periods import last_ended, month_end, next_month, open_month


@pytest.mark.requirement("CLR-06")
@pytest.mark.parametrize(
    ("case", "business_on", "cut_off_day", "sorted_through", "month"),
    [
        ("a calendar month, first day", "2026-03-01", 0, "", "2026-03"),
        ("a calendar month, last day", "2026-03-31", 0, "", "2026-03"),
        ("the last day of a leap February", "2028-02-29", 0, "", "2028-02"),
        ("on the cut-off day", "2026-03-20", 20, "", "2026-03"),
        ("the day after the cut-off day", "2026-03-21", 20, "", "2026-04"),
        ("after the cut-off day in December", "2026-12-29", 28, "", "2027-01"),
        ("the month before is sorted", "2026-03-15", 0, "2026-02", "2026-03"),
        ("its month is sorted: the next", "2026-03-31", 0, "2026-03", "2026-04"),
        ("sorted, and after the cut-off day", "2026-03-21", 20, "2026-04", "2026-05"),
        (
            "long late: the first that is open, not the one after its own",
            "2026-01-05",
            0,
            "2026-06",
            "2026-07",
        ),
        ("the year is over", "2026-12-31", 0, "2026-12", "2027-01"),
    ],
)
def test_a_line_belongs_to_the_month_of_its_business_day_or_the_first_open_one(
    case: str, business_on: str, cut_off_day: int, sorted_through: str, month: str
) -> None:
    assert open_month(date.fromisoformat(business_on), cut_off_day, sorted_through) == month, case


@pytest.mark.parametrize(
    ("day", "cut_off_day", "last"),
    [
        ("2026-03-31", 0, "2026-02"),
        ("2026-04-01", 0, "2026-03"),
        ("2026-03-20", 20, "2026-02"),
        ("2026-03-21", 20, "2026-03"),
        ("2027-01-01", 0, "2026-12"),
        ("2026-12-29", 28, "2026-12"),
    ],
)
def test_a_month_has_ended_on_the_day_after_its_cut_off(day: str, cut_off_day: int, last: str) -> None:
    heard = date.fromisoformat(day)
    assert last_ended(heard, cut_off_day) == last
    assert month_end(last, cut_off_day) < heard <= month_end(next_month(last), cut_off_day)
