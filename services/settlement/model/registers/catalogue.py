"""A place's catalogue (三大目录), by which lines are classified: hundreds of thousands of items an area."""

import json
from array import array
from collections.abc import Callable
from copy import copy
from typing import NamedTuple

from services.settlement.model.registers.dated_entries import DatedEntries
from services.settlement.model.registers.paged import Paged, RegisterPage
from shared.areas import city, province
from shared.benefit.lines import Level
from shared.money import price_e6


class Terms(NamedTuple):
    """How the fund treats an item (甲 01, 乙 02, 丙 03); the price limit in yuan × 10⁶, None: no limit."""

    level: Level
    price_limit_e6: int | None
    pre_self_pay_bp: int


OUTSIDE = Terms("03", None, 0)
"""The terms of an item that the catalogue does not have: the patient pays it in full."""

LEVELS: tuple[Level, ...] = ("01", "02", "03")
_BP_BITS = 14  # 10 000 at most
_BP = (1 << _BP_BITS) - 1
_NO_LIMIT = -1


class CatalogueEntries:
    """The terms of each item of each page of a catalogue (三大目录), in a few bytes."""

    def __init__(self) -> None:
        self._dated = DatedEntries()
        self._class = array("H", [0])  # level and pre-self-pay, by entry
        self._limit_e6 = array("q", [0])

    def __len__(self) -> int:
        """How many entries there are, including those left behind."""
        return len(self._dated)

    def copy(self) -> "CatalogueEntries":
        """An independent copy."""
        twin = CatalogueEntries()
        twin._dated, twin._class, twin._limit_e6 = self._dated.copy(), copy(self._class), copy(self._limit_e6)
        return twin

    def add(self, page: RegisterPage) -> tuple[int, int]:
        """Adds a page; gives the number of this publication, and how many items it has."""
        publication, items = self._dated.publish(page.page_id, page.in_force_from), json.loads(page.items)
        for item, level, price_limit, pre_self_pay_bp in items:
            self._dated.add(item, publication)
            self._class.append(LEVELS.index(level) << _BP_BITS | pre_self_pay_bp)
            self._limit_e6.append(_NO_LIMIT if price_limit is None else price_e6(price_limit))
        return publication, len(items)

    def remove(self, publication: int) -> None:
        """Makes a publication count on no day."""
        self._dated.remove(publication)

    def finder(self, day: int) -> Callable[[str], Terms]:
        """A function that gives the terms of an item on a day (an ordinal)."""
        entry_of, classes, limits_e6 = self._dated.finder(day), self._class, self._limit_e6

        def find(item: str) -> Terms:
            entry = entry_of(item)
            if not entry:
                return OUTSIDE
            level_bp, limit_e6 = classes[entry], limits_e6[entry]
            limit = None if limit_e6 == _NO_LIMIT else limit_e6
            return Terms(LEVELS[level_bp >> _BP_BITS], limit, level_bp & _BP)

        return find


def empty_catalogue() -> Paged[Terms]:
    """A catalogue without a page."""
    return Paged(CatalogueEntries())


def places(area: str) -> tuple[str, str, str]:
    """Whose register may serve an area: its own, its city's, its province's; the first there is counts."""
    return area, city(area), province(area)
