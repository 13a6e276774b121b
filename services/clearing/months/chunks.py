"""Chunks (批次分块) out of the rows of a statement's file, and the file's digest as they pass. Pure.

A million lines are only carried from a table to Kafka here: they stay text. Each value is an identifier, a
code, a day or a number by the patterns of `ClearingLine`, so none needs a quote in CSV or an escape in JSON.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from shared.messages.clearing.batches import COLUMNS, StatementHead, csv_head

_NUMBER = "_fen"
_LINE = ",".join(f'"{name}":%s' if name.endswith(_NUMBER) else f'"{name}":"%s"' for name in COLUMNS)
_CHUNK = '{"statement_id":"%s","number":%d,"lines":[%s],"insured_center":"%s","treatment_center":"%s"}'


def rows_of(lines: Sequence[str]) -> str:
    """Lines as rows of the statement's file."""
    return "\n".join(lines) + "\n"


def rows_digest(rows: str) -> str:
    """SHA-256 over rows, as `chunk_digest` works it out from lines."""
    return sha256(rows.encode()).hexdigest()


def chunk_json(head: StatementHead, number: int, rows: str) -> bytes:
    """A `BatchChunk` of these rows, byte for byte as its class would be written."""
    values = rows.replace("\n", ",").split(",")
    values.pop()
    lines = f"{{{'},{'.join([_LINE] * (len(values) // len(COLUMNS)))}}}" % tuple(values)
    names = (head.insured_center, head.treatment_center)
    return (_CHUNK % (head.statement_id, number, lines, *names)).encode()


class _Read(NamedTuple):
    """How far the file of a statement was read: its next chunk, its digest up to there."""

    number: int
    digest: Any


class FileDigests:
    """The digests of statements' files (清算明细表摘要), worked out while their chunks are read in order.

    Only a saving, kept in memory: what was not read from its beginning to its end by this process has none.
    """

    def __init__(self) -> None:
        self._read: dict[str, _Read] = {}

    def add(self, statement_id: str, number: int, rows: str) -> None:
        """Adds a chunk's rows; one read again, or out of order, lets the statement go without a digest."""
        read = self._read.pop(statement_id, None) if number else _Read(0, sha256(csv_head()))
        if read and read.number == number:
            read.digest.update(rows.encode())
            self._read[statement_id] = _Read(number + 1, read.digest)

    def take(self, statement_id: str, chunks: int) -> str | None:
        """The digest of a statement's file, if all its chunks were read; it is not kept any longer."""
        read = self._read.pop(statement_id, None)
        return read.digest.hexdigest() if read and read.number == chunks else None
