"""The rows of a register's file as requests (分页): kept in a temporary file, and sent one or many at once.

They may be millions: a row is read and checked once, and what it means stands beside the file from then on.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from services.cli.registry_import.origin import Entry, Place
from shared.bus.partition import place_of
from shared.messages.body import Request
from shared.messages.enrollment.register_pages import MOST_ROWS, EnrollPersons, PublishInstitutions

PAGED_FROM = 1_000  # rows of a file: fewer are sent one by one, as a desk would
_READ_BYTES = 1 << 16
_MOST_BYTES = 600_000  # of a page, whose record holds 900 kB


PageRequest = type[EnrollPersons] | type[PublishInstitutions]


class _Row(NamedTuple):
    line: int
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PageEntry(Entry):
    """One request for many rows, each of which could be sent alone; `singles` are these."""

    singles: tuple[Entry, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines of the file it is."""
        return len(self.singles)


class RowEntries:
    """The entries of a file that was found right: `file` names it, `request` what a row means."""

    def __init__(self, file: str, request: type[Request], page: PageRequest | None = None) -> None:
        self._file, self._request, self._page = file, request, page
        self._rows, self._count = TemporaryFile(), 0  # noqa: SIM115 (it is gone with this object)

    def add(self, line: int, body: Request) -> None:
        """Keeps what a row means."""
        text = body.__pydantic_serializer__.to_json(body)
        self._rows.write(b"%d %b %b\n" % (line, body.key.encode(), text))
        self._count += 1

    def clear(self) -> None:
        """Forgets all rows: another process that failed may have added some."""
        self._rows.seek(0)
        self._rows.truncate()
        self._count = 0

    def written(self, count: int | None = None) -> None:
        """Nothing more is added; `count` are the rows that another process has added."""
        self._rows.flush()
        self._count = self._count if count is None else count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        for row in self._kept():
            yield self._entry(row)

    @property
    def paged_rows(self) -> int:
        """How many rows are sent many at once: all, where there are many and a page is for such rows."""
        return self._count if self._page is not None and self._count >= PAGED_FROM else 0

    def in_pages(self, place: Place) -> Iterator[Entry]:
        """The entries as they are sent: many rows at once, where there are many."""
        if not self.paged_rows:
            yield from self
            return
        filling: dict[int, _Filling] = defaultdict(_Filling)
        for row in self._kept():
            if (where := place(row.key)) is None:
                continue
            if not filling[where].takes(row):
                yield self._made(filling[where].rows)
                filling[where] = _Filling()
            filling[where].add(row)
        yield from (self._made(left.rows) for left in filling.values())

    def _kept(self) -> Iterator[_Row]:
        for text in BufferedReader(_FromStart(self._rows.fileno()), _READ_BYTES):
            line, key, body = text.split(b" ", 2)
            yield _Row(int(line), key.decode(), body)

    def _entry(self, row: _Row) -> Entry:
        return Entry(lambda: self._request.model_validate_json(row.body), self._file, row.line)

    def _made(self, rows: list[_Row]) -> Entry:
        page, text = self._page, b'{"rows":[%b]}' % b",".join(row.body for row in rows)
        assert page is not None
        singles = tuple(map(self._entry, rows))
        return PageEntry(lambda: page.model_validate_json(text), self._file, rows[0].line, len(rows), singles)


def by_partition(partitions: int) -> Place:
    """The place of a row that is sent to a topic of so many partitions."""
    return lambda key: place_of(key, partitions) if partitions > 1 else 0


class _FromStart(RawIOBase):
    """An open file from its beginning: its own place in it is shared with every process that has it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        text = os.pread(self._descriptor, len(room), self._at)
        room[: len(text)] = text
        self._at += len(text)
        return len(text)


@dataclass
class _Filling:
    """A page that is being filled: its rows, no two with one key."""

    rows: list[_Row] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    bytes: int = 0

    def takes(self, row: _Row) -> bool:
        return (
            len(self.rows) < MOST_ROWS
            and self.bytes + len(row.body) <= _MOST_BYTES
            and row.key not in self.keys
        )

    def add(self, row: _Row) -> None:
        self.rows.append(row)
        self.keys.add(row.key)
        self.bytes += len(row.body)


def singly(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The rows of pages, and all other entries as they are."""
    for entry in entries:
        yield from entry.singles if isinstance(entry, PageEntry) else (entry,)
