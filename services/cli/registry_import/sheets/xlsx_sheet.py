"""Reads an XLSX file as rows of cells, one at a time (ECMA-376): values as text, formulas as formulas.

Nothing is calculated, and nothing outside of the file is fetched. A workbook has one sheet with something in
it: which of several is meant would be chance.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from lxml import etree

from services.cli.registry_import.origin import FileFault, Remedy
from services.cli.registry_import.sheets.csv_sheet import Cells
from services.cli.registry_import.sheets.xlsx_values import Book, read_book, text_of

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
_ONE_SHEET = Remedy("只保留一张工作表", "Keep one sheet")
_SAVE_ANEW = Remedy("另存为XLSX或CSV（UTF-8）", "Save it as XLSX, or as CSV in UTF-8")


class _Sheet(NamedTuple):
    archive: ZipFile
    book: Book
    part: str


def read_xlsx(path: Path, file: str) -> Iterator[Cells | FileFault]:
    """Every row of the workbook's one sheet; what cannot be read is a fault, and the last thing given."""
    try:
        with ZipFile(path) as archive:
            book = read_book(archive)
            filled = [part for part in book.sheets if _is_filled(_Sheet(archive, book, part))]
            if len(filled) > 1:
                zh, en = f"有{len(filled)}张工作表有内容", f"has {len(filled)} sheets with something in them"
                yield FileFault(file, 0, "", zh, en, _ONE_SHEET)
            elif filled:
                yield from _rows(_Sheet(archive, book, filled[0]))
    except (BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, OverflowError, zlib.error) as error:
        yield FileFault(file, 0, "", "不是有效的XLSX", f"is not XLSX: {error}"[:200], _SAVE_ANEW)


def _is_filled(sheet: _Sheet) -> bool:
    return any(any(cells) for _, cells in _rows(sheet))


def _rows(sheet: _Sheet) -> Iterator[Cells]:
    line = 0
    with sheet.archive.open(sheet.part) as part:
        for _, row in etree.iterparse(part, events=("end",), tag="{*}row", **_SAFE):
            line = int(row.get("r") or line + 1)
            if line > MOST_ROWS:
                raise ValueError(f"a row of number {line}")
            yield line, _cells(row, sheet.book)
            row.clear()
            while row.getprevious() is not None:  # or all rows that went by would stay in memory
                del row.getparent()[0]


def _cells(row: Any, book: Book) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren("{*}c"):
        column = _column(cell.get("r") or "") or len(cells) + 1
        if not len(cells) < column <= MOST_COLUMNS:
            raise ValueError(f"a cell at {cell.get('r')}")
        cells += [""] * (column - 1 - len(cells))
        cells.append(text_of(cell, book))
    return cells


def _column(place: str) -> int:
    """The number of a column by its letters, from 1; 0 where none are given."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number
