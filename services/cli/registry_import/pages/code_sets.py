"""The file `code_sets`: published versions of code sets (业务编码), a row a code, each version whole."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path

from pydantic import ValidationError

from services.cli.registry_import.origin import Entry, FileContent, FileFault, fault_of
from services.cli.registry_import.rows import Cell, code, day, integer, read_row, repeated, text
from services.cli.registry_import.table import Row, read_rows, sheets_of
from shared.findings import form_findings
from shared.messages.body import Identifier, Text
from shared.messages.enrollment.network.code_sets import Code, PublishCodeSet, Version

NAME = "code_sets"


class _Code(Code):
    set_id: Identifier
    set_version: Version
    in_force_from: date
    source: Text


COLUMNS: dict[str, Cell] = {
    "set_id": code,
    "set_version": integer,
    "in_force_from": day,
    "source": text,
    "code": code,
    "name_zh": text,
}
OPTIONAL: dict[str, Cell] = {"name_en": text}
_Told = tuple[str, int, date, str]
_Sets = dict[_Told, tuple[int, list[Code]]]


def read_code_sets(folder: Path) -> FileContent:
    """Each version that the file names, at its first row; nothing if there is no file."""
    content, found, seen = FileContent(), _Sets(), dict[tuple[str, ...], int]()
    entries: list[Entry] = []
    for path in sheets_of(folder, NAME):
        for row in read_rows(path, path.name, tuple(COLUMNS), tuple(OPTIONAL)):
            told = [row] if isinstance(row, FileFault) else _read_code(row, path.name, found, seen)
            content.faults += told
        for told_of, (line, codes) in sorted(found.items()):
            made = _version(told_of, codes, path.name, line)
            if isinstance(made, Entry):
                entries.append(made)
            else:
                content.faults += made
    content.entries = entries
    return content


def by_version(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The versions to publish together: the first of each set, then the next ones."""

    def version(entry: Entry) -> int:
        assert isinstance(entry.body, PublishCodeSet)
        return entry.body.set_version

    return [list(part) for _, part in groupby(sorted(entries, key=version), key=version)]


def _version(told: _Told, codes: list[Code], file: str, line: int) -> Entry | list[FileFault]:
    set_id, set_version, start, source = told
    given = {"set_id": set_id, "set_version": set_version, "in_force_from": start, "source": source}
    try:
        return Entry(PublishCodeSet.model_validate({**given, "codes": tuple(codes)}), file, line, len(codes))
    except ValidationError as error:
        return [fault_of(finding, file, line) for finding in form_findings(error)]


def _read_code(row: Row, file: str, found: _Sets, seen: dict[tuple[str, ...], int]) -> list[FileFault]:
    read = read_row(_Code, {**COLUMNS, **OPTIONAL}, row, file)
    if isinstance(read, list):
        return read
    if doubled := repeated(seen, (read.set_id, str(read.set_version), read.code), row, file):
        return doubled
    one = Code(code=read.code, name_zh=read.name_zh, name_en=read.name_en)
    told = (read.set_id, read.set_version, read.in_force_from, read.source)
    found.setdefault(told, (row.line, []))[1].append(one)
    return []
