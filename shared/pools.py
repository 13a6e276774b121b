"""Who pools for an area (统筹区), from day to day: what was told of levels of pooling and of mergers.

What nobody has told is not answered here: then policies say it (`PolicyBook.pooling_area`). 001 (十一).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from shared.areas import widened


class Pool(NamedTuple):
    """Which area pools for an area and scheme from a day on (统筹层次); none: as if nothing were told.

    `under_province`: a county directly under its province (省直管县), to which filings lead as such.
    """

    area: str
    scheme: str
    applies_from: date
    pooling_area: str | None
    under_province: bool = False

    @property
    def key(self) -> tuple[str, str, date]:
        """What distinguishes it; one told anew takes the place of another."""
        return self[:3]


class PoolBook:
    """All that was told of who pools; made anew when something is told."""

    def __init__(self, told: Iterable[Pool] = ()) -> None:
        self._held: Mapping[tuple[str, str, date], Pool] = {one.key: one for one in told}
        self._by_place: dict[tuple[str, str], list[Pool]] = defaultdict(list)
        for one in self._held.values():
            self._by_place[one.area, one.scheme].append(one)

    def with_told(self, told: Pool) -> "PoolBook":
        """The book after one more statement."""
        return PoolBook({**self._held, told.key: told}.values())

    def told_of(self, area: str, scheme: str, day: date) -> Pool | None:
        """What counts of an area on a day: the newest told of it, its city, its province, then the nearest.

        What is told of a city does not count for a county directly under the province (省直管县). None if
        nothing was told, or that nothing is to count.
        """
        if not self._by_place:  # asked four times a bill
            return None
        told = [self._newest(place, scheme, day) for place in dict.fromkeys(widened(area))]
        if told[0] and told[0].under_province:
            del told[1]  # its city's
        begun = (one for one in told if one)
        found = max(begun, key=lambda one: one.applies_from, default=None)  # of equals the first, the nearest
        return found if found and found.pooling_area else None

    def _newest(self, place: str, scheme: str, day: date) -> Pool | None:
        begun = (one for one in self._by_place.get((place, scheme), ()) if one.applies_from <= day)
        return max(begun, key=lambda one: one.applies_from, default=None)

    def pool_of(self, area: str, scheme: str, day: date) -> str | None:
        """The area that pools for an area on a day; none where nothing was told.

        A pool may itself be pooled by now: it only ever becomes wider, so that this ends.
        """
        told = self.told_of(area, scheme, day)
        if told is None or told.pooling_area is None or told.pooling_area == area:
            return told.pooling_area if told else None
        return self.pool_of(told.pooling_area, scheme, day) or told.pooling_area

    def pools_ever(self, area: str, scheme: str) -> set[str]:
        """All areas that pool for an area on some day, as is known now."""
        places = dict.fromkeys(widened(area))
        days = {one.applies_from for place in places for one in self._by_place.get((place, scheme), ())}
        return {pool for day in days if (pool := self.pool_of(area, scheme, day))}
