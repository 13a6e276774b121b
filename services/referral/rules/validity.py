"""When a filing holds (备案有效期): from when, until when, and how long it is locked (001 (八)-(十))."""

from calendar import monthrange
from datetime import date

from services.referral.model.filing import Filing, FilingClass
from services.referral.model.known import Known

TEMPORARY_MONTHS = 6
"""A temporary filing holds half a year (001 (八))."""
LOCK_MONTHS = 6
"""A long-term filing does not change in its first half year without proof (001 (十))."""


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months on (or back), or that month's last day where it has none."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def end_of(filing_class: FilingClass, starts_on: date) -> date | None:
    """The day from which the filing no longer holds; none for a long-term one (001 (八))."""
    return add_months(starts_on, TEMPORARY_MONTHS) if filing_class == "temporary" else None


def locked_until(starts_on: date, filed_on: date) -> date:
    """The first day on which a long-term filing may change without proof (001 (十)).

    Half a year from when it was both made and in force: a start that lies back does not shorten the lock.
    """
    return add_months(max(starts_on, filed_on), LOCK_MONTHS)


def lock_of(known: Known, filing: Filing) -> date:
    """The first day on which a person's long-term filing may change without proof (001 (十)).

    One that only changed the institutions of another (004-4 二) has the lock of that: the place is the same.
    """
    before = known.filing(filing.person_id, filing.replaces_filing_id or "")
    if before and before.destination_area == filing.destination_area:
        return lock_of(known, before)
    return locked_until(filing.starts_on, filing.filed_on)


def start_is_possible(starts_on: date, day: date) -> bool:
    """Whether a filing made on `day` may start then.

    Back by less than half a year: a filing made before the discharge settlement counts for the stay (001
    (九)), and a temporary one that began earlier would be over already. Ahead by half a year at most: a
    later start is a slip of the pen.
    """
    return add_months(day, -TEMPORARY_MONTHS) < starts_on <= add_months(day, TEMPORARY_MONTHS)
