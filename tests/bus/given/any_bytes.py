"""Record batches as a client in another language may write them: names of headers are bytes there."""

import socket
import struct
from collections.abc import Sequence

from aiokafka.codec import lz4_encode
from aiokafka.record.util import calc_crc32c, encode_varint

Named = Sequence[tuple[bytes, bytes | None]]
_LZ4 = 3
_HEAD = struct.Struct(">qiibIhiqqqhii")


def record(
    value: bytes | None, headers: Named, *, key: bytes | None = b"P1", number: int = 0, late_ms: int = 0
) -> bytes:
    """One record of a batch, the `number`th of it."""
    parts = bytearray(1)
    for delta in (late_ms, number):
        _varint(parts, delta)
    for part in (key, value):
        _sized(parts, part)
    _varint(parts, len(headers))
    for name, text in headers:
        _sized(parts, name)
        _sized(parts, text)
    whole = bytearray()
    _varint(whole, len(parts))
    return bytes(whole + parts)


def batch(
    records: Sequence[bytes], *, codec: int = _LZ4, time_ms: int = 0, body: bytes | None = None
) -> bytes:
    """A batch of records, compressed; `body` stands in their place."""
    plain = b"".join(records)
    packed = body if body is not None else lz4_encode(plain) if codec == _LZ4 else plain
    last = len(records) - 1
    head = (codec, last, time_ms, time_ms, -1, -1, -1, len(records))
    after_crc = _HEAD.pack(0, 0, 0, 2, 0, *head)[21:] + packed
    return struct.pack(">qiibI", 0, len(after_crc) + 9, -1, 2, calc_crc32c(after_crc)) + after_crc


def produce(bootstrap: str, topic: str, partition: int, data: bytes) -> int:
    """Sends a batch as it is to a broker; gives the broker's error code, 0 when it was taken."""
    host, _, port = bootstrap.rpartition(":")
    text = topic.encode()
    request = (
        struct.pack(">hhih", 0, 3, 1, 1)
        + b"c"  # client id
        + struct.pack(">hhii", -1, -1, 10_000, 1)
        + struct.pack(f">h{len(text)}sii", len(text), text, 1, partition)
        + struct.pack(">i", len(data))
        + data
    )
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", _read(line, 4))
        answer = _read(line, length)
    (code,) = struct.unpack_from(">h", answer, 4 + 4 + 2 + len(text) + 4 + 4)
    return int(code)


def _read(line: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += line.recv(length - len(found))
    return found


def _sized(parts: bytearray, text: bytes | None) -> None:
    _varint(parts, -1 if text is None else len(text))
    parts += text or b""


def _varint(parts: bytearray, number: int) -> None:
    encode_varint(number, parts.append)
