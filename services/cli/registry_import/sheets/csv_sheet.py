"""Reads a CSV file as rows of cells, one at a time: it may be larger than the memory."""

import csv
from collections.abc import Iterator
from pathlib import Path

from services.cli.registry_import.origin import SAVE_AS_UTF8, FileFault
from services.cli.registry_import.sheets.encoding import encoding_of

Cells = tuple[int, list[str]]
"""The line on which a row begins, from 1, and its cells as they stand."""


def read_csv(path: Path, file: str) -> Iterator[Cells | FileFault]:
    """Every row of the file; what cannot be read is a fault, and the last thing given."""
    encoding = encoding_of(path)
    if encoding is None:
        yield not_text(file)
        return
    line = 1
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            yield FileFault(file, line, "", f"不是有效的CSV：{error}", f"is not CSV: {error}")


def not_text(file: str) -> FileFault:
    """The fault of a file in an encoding that is not read."""
    return FileFault(file, 0, "", "不是UTF-8或GBK编码", "is neither UTF-8 nor GBK", SAVE_AS_UTF8)
