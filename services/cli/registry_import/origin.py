"""Where in a folder something stands, what is wrong there, and what was read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, takewhile
from typing import NamedTuple, Protocol

from shared.findings import Finding
from shared.messages.body import Request


class Remedy(NamedTuple):
    """What to do about a fault."""

    zh: str
    en: str


MEND = Remedy("更正后重新导入", "Mend it and import again")
SAVE_AS_UTF8 = Remedy("另存为UTF-8编码的CSV或TOML", "Save it as UTF-8 CSV or TOML")
KEEP_ONE_FILE = Remedy("只保留其中一个文件", "Keep one of the files")
COMPARE_HEADER = Remedy("对照示例文件更正表头", "Compare the header with the sample's")
RENAME = Remedy("改为示例中的文件名，或移出此文件夹", "Name it as in the sample, or move it away")
MOVE_AWAY = Remedy(
    "先导入其余文件，再将此文件移入另一文件夹", "Import the others, and this one from another folder"
)
KEEP_ONE = Remedy("只保留一行", "Keep one of the rows")
NAME_OFFICERS = Remedy(
    "在approvals.csv中写明起草人与另一名复核人",
    "Name who drafted it and another who approved it in approvals.csv",
)

NAME_REPLACED = Remedy(
    "以replaces写明所替代的政策号，或更改施行日期",
    "Name in replaces the policy it comes in place of, or begin on another day",
)


MOST_FAULTS = 1_000
"""A file with more is not read to its end."""


class FileFault(NamedTuple):
    """One fault of a file (行级错误): file, line (from 1; 0 = the whole file), column, what, what to do."""

    file: str
    line: int
    column: str
    zh: str
    en: str
    remedy: Remedy = MEND

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.zh}；{self.remedy.zh} / {self.en}; {self.remedy.en}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that a file means, where it stands, and how many rows it holds.

    Of a large file it is not made before it is asked for: the requests would fill the memory.
    """

    given: Request | Callable[[], Request]
    file: str
    line: int
    rows: int = 1

    @property
    def body(self) -> Request:
        """The request."""
        return self.given if isinstance(self.given, Request) else self.given()

    @property
    def lines(self) -> int:
        """How many lines of the file it is, as people count what they gave."""
        return 1


Place = Callable[[str], int | None]
"""Which rows stand on a page together, by their keys: those of one number; those of none are left out."""


class KeptEntries(Protocol):
    """The entries of a file that may have millions of rows: made anew each time they are asked for."""

    def __iter__(self) -> Iterator[Entry]:
        """Each entry, in order."""

    def __len__(self) -> int:
        """How many they are."""

    @property
    def paged_rows(self) -> int:
        """How many rows are sent many at once: all of a large file whose rows have a page, else none."""

    def in_pages(self, place: Place) -> Iterator[Entry]:
        """The entries as they are sent: many rows at once, those of one place together."""


Entries = list[Entry] | KeptEntries


@dataclass
class FileContent:
    """What one file gave: entries in its order, and faults; with a fault nothing of the folder counts.

    `editions` say of which of them a register consists, once all are registered. `named` are those of other
    files, or of another row, by the hash of their names: millions would fill the memory.
    """

    entries: Entries = field(default_factory=list)
    editions: list[Entry] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


class Stage:
    """What is registered together (阶段): the entries of some files, one file after the other."""

    def __init__(self, *parts: Entries) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Entry]:
        return chain.from_iterable(self._parts)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def in_pages(self, place: Place) -> Iterator[Entry]:
        """The entries as they are sent: many rows of a large file at once, those of one place together."""
        for part in self._parts:
            yield from part if isinstance(part, list) else part.in_pages(place)

    @property
    def paged_rows(self) -> int:
        """How many rows are sent many at once."""
        return sum(part.paged_rows for part in self._parts if not isinstance(part, list))

    @property
    def rows(self) -> int:
        """How many rows of files they hold; an entry of what is read again holds one."""
        return sum(
            sum(entry.rows for entry in part) if isinstance(part, list) else len(part) for part in self._parts
        )


def too_many(file: str, line: int) -> FileFault:
    """The last fault that is told of a file that has too many."""
    remedy = Remedy("先更正以上各行", "Mend the rows above first")
    zh, en = "错误过多，其后未读", "has too many faults: not read any further"
    return FileFault(file, line, "", zh, en, remedy)


def fault_of(finding: Finding, file: str, line: int) -> FileFault:
    """A finding of a form as a fault of a row; its place up to the first number is the column."""
    column = ".".join(takewhile(lambda part: not part.isdigit(), finding.place.split(".")))
    return FileFault(file, line, column, finding.zh, finding.en)
