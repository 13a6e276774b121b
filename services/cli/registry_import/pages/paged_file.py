"""Files of very many rows, each from a day on, that are published in pages.

Every row is checked before the first is sent; it is kept as one short string, in the order of the pages,
and a page's request is made when its turn has come. The file is the whole register: its edition names the
pages, whose ids say what stands in them, so that no page of an earlier state of the file is left to count.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from hashlib import blake2b
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from pydantic import BaseModel

from services.cli.registry_import.origin import (
    MOST_FAULTS,
    RENAME,
    Entry,
    FileContent,
    FileFault,
    too_many,
)
from services.cli.registry_import.rows import Cell, day, read_row, stands_twice
from services.cli.registry_import.table import read_rows
from shared.messages.body import Request
from shared.messages.enrollment.editions import PagedRegister, PublishEdition

PAGE_ROWS = 500
"""The most rows of one page."""

START = "in_force_from"
Rows = list[dict[str, Any]]


class _Dated(Protocol):
    in_force_from: date


class PagedFile(NamedTuple):
    """A kind of such files (分页登记文件): folder, register, form of the name, rows, and a page's request.

    `item` is the column that names a row, together with those `beside` it and its start. `page` gets the
    page's id, whose the file is, the start and the rows.
    """

    folder: str
    register_of: PagedRegister
    name: str
    misnamed: tuple[str, str]
    form: type[BaseModel]
    item: str
    columns: Mapping[str, Cell]
    optional: Mapping[str, Cell]
    page: Callable[[str, str, date, Rows], Request]
    beside: tuple[str, ...] = ()

    @property
    def naming(self) -> tuple[str, ...]:
        """The columns that name a row of one start."""
        return self.item, *self.beside


def read_paged(kind: PagedFile, path: Path) -> FileContent:
    """The pages of one file, rows in the order of their start and name."""
    file = f"{kind.folder}/{path.name}"
    if not re.fullmatch(kind.name, path.stem):
        return FileContent(faults=[FileFault(file, 0, "", *kind.misnamed, RENAME)])
    rows, faults = _read(kind, path, file)
    rows.sort()
    faults += _repeated(rows, 1 + len(kind.naming), file)
    faults.sort(key=lambda fault: fault.line)
    pages = list(_pages(kind, path.stem, rows))
    entries = [Entry(page.make, file, page.line, page.rows) for page in pages]
    editions = [Entry(_edition(kind, path.stem, pages), file, pages[0].line)] if pages else []
    return FileContent(entries, editions, faults[:MOST_FAULTS])


class _Page(NamedTuple):
    page_id: str
    start: date
    make: Callable[[], Request]
    line: int
    rows: int


def _edition(kind: PagedFile, whose: str, pages: list[_Page]) -> PublishEdition:
    return PublishEdition(
        register_of=kind.register_of,
        whose=whose,
        pages=tuple(page.page_id for page in pages),
        starts=tuple(dict.fromkeys(page.start for page in pages)),
    )


def _read(kind: PagedFile, path: Path, file: str) -> tuple[list[str], list[FileFault]]:
    rows: list[str] = []
    faults: list[FileFault] = []
    cells = {**kind.columns, **kind.optional, START: day}
    for row in read_rows(path, file, (*kind.columns, START), tuple(kind.optional)):
        if isinstance(row, FileFault):
            faults.append(row)
        elif isinstance(read := read_row(kind.form, cells, row, file), list):
            faults += read
        else:
            rows.append(_packed(kind, cast(_Dated, read), row.line))
        if len(faults) >= MOST_FAULTS:
            return rows, [*faults[: MOST_FAULTS - 1], too_many(file, faults[-1].line)]
    return rows, faults


def _packed(kind: PagedFile, row: _Dated, line: int) -> str:
    """A row that was found right, in a tenth of the memory; no cell of one has a blank in it.

    Sorts by start, then name, then line, for a blank sorts first. However a value was written, it is packed
    in one form, and not at all where it goes without saying: pages are named by what they mean.
    """
    others = (_shown(kind, row, name) for name in _others(kind))
    names = (str(getattr(row, name)) for name in kind.naming)
    return " ".join((row.in_force_from.isoformat(), *names, f"{line:09d}", *others))


def _shown(kind: PagedFile, row: _Dated, name: str) -> str:
    value = getattr(row, name)
    return "" if value == kind.form.model_fields[name].default else str(value)


def _unpacked(kind: PagedFile, packed: str) -> dict[str, Any]:
    given = packed.split(" ")
    del given[1 + len(kind.naming)], given[0]  # line and start
    cells = {**kind.columns, **kind.optional}
    names = (*kind.naming, *_others(kind))
    return {name: cells[name](cell) for name, cell in zip(names, given, strict=True) if cell}


def _others(kind: PagedFile) -> list[str]:
    return [name for name in (*kind.columns, *kind.optional) if name not in kind.naming]


def _repeated(rows: list[str], names: int, file: str) -> Iterator[FileFault]:
    """Rows of one name; `names`: how many parts that has, the start among them."""
    first = 0
    for one, other in pairwise(rows):
        name = other.split(" ", names)[:names]
        if not one.startswith(" ".join((*name, ""))):
            first = 0
            continue
        first = first or _line(one, names)
        yield stands_twice((*name[1:], name[0]), first, _line(other, names), file)


def _line(packed: str, names: int) -> int:
    return int(packed.split(" ", names + 1)[names])


def _pages(kind: PagedFile, whose: str, rows: list[str]) -> Iterator[_Page]:
    for start, group in groupby(rows, key=lambda packed: packed[:10]):
        of_start = list(group)
        for number, first in enumerate(range(0, len(of_start), PAGE_ROWS), 1):
            page = of_start[first : first + PAGE_ROWS]
            page_id = f"{whose}-{start.replace('-', '')}-{number:03d}-{_digest(kind, page)}"
            make = partial(_request, kind, page_id, whose, date.fromisoformat(start), page)
            line = _line(page[0], 1 + len(kind.naming))
            yield _Page(page_id, date.fromisoformat(start), make, line, len(page))


def _digest(kind: PagedFile, rows: list[str]) -> str:
    """What names the content of a page, wherever its rows stand in the file."""
    line, digest = 1 + len(kind.naming), blake2b(digest_size=6)
    for packed in rows:
        given = packed.split(" ")
        del given[line]
        digest.update(" ".join((*given, "\n")).encode())
    return digest.hexdigest()


def _request(kind: PagedFile, page_id: str, whose: str, start: date, rows: list[str]) -> Request:
    return kind.page(page_id, whose, start, [_unpacked(kind, packed) for packed in rows])
