"""Files in which versions stand whole, a row a code: published code sets, and areas' own codes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from services.cli.registry_import.origin import Entry, FileContent, FileFault, fault_of
from services.cli.registry_import.rows import Cell, read_row, repeated
from services.cli.registry_import.table import Row, read_rows, sheets_of
from shared.findings import form_findings
from shared.messages.body import Request


class VersionedFile(NamedTuple):
    """A file of versions: its name, the form of its rows, the request of a version with what tells versions
    apart, the version's number, the form of a code and what names it; and the columns of both.
    """

    name: str
    form: type[BaseModel]
    request: type[Request]
    of_version: tuple[str, ...]
    number: str
    code: type[BaseModel]
    code_name: str
    columns: Mapping[str, Cell]
    optional: Mapping[str, Cell]


_Versions = dict[tuple[Any, ...], tuple[int, list[BaseModel]]]


def read_versions(folder: Path, kind: VersionedFile) -> FileContent:
    """Each version that the file names, at its first row; nothing if there is no file."""
    entries: list[Entry] = []
    content = FileContent(entries)
    for path in sheets_of(folder, kind.name):
        found, seen = _Versions(), dict[tuple[str, ...], int]()
        for row in read_rows(path, path.name, tuple(kind.columns), tuple(kind.optional)):
            told = [row] if isinstance(row, FileFault) else _read_code(kind, row, path.name, found, seen)
            content.faults += told
        for version, (line, codes) in found.items():
            made = _version(kind, version, codes, path.name, line)
            if isinstance(made, Entry):
                entries.append(made)
            else:
                content.faults += made
    return content


def by_number(entries: Iterable[Entry], kind: VersionedFile) -> Iterator[list[Entry]]:
    """The versions to publish together: all first ones, then the next, since each needs the one before."""

    def number(entry: Entry) -> int:
        found: int = getattr(entry.body, kind.number)
        return found

    return (list(part) for _, part in groupby(sorted(entries, key=number), key=number))


def _version(
    kind: VersionedFile, version: tuple[Any, ...], codes: list[BaseModel], file: str, line: int
) -> Entry | list[FileFault]:
    given = dict(zip(kind.of_version, version, strict=True))
    try:
        return Entry(kind.request.model_validate({**given, "codes": tuple(codes)}), file, line, len(codes))
    except ValidationError as error:
        return [fault_of(finding, file, line) for finding in form_findings(error)]


def _read_code(
    kind: VersionedFile, row: Row, file: str, found: _Versions, seen: dict[tuple[str, ...], int]
) -> list[FileFault]:
    read = read_row(kind.form, {**kind.columns, **kind.optional}, row, file)
    if isinstance(read, list):
        return read
    version = tuple(getattr(read, name) for name in kind.of_version)
    if doubled := repeated(seen, (*map(str, version), getattr(read, kind.code_name)), row, file):
        return doubled
    one = kind.code(**{name: getattr(read, name) for name in kind.code.model_fields})
    found.setdefault(version, (row.line, []))[1].append(one)
    return []
