"""Registers that are published in pages and looked up by item and day, whatever they say of an item."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

Said = TypeVar("Said")
Told_co = TypeVar("Told_co", covariant=True)

AT_HAND = 4_096
DAYS_AT_HAND = 4
WORN = 10_000  # so many entries may be left behind even in a small register


class RegisterPage(Protocol):
    """A page of a register: what it says of its items, as JSON, from a day on."""

    @property
    def page_id(self) -> str:
        """Identifies the page; a page published again replaces the earlier one of this id."""

    @property
    def in_force_from(self) -> date:
        """The first day on which it counts."""

    @property
    def items(self) -> str:
        """What it says of its items, as JSON."""


class Entries(Protocol[Told_co]):
    """The contents of a register's pages, item by item."""

    def __len__(self) -> int: ...

    def copy(self) -> "Entries[Told_co]":
        """An independent copy."""

    def add(self, page: RegisterPage) -> tuple[int, int]:
        """Adds a page; gives the number of this publication, to remove it by, and its count of items."""

    def remove(self, publication: int) -> None:
        """Makes a publication count on no day."""

    def finder(self, day: int) -> Callable[[str], Told_co]:
        """A function that gives what the register says of an item on a day (an ordinal)."""


class AtHand(dict[str, Said]):
    """A cache of what a register says of items on a day; an item is looked up when it is first asked for."""

    def __init__(self, find: Callable[[str], Said], most: int) -> None:
        super().__init__()
        self._find, self._most = find, most

    def __missing__(self, item: str) -> Said:
        if len(self) >= self._most:
            self.clear()
        self[item] = found = self._find(item)
        return found


class _Held(NamedTuple):
    token: UUID | None
    publication: int
    starts_on: int
    size: int


class Paged(Generic[Said]):
    """The pages of one register; an item's newest page on the day counts. Not changed once it is in use."""

    def __init__(
        self, entries: Entries[Said], at_hand: int = AT_HAND, pages: dict[str, _Held] | None = None
    ) -> None:
        self._entries, self._at_hand, self._pages = entries, at_hand, pages or {}
        self._starts: list[int] = []
        self._days: dict[int, AtHand[Said]] = {}

    def __bool__(self) -> bool:
        """Whether it has a page."""
        return bool(self._pages)

    @property
    def tokens(self) -> Mapping[str, UUID | None]:
        """The version in which each page is held."""
        return {page_id: page.token for page_id, page in self._pages.items()}

    @property
    def is_worn(self) -> bool:
        """Whether more entries are left behind than count, so that the register should be built anew."""
        return len(self._entries) > 2 * sum(page.size for page in self._pages.values()) + WORN

    def copy(self) -> "Paged[Said]":
        """An independent copy with the same pages."""
        return Paged(self._entries.copy(), self._at_hand, dict(self._pages))

    def put(self, token: UUID | None, page: RegisterPage) -> None:
        """Adds or replaces a page, in the version `token`; only while nobody uses this register yet."""
        if page.page_id in self._pages:
            self._entries.remove(self._pages[page.page_id].publication)
        publication, size = self._entries.add(page)
        self._pages[page.page_id] = _Held(token, publication, page.in_force_from.toordinal(), size)
        self._starts.clear()

    def amended(self, page: RegisterPage) -> "Amended[Said]":
        """A register with one more page, or with a page replaced; this one is not changed."""
        return Amended(self, (page,))

    def on(self, day: date) -> AtHand[Said]:
        """What the register says of any item on a day; all days between two publications share one cache."""
        if not self._starts:
            self._starts = sorted({page.starts_on for page in self._pages.values()})
        period = bisect_right(self._starts, day.toordinal())
        if period not in self._days:
            if len(self._days) >= DAYS_AT_HAND:
                self._days.clear()
            # Not a method of this object: the cycle would keep replaced registers until a garbage collection.
            self._days[period] = AtHand(self._entries.finder(day.toordinal()), self._at_hand)
        return self._days[period]


class Amended(Generic[Said]):
    """A register with the batch's own, uncommitted pages; built only if an item is asked for."""

    def __init__(self, below: Paged[Said], pages: tuple[RegisterPage, ...]) -> None:
        self._below, self._pages = below, pages
        self._whole: Paged[Said] | None = None

    def amended(self, page: RegisterPage) -> "Amended[Said]":
        """The register with one more page of the batch."""
        return Amended(self._below, (*self._pages, page))

    def on(self, day: date) -> AtHand[Said]:
        """What the register says of any item on a day."""
        if self._whole is None:
            self._whole = self._below.copy()
            for page in self._pages:
                self._whole.put(None, page)
        return self._whole.on(day)
