"""Reading one CSV file into rows of named cells: encoding, header, number of cells. No meaning yet."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import COMPARE_HEADER, MEND, SAVE_AS_UTF8, FileFault, Remedy


class Row(NamedTuple):
    """One row: the line it begins on, and its cells that are not empty, by column."""

    line: int
    cells: dict[str, str]


def read_text(path: Path, file: str) -> str | FileFault:
    """The file's text, with or without a byte order mark; other encodings are a fault."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return _not_utf8(file)


def read_rows(
    path: Path, file: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[Row | FileFault]:
    """The rows below the header, which names `columns` in any order; blank rows are left out.

    `optional` columns may be missing. Read as it is asked for: a file may be larger than the memory.
    """
    lines = _cells(path, file)
    header = next(lines, None)
    if header is None or isinstance(header, FileFault):
        yield header or FileFault(file, 1, "", "文件是空的", "is empty", COMPARE_HEADER)
        return
    faults = list(_header_faults(file, header[1], columns, optional))
    yield from faults or (_row(file, header[1], line) for line in lines)


def _cells(path: Path, file: str) -> Iterator[tuple[int, list[str]] | FileFault]:
    line = 1
    with path.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield line, stripped
                line = reader.line_num + 1
        except csv.Error as error:
            yield FileFault(file, line, "", f"不是有效的CSV：{error}", f"is not CSV: {error}")
        except UnicodeDecodeError:
            yield _not_utf8(file)


def _not_utf8(file: str) -> FileFault:
    return FileFault(file, 0, "", "不是UTF-8编码", "is not UTF-8", SAVE_AS_UTF8)


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


def _row(file: str, header: list[str], given: tuple[int, list[str]] | FileFault) -> Row | FileFault:
    if isinstance(given, FileFault):
        return given
    line, cells = given
    if len(cells) != len(header):
        zh, en = f"有{len(cells)}格，应为{len(header)}格", f"has {len(cells)} cells, not {len(header)}"
        return FileFault(file, line, "", zh, en, _quote(len(cells) > len(header)))
    return Row(line, {name: cell for name, cell in zip(header, cells, strict=True) if cell})


def _quote(too_many: bool) -> Remedy:
    return Remedy("含逗号的内容加双引号", "Put text with commas in double quotes") if too_many else MEND
