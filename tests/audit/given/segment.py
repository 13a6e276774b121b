"""Forges a record in a broker's segment file, with a valid checksum: what an intruder on its disk can do.

Knows the record batch format, version 2, as Kafka documents it. Sizes are kept, so that no index moves.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from aiokafka.record.util import calc_crc32c

_HEAD = struct.Struct(">qiibIhiqqqhii")  # base offset … records count
_CRC_AT, _CRC_FROM = 17, 21


def forge(folder: Path, old: bytes, new: bytes) -> None:
    """Puts `new` for `old`, which is as long, in the first batch that holds it; batches are not packed.

    Raises LookupError where no batch holds it.
    """
    for segment in sorted(folder.glob("*.log")):
        data = segment.read_bytes()
        for start, batch in _batches(data):
            if old in batch:
                with segment.open("r+b") as file:
                    file.seek(start)
                    file.write(_with_checksum(batch.replace(old, new)))
                return
    raise LookupError(f"{old!r} in {folder}")


def _batches(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start + _HEAD.size <= len(data):
        length = 12 + struct.unpack_from(">i", data, start + 8)[0]
        yield start, data[start : start + length]
        start += length


def _with_checksum(batch: bytes) -> bytes:
    crc = struct.pack(">I", calc_crc32c(batch[_CRC_FROM:]))
    return batch[:_CRC_AT] + crc + batch[_CRC_FROM:]
