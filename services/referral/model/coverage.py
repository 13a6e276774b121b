"""The coverage (参保) that a filing rests on, as enrollment told it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shared.dated import on_day


class KnownCoverage(NamedTuple):
    """What was told of a person's coverage (参保), from `applies_from` on; `covered_until` is exclusive."""

    person_id: str
    scheme: str
    insured_area: str
    status: str
    covered_from: date
    covered_until: date | None
    applies_from: date = date.min

    @property
    def place(self) -> tuple[str, str]:
        """What distinguishes the coverages of one person: scheme and insured area."""
        return self.scheme, self.insured_area

    def in_force(self, day: date) -> bool:
        """Whether the person is insured normally (参保状态正常) on the day."""
        runs = self.covered_from <= day and (self.covered_until is None or day < self.covered_until)
        return runs and self.status == "normal"


def is_covered(periods: Iterable[KnownCoverage], day: date) -> bool:
    """Whether a coverage is in force on a day, by what was told of that day."""
    told = on_day(periods, day)
    return told is not None and told.in_force(day)
