"""An institution's own item codes (院内编码) and the national ones they stand for (对照), by date."""

import json
from array import array
from collections.abc import Callable
from copy import copy

from services.settlement.model.registers.dated_entries import DatedEntries
from services.settlement.model.registers.item_index import ItemIndex
from services.settlement.model.registers.paged import Paged, RegisterPage


class CodeEntries:
    """The national code for each local code (院内编码) of each page."""

    def __init__(self) -> None:
        self._dated = DatedEntries()
        self._national = ItemIndex()
        self._stands_for = array("I", [0])  # by entry

    def __len__(self) -> int:
        """How many entries there are, including those left behind."""
        return len(self._dated)

    def copy(self) -> "CodeEntries":
        """An independent copy."""
        twin = CodeEntries()
        twin._dated, twin._national = self._dated.copy(), self._national.copy()
        twin._stands_for = copy(self._stands_for)
        return twin

    def add(self, page: RegisterPage) -> tuple[int, int]:
        """Adds a page; gives the number of this publication, and how many codes it has."""
        publication, items = self._dated.publish(page.page_id, page.in_force_from), json.loads(page.items)
        for local_item, item in items:
            self._dated.add(local_item, publication)
            self._stands_for.append(self._national.add(item))
        return publication, len(items)

    def remove(self, publication: int) -> None:
        """Makes a publication count on no day."""
        self._dated.remove(publication)

    def finder(self, day: int) -> Callable[[str], str]:
        """A function that gives the national code for an item code on a day (an ordinal); an unmapped one
        stays as it is.
        """
        entry_of, stands_for, national = self._dated.finder(day), self._stands_for, self._national

        def find(item: str) -> str:
            entry = entry_of(item)
            return national.code(stands_for[entry]) if entry else item

        return find


AT_HAND = 1_024  # fewer than elsewhere: there are many institutions


def empty_code_map() -> Paged[str]:
    """A mapping without a page."""
    return Paged(CodeEntries(), AT_HAND)
