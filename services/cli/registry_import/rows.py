"""From cells to a message: how a cell becomes a value, a row a form, and when a row stands twice."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.cli.registry_import.origin import KEEP_ONE, FileFault, fault_of
from services.cli.registry_import.sheets.habits import SlipError, day_of, half_width, of_width
from services.cli.registry_import.table import Row
from shared.findings import form_findings

Cell = Callable[[str], Any]

_YES_NO = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}

_PROOF = re.compile(r"(?:\\.|[^;\s])(?:\\.|[^;\s]|\s+(?=[^;\s]))*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"[\\;]|\A\s|\s\Z")


def _often(cell: Cell) -> Cell:
    """Remembers what cells came to whose values stand in very many rows."""
    return lru_cache(4_096)(cell)


def text(cell: str) -> str:
    """Words as they stand, such as a name."""
    return cell


def code(cell: str) -> str:
    """A code, in half width. Raises SlipError."""
    return half_width(cell)


def wide(width: int) -> Cell:
    """A code of so many characters, whose zeros a spreadsheet may have lost: then it raises SlipError."""
    return partial(of_width, width=width)


area, scheme, two_digits, bank_code = map(_often, map(wide, (6, 3, 2, 12)))


def integer(cell: str) -> int | str:
    """A whole number; anything else stays text, for the form to refuse. Raises SlipError."""
    cell = half_width(cell)
    return int(cell) if re.fullmatch(r"-?[0-9]{1,18}", cell) else cell


@_often
def day(cell: str) -> date | str:
    """A date YYYY-MM-DD, or as spreadsheets show it; anything else stays text, for the form to refuse."""
    try:
        return date.fromisoformat(cell) if len(cell) == 10 else day_of(cell)
    except ValueError:
        return day_of(cell)


@_often
def yes_no(cell: str) -> bool | str:
    """A cell with yes or no, 是 or 否; anything else stays text, for the form to refuse."""
    return _YES_NO.get(cell.lower(), cell)


@_often
def several(cell: str) -> tuple[str, ...]:
    """Several values, with semicolons between them."""
    return tuple(part.strip() for part in half_width(cell).split(";") if part.strip())


def institutions(cell: str) -> tuple[dict[str, str], ...]:
    """Several institutions by their codes, with semicolons between them."""
    return tuple({"institution_id": code} for code in several(cell))


def proofs(cell: str) -> tuple[str, ...]:
    """Several texts as they stand, with semicolons between them; what stands behind a backslash is text."""
    return tuple(_ESCAPED.sub(r"\1", text) for text in _PROOF.findall(cell))


def as_cell(texts: Sequence[str]) -> str:
    """Several texts as `proofs` reads them again: a semicolon, a backslash, a blank at an end is escaped."""
    return ";".join(_TO_ESCAPE.sub(r"\\\g<0>", text) for text in texts)


Form = TypeVar("Form", bound=BaseModel)


def read_row(form: type[Form], columns: Mapping[str, Cell], row: Row, file: str) -> Form | list[FileFault]:
    """A row in the form of a message; or its faults."""
    values: dict[str, Any] = {}
    slips: list[FileFault] = []
    for name, cell in row.cells.items():
        try:
            value = columns[name](cell)
        except SlipError as slip:
            slips.append(FileFault(file, row.line, name, slip.zh, slip.en, slip.remedy))
            continue
        if "." in name:
            record, _, field = name.rpartition(".")
            values.setdefault(record, {})[field] = value
        else:
            values[name] = value
    try:
        return slips or form.model_validate(values)
    except ValidationError as error:
        return [fault_of(finding, file, row.line) for finding in form_findings(error)]


def repeated(lines: dict[tuple[str, ...], int], key: tuple[str, ...], row: Row, file: str) -> list[FileFault]:
    """The fault of a row whose name stands on an earlier line; remembers the line."""
    first = lines.setdefault(key, row.line)
    return [] if first == row.line else [stands_twice(key, first, row.line, file)]


def stands_twice(key: tuple[str, ...], first: int, line: int, file: str) -> FileFault:
    """The fault of a row whose name stands on the earlier line `first`."""
    name = " ".join(key)
    zh, en = f"{name} 与第{first}行重复", f"{name} stands on line {first} already"
    return FileFault(file, line, "", zh, en, KEEP_ONE)
