"""When a filing holds, as tables of dates."""

from datetime import date

import pytest

from services.referral.model.filing import CLASSES, FilingClass
from services.referral.rules.validity import add_months, end_of, locked_until, start_is_possible
from shared.messages.referral.filings import FilingKind

D = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-15", 6, "2026-07-15"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-03-31", 6, "2026-09-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-08-31", -6, "2026-02-28"),
        ("2026-01-01", -1, "2025-12-01"),
        ("2026-06-30", 0, "2026-06-30"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day: str, months: int, expected: str) -> None:
    assert add_months(D(day), months) == D(expected)


@pytest.mark.requirement("REF-02")
@pytest.mark.requirement("REF-03")
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("resettled_retiree", "long_term"),
        ("long_term_resident", "long_term"),
        ("posted_worker", "long_term"),
        ("referral", "temporary"),
        ("emergency", "temporary"),
        ("other_temporary", "temporary"),
    ],
)
def test_the_kind_of_a_filing_gives_its_class(kind: FilingKind, expected: FilingClass) -> None:
    assert CLASSES[kind] == expected


@pytest.mark.requirement("REF-05")
@pytest.mark.parametrize(
    ("filing_class", "starts_on", "expected"),
    [
        ("temporary", "2026-03-02", "2026-09-02"),
        ("temporary", "2026-08-31", "2027-02-28"),
        ("long_term", "2026-03-02", None),
    ],
)
def test_a_temporary_filing_holds_half_a_year(
    filing_class: FilingClass, starts_on: str, expected: str | None
) -> None:
    assert end_of(filing_class, D(starts_on)) == (D(expected) if expected else None)


@pytest.mark.requirement("REF-09")
@pytest.mark.parametrize(
    ("starts_on", "filed_on", "expected"),
    [
        ("2026-08-31", "2026-08-31", "2027-02-28"),
        ("2025-09-03", "2026-03-02", "2026-09-02"),
        ("2026-09-02", "2026-03-02", "2027-03-02"),
    ],
)
def test_a_long_term_filing_is_locked_for_half_a_year_from_when_it_was_made_and_in_force(
    starts_on: str, filed_on: str, expected: str
) -> None:
    assert locked_until(D(starts_on), D(filed_on)) == D(expected)


@pytest.mark.parametrize(
    ("starts_on", "case", "expected"),
    [
        ("2026-03-02", "today", True),
        ("2026-02-20", "while in hospital, before the discharge settlement", True),
        ("2025-09-03", "half a year ago, still one day to run", True),
        ("2025-09-02", "half a year ago: over already", False),
        ("2026-09-02", "half a year ahead", True),
        ("2026-09-03", "further ahead", False),
        ("2062-03-02", "a slip of the pen", False),
    ],
)
def test_a_filing_starts_within_half_a_year(starts_on: str, case: str, expected: bool) -> None:
    assert start_is_possible(D(starts_on), D("2026-03-02")) is expected, case
