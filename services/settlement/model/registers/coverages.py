"""Which coverage (参保) counts for a person on a day, by the statements that hold on that day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import zip_longest

from services.settlement.model.registers.registry import Coverage
from shared.dated import on_day


def normal_on(held: Iterable[Coverage], day: date) -> list[Coverage]:
    """The coverages in force on a day, each as it was on it; at most one for each scheme and insured area."""
    told: dict[tuple[str, str], list[Coverage]] = defaultdict(list)
    for one in held:
        told[one.place].append(one)
    found = (on_day(periods, day) for periods in told.values())
    return [one for one in found if one is not None and one.is_normal_on(day)]


def ended_on(held: Iterable[Coverage], place: tuple[str, str], today: date) -> date | None:
    """Since when a coverage that was in force no longer is, as known by today; None while it is."""
    told = sorted(of_place(held, place), key=lambda one: one.applies_from)
    ends = [_end_of(one, then) for one, then in zip_longest(told, told[1:]) if one.status == "normal"]
    last = max((end or date.max for end in ends), default=date.min)
    return last if last <= today else None


def _end_of(told: Coverage, then: Coverage | None) -> date | None:
    ends = (told.covered_until, then.applies_from if then else None)
    return min((end for end in ends if end is not None), default=None)


def of_place(held: Iterable[Coverage], place: tuple[str, str]) -> list[Coverage]:
    """The statements about the coverage of one scheme and insured area."""
    return [one for one in held if one.place == place]
