"""Writes one CSV or XLSX file row by row: memory does not grow, and no cell is ever a formula."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter import Workbook

from services.cli.registry_import.sheets.habits import guarded
from services.cli.registry_import.sheets.xlsx_sheet import MOST_ROWS
from services.cli.registry_import.table import XLSX

Write = Callable[[Sequence[str | None]], None]
"""Writes a row: its cells as text, None for one that is left empty."""


class SheetFullError(Exception):
    """A workbook's sheet holds no further row."""


@contextmanager
def open_sheet(path: Path, header: Sequence[str]) -> Iterator[Write]:
    """A new file with its header, by the ending of its name. Its `Write` raises SheetFullError."""
    with (_workbook if path.suffix == XLSX else _csv)(path) as write:
        write(header)
        yield lambda cells: write([None if cell is None else guarded(cell) for cell in cells])


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    """UTF-8 with a byte order mark, without which spreadsheets take Chinese for something else."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file, lineterminator="\r\n").writerow


@contextmanager
def _workbook(path: Path) -> Iterator[Write]:
    """All cells are text, so that no program makes days or numbers of codes."""
    with Workbook(str(path), {"constant_memory": True}) as book:
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("登记 register")
        lines = iter(range(MOST_ROWS))

        def write(cells: Sequence[str | None]) -> None:
            line = next(lines, None)
            if line is None:
                raise SheetFullError(path.name)
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write_string(line, column, cell, as_text)

        yield write
