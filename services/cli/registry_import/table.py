"""Reading one CSV or XLSX file into rows of named cells: header, number of cells. No meaning yet."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import COMPARE_HEADER, MEND, FileFault, Remedy
from services.cli.registry_import.sheets.csv_sheet import Cells, read_csv
from services.cli.registry_import.sheets.habits import MARKED, SlipError, plain
from services.cli.registry_import.sheets.xlsx_sheet import read_xlsx

CSV, XLSX = ".csv", ".xlsx"


def sheets_of(folder: Path, name: str = "*") -> list[Path]:
    """The CSV and XLSX files of a folder, of any name or of one, in the order of their names."""
    return sorted(path for end in (CSV, XLSX) for path in folder.glob(name + end) if path.is_file())


class Row(NamedTuple):
    """One row: the line it begins on, and its cells that are not empty, by column."""

    line: int
    cells: dict[str, str]


def read_rows(
    path: Path, file: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[Row | FileFault]:
    """The rows below the header, which names `columns` in any order; blank rows are left out.

    `optional` columns may be missing. Read as it is asked for: a file may be larger than the memory.
    """
    lines = _filled(path, file)
    first = next(lines, None)
    if first is None or isinstance(first, FileFault):
        yield first or FileFault(file, 1, "", "文件是空的", "is empty", COMPARE_HEADER)
        return
    header = [cell.strip() for cell in first[1]]
    faults = list(_header_faults(file, header, columns, optional))
    yield from faults or (_row(file, header, line) for line in lines)


def _filled(path: Path, file: str) -> Iterator[Cells | FileFault]:
    """The rows in which something stands; in a sheet, each as wide as the header at least."""
    is_sheet, width = path.suffix == XLSX, 0
    for given in read_xlsx(path, file) if is_sheet else read_csv(path, file):
        if isinstance(given, FileFault):
            yield given
            continue
        line, cells = given
        if any(cell and not cell.isspace() for cell in cells):
            yield line, _of_width(cells, width) if is_sheet else cells
            width = width or len(cells)


def _of_width(cells: list[str], width: int) -> list[str]:
    """A sheet's row has no cells where nothing stands, and some where only a format does."""
    while len(cells) > width > 0 and not cells[-1]:
        cells.pop()
    return [*cells, *[""] * (width - len(cells))]


def _header_faults(
    file: str, header: list[str], columns: Sequence[str], optional: Sequence[str]
) -> Iterator[FileFault]:
    for name in columns:
        if name not in header:
            yield _at_header(file, name, "缺少此列", "the column is missing")
    for position, name in enumerate(header):
        if name not in columns and name not in optional:
            yield _at_header(file, name or f"#{position + 1}", "没有这一列", "is not a known column")
        elif name in header[:position]:
            yield _at_header(file, name, "此列重复", "the column stands twice")


def _at_header(file: str, column: str, zh: str, en: str) -> FileFault:
    return FileFault(file, 1, column, zh, en, COMPARE_HEADER)


def _row(file: str, header: list[str], given: Cells | FileFault) -> Row | FileFault:
    if isinstance(given, FileFault):
        return given
    line, cells = given
    if len(cells) != len(header):
        zh, en = f"有{len(cells)}格，应为{len(header)}格", f"has {len(cells)} cells, not {len(header)}"
        return FileFault(file, line, "", zh, en, _quote(len(cells) > len(header)))
    named, name = {}, ""
    try:
        for name, cell in zip(header, cells, strict=True):
            if bare := cell.strip():
                named[name] = plain(cell) if bare[0] in MARKED else bare
    except SlipError as slip:
        return FileFault(file, line, name, slip.zh, slip.en, slip.remedy)
    return Row(line, named)


def _quote(too_many: bool) -> Remedy:
    return Remedy("含逗号的内容加双引号", "Put text with commas in double quotes") if too_many else MEND
