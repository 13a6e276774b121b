"""Catalogue files `catalogues/AREA.csv`: items of one treatment area, published in pages."""

import re
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from services.enrollment.registry_files.origin import RENAME, Entry, FileContent, FileFault
from services.enrollment.registry_files.rows import Cell, day, integer, read_row, repeated, text
from services.enrollment.registry_files.table import Row, read_rows
from shared.messages.enrollment import CatalogueItem, PublishCatalogue

PAGE_ITEMS = 500
"""The most items of one page."""

FOLDER = "catalogues"


class _Item(CatalogueItem):
    in_force_from: date


class _Line(NamedTuple):
    item: _Item
    line: int


_COLUMNS: dict[str, Cell] = {
    "item": text,
    "category": text,
    "level": text,
    "price_limit": text,
    "pre_self_pay_bp": integer,
    "in_force_from": day,
}


def read_catalogue(path: Path) -> FileContent:
    """The pages of one area's catalogue, items in the order of their start and name."""
    file = f"{FOLDER}/{path.name}"
    if not re.fullmatch(r"[0-9]{6}", path.stem):
        fault = FileFault(
            file, 0, "", "文件名应为六位行政区划", "must be named by its six-digit area", RENAME
        )
        return FileContent(faults=[fault])
    items, faults = _read_items(path, file)
    return FileContent(_pages(path.stem, file, items), faults)


def _read_items(path: Path, file: str) -> tuple[list[_Line], list[FileFault]]:
    items: list[_Line] = []
    faults: list[FileFault] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in read_rows(path, file, tuple(_COLUMNS)):
        read = row if isinstance(row, FileFault) else _read_item(row, file, lines)
        if isinstance(read, _Line):
            items.append(read)
        else:
            faults += [read] if isinstance(read, FileFault) else read
    return items, faults


def _read_item(row: Row, file: str, lines: dict[tuple[str, ...], int]) -> _Line | list[FileFault]:
    read = read_row(_Item, _COLUMNS, row, file)
    if isinstance(read, list):
        return read
    key = (read.item, read.in_force_from.isoformat())
    return repeated(lines, key, row, file) or _Line(read, row.line)


def _pages(area: str, file: str, items: list[_Line]) -> list[Entry]:
    ordered = sorted(items, key=lambda line: (line.item.in_force_from, line.item.item))
    pages = []
    for start, group in groupby(ordered, key=lambda line: line.item.in_force_from):
        lines = list(group)
        for number, first in enumerate(range(0, len(lines), PAGE_ITEMS), 1):
            pages.append(_page(area, file, start, number, lines[first : first + PAGE_ITEMS]))
    return pages


def _page(area: str, file: str, start: date, number: int, lines: list[_Line]) -> Entry:
    items = tuple(CatalogueItem(**line.item.model_dump(exclude={"in_force_from"})) for line in lines)
    page_id = f"{area}-{start:%Y%m%d}-{number:03d}"
    body = PublishCatalogue(page_id=page_id, area=area, in_force_from=start, items=items)
    return Entry(body, file, lines[0].line)
