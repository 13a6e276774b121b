"""Registers that come in pages and are looked up by item and day, whatever they say of an item."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

Said = TypeVar("Said")
Told_co = TypeVar("Told_co", covariant=True)

AT_HAND = 4_096
DAYS_AT_HAND = 4
WORN = 10_000  # entries that may be left behind in a small register


class RegisterPage(Protocol):
    """A page of a register: what it says of its items, as JSON, from a day on."""

    @property
    def page_id(self) -> str:
        """Which page it is; given again, it replaces the earlier one."""

    @property
    def in_force_from(self) -> date:
        """The first day it counts."""

    @property
    def items(self) -> str:
        """What it says of its items, as JSON."""


class Entries(Protocol[Told_co]):
    """What pages say, item by item."""

    def __len__(self) -> int: ...

    def copy(self) -> "Entries[Told_co]":
        """The same, to be changed apart."""

    def add(self, page: RegisterPage) -> tuple[int, int]:
        """Takes a page in; gives its publication, to remove it by, and how many items it has."""

    def remove(self, publication: int) -> None:
        """Forgets what a publication said."""

    def finder(self, day: int) -> Callable[[str], Told_co]:
        """What is said of an item on a day."""


class AtHand(dict[str, Said]):
    """What is said of the items that were asked for lately; the others are looked up when they are."""

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
    """The pages of one register; an item's newest page on the day counts. Not changed once in use."""

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
        """Whether more of it is left behind than counts, so that it should be made anew."""
        return len(self._entries) > 2 * sum(page.size for page in self._pages.values()) + WORN

    def copy(self) -> "Paged[Said]":
        """One of its own with the same pages."""
        return Paged(self._entries.copy(), self._at_hand, dict(self._pages))

    def put(self, token: UUID | None, page: RegisterPage) -> None:
        """Puts a page in, or anew, in this version; only while nobody uses this register yet."""
        if page.page_id in self._pages:
            self._entries.remove(self._pages[page.page_id].publication)
        publication, size = self._entries.add(page)
        self._pages[page.page_id] = _Held(token, publication, page.in_force_from.toordinal(), size)
        self._starts.clear()

    def amended(self, page: RegisterPage) -> "Amended[Said]":
        """The register after one more page, or a page anew; this one stays as it is."""
        return Amended(self, (page,))

    def on(self, day: date) -> AtHand[Said]:
        """What is said of any item on a day; kept for all the days between two publications."""
        if not self._starts:
            self._starts = sorted({page.starts_on for page in self._pages.values()})
        period = bisect_right(self._starts, day.toordinal())
        if period not in self._days:
            if len(self._days) >= DAYS_AT_HAND:
                self._days.clear()
            # No method of this object: a cycle would keep replaced registers until a collection.
            self._days[period] = AtHand(self._entries.finder(day.toordinal()), self._at_hand)
        return self._days[period]


class Amended(Generic[Said]):
    """A register with the pages of the batch itself, not committed yet; made only if an item is asked for."""

    def __init__(self, below: Paged[Said], pages: tuple[RegisterPage, ...]) -> None:
        self._below, self._pages = below, pages
        self._whole: Paged[Said] | None = None

    def amended(self, page: RegisterPage) -> "Amended[Said]":
        """The same after one more page."""
        return Amended(self._below, (*self._pages, page))

    def on(self, day: date) -> AtHand[Said]:
        """What is said of any item on a day."""
        if self._whole is None:
            self._whole = self._below.copy()
            for page in self._pages:
                self._whole.put(None, page)
        return self._whole.on(day)
