"""Consumers that take any bytes: nothing that a client writes into a record stops the reading of a partition.

aiokafka decodes the names of headers while it unpacks a batch, and raises at the same offset for ever if a
name is not UTF-8 (`流水号` in GBK, as C and Go clients write it) or if a batch cannot be unpacked. Here it is
unpacked again with names of any bytes. A batch that still cannot be unpacked, or whose few bytes would unpack
to more than the memory has, becomes one record with its bytes and a header that says why.

Transactions are not waited for: a record counts once it is written, so that a node that opens a transaction
and goes away holds up nobody; records of an aborted transaction are decided like the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from struct import unpack_from
from typing import Any, NamedTuple

import cramjam
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, KafkaError
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

from shared.bus.fault import PlainError
from shared.bus.outside.envelope import UNREADABLE
from shared.bus.wire import Raw

_LENGTH_AT, _OVERHEAD = 8, 12  # a batch begins with its base offset and the length of all that follows
_CODEC_AT, _CODEC_MASK, _RECORDS_AT = 22, 7, 61
UNPACKED_BYTES = 32_000_000  # a broker bounds only packed bytes: 1 MB of zstd can be 30 GB
_ROOM = bytearray(UNPACKED_BYTES)
_CODECS: dict[int, tuple[Any, int]] = {  # by codec: how to unpack, and the largest possible growth
    1: (cramjam.gzip.decompress_into, 1_032),
    3: (cramjam.lz4.decompress_into, 255),
    4: (cramjam.zstd.decompress_into, 2**20),
}  # snappy needs no check: the largest batch a broker takes, grown 21 times, still fits


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer for the bus: commits nothing, checks sums, waits for no transaction, takes any bytes."""

    def __init__(self, bootstrap: str, **how: Any) -> None:
        super().__init__(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            isolation_level="read_uncommitted",
            check_crcs=True,
            **how,
        )

    async def getmany(self, *places: TopicPartition, **how: Any) -> Mapping[TopicPartition, list[Any]]:
        """Polls records, by partition. Raises FetchingEndedError if the task that fetches has ended."""
        fetching = self._fetcher.error_future
        if fetching.done() and not fetching.cancelled():
            raise FetchingEndedError("nothing is fetched any more") from fetching.exception()
        polled: Mapping[TopicPartition, list[Any]] = await super().getmany(*places, **how)
        return polled

    async def stop(self) -> None:
        """Closes the connection, even if the task that fetches has failed: `getmany` has raised that."""
        try:
            await super().stop()
        except KafkaError:
            await self._client.close()


class FetchingEndedError(PlainError):
    """The library's task that fetches has ended: without this error, polls would stay empty for ever."""


def raw_of(record: Any) -> Raw:
    """Makes a `Raw` of aiokafka's record, with the bytes of its key and headers counted."""
    r = record
    weight = len(r.key or b"")
    for name, value in r.headers:
        weight += len(name) + len(value or b"")
    return Raw(r.topic, r.partition, r.offset, r.key, r.value, r.headers, r.timestamp, weight)


class _Record(NamedTuple):
    """A record with the same fields as aiokafka's own."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes | None]]
    checksum: None = None


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch whose header names may be any bytes; bytes that are not UTF-8 become surrogates."""

    _pos: int

    def _read_msg(self) -> _Record:
        length = self._number()
        start = self._pos
        self._pos += 1  # the attributes are unused
        time_delta, offset_delta = self._number(), self._number()
        logged = self.timestamp_type == self.LOG_APPEND_TIME
        record = _Record(
            self.base_offset + offset_delta,
            self.max_timestamp if logged else self.first_timestamp + time_delta,
            self.timestamp_type,
            self._bytes(),
            self._bytes(),
            [(self._name(), self._bytes()) for _ in range(self._number())],
        )
        if self._pos - start != length:
            raise CorruptRecordException("a record's length is not that of its parts")
        return record

    def _number(self) -> int:
        number, self._pos = decode_varint(self._buffer, self._pos)
        return int(number)

    def _bytes(self) -> bytes | None:
        length = self._number()
        if length < 0:
            return None
        start, self._pos = self._pos, self._pos + length
        return bytes(self._buffer[start : self._pos])

    def _name(self) -> str:
        return (self._bytes() or b"").decode(errors="surrogateescape")


class BombError(Exception):
    """A batch would unpack to more bytes than any honest one does."""


def _expect_to_fit(batch: memoryview) -> None:
    """Unpacks a batch that may be too large into a bounded buffer. Raises BombError if it does not fit."""
    unpack, at_most = _CODECS.get(batch[_CODEC_AT] & _CODEC_MASK, (None, 0))
    packed = batch[_RECORDS_AT:]
    if unpack is None or len(packed) * at_most <= UNPACKED_BYTES:
        return
    try:
        unpack(packed, _ROOM)
    except cramjam.DecompressionError as error:
        raise BombError(f"more than {UNPACKED_BYTES} bytes") from error


class _Batch:
    """One batch: unpacked by aiokafka, or else leniently, or else given as one record that says why not."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch, self._data = batch, data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            _expect_to_fit(self._data)
            yield from self._batch
        except Exception as error:
            yield from self._again(error)

    def __next__(self) -> Any:
        return next(self._batch)

    def _again(self, error: Exception) -> list[_Record]:
        """Gives all records of the batch, even those given before: the fetcher skips these by offset."""
        try:
            _expect_to_fit(self._data)
            return list(_LenientBatch(self._data))
        except Exception:
            last = self._batch.next_offset - 1  # after any record given before
            why = [(UNREADABLE, type(error).__name__.encode())]
            return [_Record(last, 0, 0, None, bytes(self._data), why)]


class _Records:
    """The batches that one fetch brought of a partition; stands in for aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._inner, self._data, self._at = MemoryRecords(data), memoryview(data), 0
        self.has_next, self.size_in_bytes = self._inner.has_next, self._inner.size_in_bytes

    def next_batch(self) -> _Batch | None:
        """The next batch, with its bytes in case it cannot be unpacked; None at the end."""
        batch = self._inner.next_batch()
        if batch is None:
            return None
        (length,) = unpack_from(">i", self._data, self._at + _LENGTH_AT)
        start, self._at = self._at, self._at + _OVERHEAD + length
        return _Batch(batch, self._data[start : self._at])


# The only class of aiokafka that is replaced: its fetcher makes one for each fetch, in the whole process.
fetcher.MemoryRecords = _Records
