"""Files of JSON Lines, read as they go by; what stands in a line is not read here."""

from collections.abc import Iterator
from pathlib import Path

BOM = b"\xef\xbb\xbf"


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number from 1; without a byte order mark."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.removeprefix(BOM) if number == 1 else line
            if text.strip():
                yield number, text
