"""Which coverage (参保) counts for a person on a day: what was told of that day, whatever was told since."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.settlement.model.registry import Coverage
from shared.dated import on_day


def normal_on(held: Iterable[Coverage], day: date) -> list[Coverage]:
    """The coverages that are in force on a day, each as it was on it; of a person who has one at most one."""
    told: dict[tuple[str, str], list[Coverage]] = defaultdict(list)
    for one in held:
        told[one.place].append(one)
    found = (on_day(periods, day) for periods in told.values())
    return [one for one in found if one is not None and one.is_normal_on(day)]


def of_place(held: Iterable[Coverage], place: tuple[str, str]) -> list[Coverage]:
    """All that was told of the coverage of a scheme and area."""
    return [one for one in held if one.place == place]
