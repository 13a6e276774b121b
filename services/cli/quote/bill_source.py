"""A file of bills: one JSON object, or JSON Lines with one bill a line. Only told apart here, not read."""

import json
from itertools import islice
from pathlib import Path

from services.cli.json_lines import BOM, numbered_lines

_LINES_SUFFIXES = (".jsonl", ".ndjson")
# A longer file whose first line is no JSON is taken for lines rather than read into memory.
_LARGEST_OBJECT_BYTES = 16 * 1024 * 1024


def is_json_lines(path: Path) -> bool:
    """Whether the file holds a bill a line; one object over one or many lines is a bill of its own."""
    if path.suffix in _LINES_SUFFIXES:
        return True
    first = [text for _, text in islice(numbered_lines(path), 100)]
    if not first or _is_object(first[0]):
        return len(first) > 1
    if path.stat().st_size <= _LARGEST_OBJECT_BYTES and _is_object(bill_text(path)):
        return False
    return any(_is_object(text) for text in first)


def bill_text(path: Path) -> bytes:
    """The whole file."""
    return path.read_bytes().removeprefix(BOM)


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
