"""The mappings of tiers (医院等级对应): what an insured area counts hospital tiers as on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from services.settlement.model.registers.registry import HomeTiers


class TierBook:
    """All mappings (医院等级对应), one for each area and first day; publishing one gives a new book."""

    def __init__(self, given: Iterable[HomeTiers]) -> None:
        self._given = {(one.insured_area, one.in_force_from): one for one in given}
        self._newest_first: dict[str, list[HomeTiers]] = defaultdict(list)
        for one in sorted(self._given.values(), key=lambda one: one.in_force_from, reverse=True):
            self._newest_first[one.insured_area].append(one)

    def with_mapping(self, given: HomeTiers) -> "TierBook":
        """The book with one more mapping, which replaces one of the same area and day."""
        return TierBook((*self._given.values(), given))

    def on(self, insured_area: str, day: date) -> Mapping[str, str] | None:
        """The newest mapping of this very area in force on the day; None where there is none."""
        for one in self._newest_first.get(insured_area, ()):
            if one.in_force_from <= day:
                return one.tiers
        return None
