"""The prices that an area's public hospitals take (公立医院价格) for items, by tier and date."""

import json
from array import array
from collections.abc import Callable
from copy import copy

from services.settlement.model.registers.dated_entries import DatedEntries
from services.settlement.model.registers.paged import Paged, RegisterPage
from shared.money import price_e6


def price_key(item: str, tier: str) -> str:
    """The key by which an item's price at a tier is looked up; neither part has a space."""
    return f"{item} {tier}"


class PriceEntries:
    """The price (公立医院价格) of each item and tier of each page."""

    def __init__(self) -> None:
        self._dated = DatedEntries()
        self._price_e6 = array("q", [0])  # by entry

    def __len__(self) -> int:
        """How many entries there are, including those left behind."""
        return len(self._dated)

    def copy(self) -> "PriceEntries":
        """An independent copy."""
        twin = PriceEntries()
        twin._dated, twin._price_e6 = self._dated.copy(), copy(self._price_e6)
        return twin

    def add(self, page: RegisterPage) -> tuple[int, int]:
        """Adds a page; gives the number of this publication, and how many prices it has."""
        publication, items = self._dated.publish(page.page_id, page.in_force_from), json.loads(page.items)
        for item, tier, price in items:
            self._dated.add(price_key(item, tier), publication)
            self._price_e6.append(price_e6(price))
        return publication, len(items)

    def remove(self, publication: int) -> None:
        """Makes a publication count on no day."""
        self._dated.remove(publication)

    def finder(self, day: int) -> Callable[[str], int | None]:
        """A function that gives a price (yuan × 10⁶, or None) by `price_key` on a day (an ordinal)."""
        entry_of, prices_e6 = self._dated.finder(day), self._price_e6

        def find(key: str) -> int | None:
            entry = entry_of(key)
            return prices_e6[entry] if entry else None

        return find


def empty_price_list() -> Paged[int | None]:
    """A price list without a page."""
    return Paged(PriceEntries())
