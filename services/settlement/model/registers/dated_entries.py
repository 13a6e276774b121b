"""An index of published register pages: finds what applies to an item on a day, compactly and fast."""

from array import array
from collections.abc import Callable
from copy import copy
from datetime import date

from services.settlement.model.registers.item_index import ItemIndex

_NEVER = (date.max.toordinal() + 1, "")


class DatedEntries:
    """Numbers the items of all pages as entries, from 1, each chained to the item's entry before it.

    What an entry says is kept by its owner, in arrays with the same numbers. A page published again leaves
    its old entries behind, which then count on no day.
    """

    def __init__(self) -> None:
        self._index = ItemIndex()
        self._since = [_NEVER]  # by publication: the day it counts from, as a number, and its page
        self._newest = array("I", [0])  # by item: the entry added last
        self._before = array("I", [0])  # by entry: the item's entry before it, if any
        self._publication = array("I", [0])  # by entry

    def __len__(self) -> int:
        """How many entries there are, including those left behind."""
        return len(self._publication) - 1

    def copy(self) -> "DatedEntries":
        """An independent copy."""
        twin = DatedEntries()
        twin._index, twin._since = self._index.copy(), copy(self._since)
        twin._newest, twin._before = copy(self._newest), copy(self._before)
        twin._publication = copy(self._publication)
        return twin

    def publish(self, page_id: str, start: date) -> int:
        """Opens a publication of a page, which counts from a day on, and gives its number."""
        self._since.append((start.toordinal(), page_id))
        return len(self._since) - 1

    def remove(self, publication: int) -> None:
        """Makes a publication count on no day."""
        self._since[publication] = _NEVER

    def add(self, item: str, publication: int) -> None:
        """Adds the next entry: an item of a publication."""
        number = self._index.add(item)
        if number == len(self._newest):
            self._newest.append(0)
        self._before.append(self._newest[number])
        self._newest[number] = len(self._publication)
        self._publication.append(publication)

    def finder(self, day: int) -> Callable[[str], int]:
        """A function that gives an item's entry on a day (an ordinal), or 0; valid until an entry is added.

        Of the item's pages that have begun by that day, the newest counts.
        """
        number_of, starts = self._index.finder(), [since[0] for since in self._since]
        newest, before, publication = self._newest, self._before, self._publication

        def find(item: str) -> int:
            entry = newest[number_of(item)]
            if before[entry]:
                return self._newest_on(day, entry)
            return entry if starts[publication[entry]] <= day else 0

        return find

    def _newest_on(self, day: int, entry: int) -> int:
        found, newest = 0, (0, "")
        while entry:
            since = self._since[self._publication[entry]]
            if newest < since and since[0] <= day:
                found, newest = entry, since
            entry = self._before[entry]
        return found
