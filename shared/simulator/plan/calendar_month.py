"""The month that is simulated, as its days."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.calendar import is_working_day

DAY = timedelta(days=1)
_REST_DAY_OF_10 = 4  # so many go on a day of rest where 10 go on a working day


@dataclass(frozen=True)
class CalendarMonth:
    """A calendar month, `2026-03`."""

    name: str

    @property
    def first(self) -> date:
        """Its first day."""
        return date.fromisoformat(f"{self.name}-01")

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    def days(self, until: date | None = None) -> Sequence[date]:
        """Its days up to `until`, included, in order."""
        count = ((until or self.last) - self.first).days + 1
        return [self.first + number * DAY for number in range(count)]

    def weights(self, days: Sequence[date]) -> list[int]:
        """How many go on each of these days, relative to each other."""
        return [10 if is_working_day(day) else _REST_DAY_OF_10 for day in days]
