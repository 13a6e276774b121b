"""Reads a register's file into the requests that its rows mean, each checked, and finds what stands twice."""

from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import MOST_FAULTS, FileContent, FileFault, too_many
from services.cli.registry_import.pages.row_pages import RowEntries
from services.cli.registry_import.registers import ASSESSMENTS, FILINGS, QUALIFICATIONS, Register
from services.cli.registry_import.rows import read_row, stands_twice
from services.cli.registry_import.sheets.local_codes import NATIONAL, LocalCodes
from services.cli.registry_import.table import read_rows, sheets_of
from shared.messages.body import Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.network.issuers import PublishIssuers


def read_register(
    folder: Path, register: Register, local: LocalCodes = NATIONAL, kept: RowEntries | None = None
) -> FileContent:
    """The requests of a register's file, CSV or XLSX; nothing if the folder has no such file.

    An area's own codes in it are read as what they stand for. What the rows mean is kept in `kept`.
    """
    for path in sheets_of(folder, register.name):
        return _read(_Sheet(path, register, local), kept_rows(path, register) if kept is None else kept)
    return FileContent()


def kept_rows(path: Path, register: Register) -> RowEntries:
    """Where the rows of a register's file are kept."""
    return RowEntries(path.name, register.request, register.page)


class _Sheet(NamedTuple):
    path: Path
    register: Register
    local: LocalCodes

    def forms(self) -> Iterator[tuple[int, Request | list[FileFault]]]:
        (file, register), name = self[:2], self.path.name
        columns = tuple(column for column in register.columns if column not in register.optional)
        for row in read_rows(file, name, columns, register.optional):
            if isinstance(row, FileFault):
                yield row.line, [row]
                continue
            meant = row._replace(cells=self.local.national(row.cells))
            yield row.line, read_row(register.request, register.columns, meant, name)


def _read(sheet: _Sheet, kept: RowEntries) -> FileContent:
    """Checks every row; of the rows it keeps no more than a number each."""
    content, register = FileContent(), sheet.register
    keys, subjects = array("q"), array("q")
    for line, read in sheet.forms():
        if not isinstance(read, Request):
            content.faults += read
            if len(content.faults) >= MOST_FAULTS:
                content.faults = [*content.faults[: MOST_FAULTS - 1], too_many(sheet.path.name, line)]
                return content
            continue
        kept.add(line, read)
        keys.append(hash(_key(register, read)))
        subjects.append(hash(read.key if register is FILINGS else getattr(read, register.key[0])))
        content.named |= _named(register, read)
    content.named |= _twice(subjects)
    if twice := _twice(keys):
        content.faults += _repeated(sheet, twice)
        content.faults.sort(key=lambda fault: fault.line)
    kept.written()
    content.entries = kept
    return content


def _key(register: Register, read: Request) -> tuple[str, ...]:
    return tuple(str(getattr(read, name)) for name in register.key)


def _named(register: Register, read: Request) -> set[int]:
    """What a row names of another file."""
    if register in (QUALIFICATIONS, ASSESSMENTS):
        return {hash(read.key)}
    return (
        {hash(one.institution_id) for one in read.institutions}
        if isinstance(read, PublishIssuers | SignAgreement)
        else set()
    )


def _twice(hashes: "array[int]") -> set[int]:
    return {one for one, other in pairwise(sorted(hashes)) if one == other}


def _repeated(sheet: _Sheet, twice: set[int]) -> Iterator[FileFault]:
    lines = dict[tuple[str, ...], int]()
    for line, read in sheet.forms():
        if isinstance(read, Request) and hash(key := _key(sheet.register, read)) in twice:
            first = lines.setdefault(key, line)
            if first != line:
                yield stands_twice(key, first, line, sheet.path.name)
