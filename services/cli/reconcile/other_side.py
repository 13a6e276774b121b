"""Reads the other side's list of a month, CSV or JSON Lines; the first thing that cannot be stops it."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from services.cli.json_lines import numbered_lines
from services.cli.registry_import.origin import FileFault, Remedy
from services.cli.registry_import.rows import integer
from services.cli.registry_import.table import read_rows
from shared.findings import Finding, form_findings
from shared.messages.body import Fen, Identifier, Month
from shared.month.facts import Day, SignedAmounts
from shared.month.funds import Funds
from shared.reconcile.cause import Kind
from shared.reconcile.differences import Entry, Key, Side
from shared.reconcile.ours import neighbours

MOST_BYTES = 128 * 2**20
"""A list is held in memory whole: so many bytes are a million rows."""

_CORRECT = Remedy("请更正该行", "Correct the line")
_SPLIT = Remedy("请按医药机构拆分后分别核对", "Split it by institution and compare each part")
_NAME_FILE = Remedy("请给出 CSV 或 JSON Lines 文件", "Name a CSV or JSON Lines file")
_COMPARE_MONTH = Remedy("请只列本月及前后各一个月", "List the month itself, the one before and the one after")
_FUNDS = Funds._fields
_NEEDED = ("type", "settlement_id", "day", "total_fen", *_FUNDS)


class InvalidListError(Exception):
    """The other side's list cannot be compared; the message names file, line, what, and what to do."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(str(fault))


@dataclass(config=ConfigDict(strict=True, extra="forbid"), frozen=True, slots=True)
class _Row(SignedAmounts):
    type: Kind
    settlement_id: Identifier
    day: Day
    total_fen: Fen
    month: Month | None = None


_ROW = TypeAdapter(_Row)


def read_other_side(path: Path, month: str) -> Side:
    """The list of a month. Raises InvalidListError, OSError.

    A row that names no month is of this one; rows of the month before and after only tell where a settlement
    went that the month itself lacks.
    """
    _check_size(path)
    entries, beside, near = [], {}, neighbours(month)
    for number, row in _rows(path):
        entry = _entry(path, number, row)
        if row.month in (None, month):
            entries.append(entry)
        elif row.month in near:
            beside[entry.key] = row.month
        else:
            raise _invalid(path, number, _of_another(month, row.month), _COMPARE_MONTH)
    return Side(entries, beside)


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if not path.is_file():
        raise _invalid(path, 0, Finding("", "不是文件", "is not a file"), _NAME_FILE)
    if size > MOST_BYTES:
        most = f"{MOST_BYTES // 2**20} MiB"
        raise _invalid(path, 0, Finding("", f"超过 {most}", f"is larger than {most}"), _SPLIT)


def _rows(path: Path) -> Iterator[tuple[int, _Row]]:
    lines = numbered_lines(path)
    first = next(islice(lines, 1), None)
    if first and first[1].lstrip().startswith(b"{"):
        return _json_rows(path)
    return _csv_rows(path)


def _json_rows(path: Path) -> Iterator[tuple[int, _Row]]:
    for number, text in numbered_lines(path):
        try:
            yield number, _ROW.validate_json(text)
        except ValidationError as error:
            raise _invalid(path, number, form_findings(error)[0]) from None


def _csv_rows(path: Path) -> Iterator[tuple[int, _Row]]:
    for row in read_rows(path, str(path), _NEEDED, ("month",)):
        if isinstance(row, FileFault):
            raise InvalidListError(row)
        try:
            yield row.line, _Row(**_values(row.cells))
        except ValidationError as error:
            raise _invalid(path, row.line, form_findings(error)[0]) from None


def _values(cells: Mapping[str, str]) -> dict[str, Any]:
    return {name: integer(cell) if name.endswith("_fen") else cell for name, cell in cells.items()}


def _entry(path: Path, number: int, row: _Row) -> Entry:
    entry = Entry(Key(row.settlement_id, row.type), row.day, row.total_fen, row.funds)
    sign = 1 if row.type == "settled" else -1
    for name, fen in zip(("total_fen", *_FUNDS), (row.total_fen, *row.funds), strict=True):
        if sign * fen < 0:
            raise _invalid(path, number, _wrong_sign(name, row.type))
    return entry


def _wrong_sign(name: str, kind: Kind) -> Finding:
    if kind == "reversed":
        return Finding(name, "冲正的金额不得大于 0", "must not be above 0 in a reversal")
    return Finding(name, "结算的金额不得小于 0", "must not be below 0 in a settlement")


def _of_another(month: str, told: str | None) -> Finding:
    return Finding("month", f"{told} 不与 {month} 相邻", f"{told} is not beside {month}")


def _invalid(path: Path, line: int, finding: Finding, remedy: Remedy = _CORRECT) -> InvalidListError:
    return InvalidListError(FileFault(str(path), line, finding.place, finding.zh, finding.en, remedy))
