"""Whom the directory leaves out (覆盖情况, 002 四): counties without an institution, provinces without any
elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.areas import city, province

_NOT_NETWORKED = ("71", "81", "82")
"""Taiwan, Hong Kong and Macao have insurances of their own."""
_TIERS = ("1", "2", "3")
_HOSPITAL, _PHARMACY = "H", "P"


class Counts(NamedTuple):
    """What the registers hold: institutions by province, kind and tier; the areas in which one takes in
    patients from outside; and by insured province how many it may use in others.
    """

    institutions: Mapping[tuple[str, str, str], int]
    covered: frozenset[str]
    elsewhere: Mapping[str, int]


class Coverage(NamedTuple):
    """A province's institutions by tier (000 三(二)3), its counties without one, and those elsewhere."""

    area: str
    hospitals: tuple[int, ...]
    pharmacies: int
    counties: int
    without: tuple[str, ...]
    elsewhere: int

    @property
    def is_complete(self) -> bool:
        """Whether each county has an institution (002 四(二)) and the province one elsewhere (四(三))."""
        return not self.without and self.elsewhere > 0

    def as_json(self) -> dict[str, Any]:
        """The province as a JSON object."""
        by_tier = dict(zip(_TIERS, self.hospitals, strict=True))
        return {**self._asdict(), "hospitals": by_tier, "is_complete": self.is_complete}


def coverage_of(counts: Counts, areas: Iterable[str], only: str | None) -> list[Coverage]:
    """Each province, or only that of an area, by the national list of areas."""
    by_province: dict[str, list[str]] = {}
    for area in (one for one in areas if not one.startswith(_NOT_NETWORKED)):
        by_province.setdefault(province(area), []).append(area)
    wanted = by_province if only is None else {province(only): by_province.get(province(only), [])}
    return [_coverage(counts, name, wanted[name]) for name in sorted(wanted)]


def _coverage(counts: Counts, name: str, areas: list[str]) -> Coverage:
    prefix, of_kind = name[:2], counts.institutions
    counties = [area for area in areas if area != city(area)]
    return Coverage(
        area=name,
        hospitals=tuple(of_kind.get((prefix, _HOSPITAL, tier), 0) for tier in _TIERS),
        pharmacies=sum(of_kind.get((prefix, _PHARMACY, tier), 0) for tier in _TIERS),
        counties=len(counties),
        without=tuple(sorted(set(counties) - counts.covered)),
        elsewhere=counts.elsewhere.get(prefix, 0),
    )
