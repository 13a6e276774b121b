"""Forges a record in a broker's segment file, with a valid checksum: what an intruder on its disk can do.

Knows the record batch format, version 2, as Kafka documents it. Sizes are kept, so that no index moves.
"""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from aiokafka.codec import gzip_decode, gzip_encode, lz4_decode, snappy_decode, snappy_encode
from aiokafka.record._crecords import default_records
from aiokafka.record.util import calc_crc32c

_HEAD = struct.Struct(">qiibIhiqqqhii")  # base offset … records count
_CRC_AT, _CRC_FROM = 17, 21
Codec = Callable[[bytes], bytes]
_CODECS: dict[int, tuple[Codec, Codec]] = {
    0: (bytes, bytes),
    1: (gzip_decode, gzip_encode),
    2: (snappy_decode, snappy_encode),
    3: (
        lz4_decode,
        lambda records: bytes(default_records.lz4_encode(records)),
    ),  # at our own level
}


def forge(folder: Path, old: bytes, new: bytes) -> None:
    """Puts `new` for `old` (as long, with `#` standing for any digit) in the first batch that holds it.

    Raises LookupError where no batch holds it or none can be made of the same size.
    """
    for segment in sorted(folder.glob("*.log")):
        data = segment.read_bytes()
        for start, batch in _batches(data):
            forged = _forge_batch(batch, old, new)
            if forged:
                with segment.open("r+b") as file:
                    file.seek(start)
                    file.write(forged)
                return
    raise LookupError(f"{old!r} in {folder}")


def _batches(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start + _HEAD.size <= len(data):
        length = 12 + struct.unpack_from(">i", data, start + 8)[0]
        yield start, data[start : start + length]
        start += length


def _forge_batch(batch: bytes, old: bytes, new: bytes) -> bytes | None:
    decode, encode = _CODECS[_HEAD.unpack_from(batch)[5] & 7]
    records = decode(batch[_HEAD.size :])
    if old not in records:
        return None
    for digit in b"0123456789":
        payload = encode(records.replace(old, new.replace(b"#", bytes([digit]))))
        if len(payload) == len(batch) - _HEAD.size and payload != batch[_HEAD.size :]:
            return _with_checksum(batch[: _HEAD.size] + payload)
    return None


def _with_checksum(batch: bytes) -> bytes:
    crc = struct.pack(">I", calc_crc32c(batch[_CRC_FROM:]))
    return batch[:_CRC_AT] + crc + batch[_CRC_FROM:]
