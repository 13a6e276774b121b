"""Rows as the columns that a statement with unnest takes, and the check that all of them were written."""

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows turned into columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def expect(status: str, count: int, table: str) -> None:
    """Raises RuntimeError when a statement did not write `count` rows."""
    if int(status.rsplit(maxsplit=1)[-1]) != count:
        raise RuntimeError(f"{table}: {status}, expected {count}")
