"""Chunks as bytes are those that their class writes, and the file's digest is worked out as they pass."""

from services.clearing.months.chunks import FileDigests, chunk_json, rows_digest
from shared.messages.clearing.batches import BatchChunk, chunk_digest, csv_digest, csv_rows
from tests.adapter.given.batches import batch


def test_a_chunk_of_rows_has_the_bytes_and_the_digest_of_one_of_lines() -> None:
    chunks, manifest = batch(503)
    for chunk in chunks:
        rows = csv_rows(chunk.lines).decode()
        written = chunk_json(manifest.head, chunk.number, rows)
        assert written == chunk.model_dump_json().encode()
        assert BatchChunk.model_validate_json(written) == chunk
        assert rows_digest(rows) == chunk_digest(chunk.lines)


def test_a_file_has_a_digest_once_all_its_chunks_were_read_in_order() -> None:
    chunks, _ = batch(1_203)
    rows = [csv_rows(chunk.lines).decode() for chunk in chunks]
    expected = csv_digest([line for chunk in chunks for line in chunk.lines])
    for order, digest in (
        ((0, 1, 2), expected),
        ((1, 0, 1, 2), expected),  # it began in the middle, and was taken from the beginning again
        ((0, 1), None),
        ((1, 2), None),
        ((0, 1, 1, 2), None),  # a turn that was dropped is read again
        ((0, 2, 1), None),
    ):
        files = FileDigests()
        for number in order:
            files.add("s1", number, rows[number])
        assert files.take("s1", len(chunks)) == digest
        assert files.take("s1", len(chunks)) is None
