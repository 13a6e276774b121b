"""Reads partitions of the log from their beginning to their present end, without a group or a commit.

For checks and rebuilding; a service's streams are read by the worker.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException

from shared.bus.admin import Admin
from shared.bus.consumer import Consumer, raw_of
from shared.bus.wire import Raw

_PAGE = 2_000
_WAIT_MS = 1_000
_LINGER_MS = 10  # a fetch that waits at one partition's end holds up the first of the next
_STALLED = 20  # empty polls in a row before the end


class UnreadableLogError(Exception):
    """The partition cannot be read to its end: it is gone, or a checksum in it is wrong."""


class LogReader:
    """Reads one partition after another over one connection."""

    def __init__(self, consumer: Consumer, admin: Admin) -> None:
        self._consumer = consumer
        self._admin = admin
        self._partitions: dict[str, int] = {}

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 where it is missing."""
        if topic not in self._partitions:
            self._partitions[topic] = await self._admin.partitions(topic)
        return self._partitions[topic]

    async def has_records(self, topic: str, partition: int) -> bool:
        """Whether a partition holds, or once held, a record."""
        return (await self._end(TopicPartition(topic, partition))) > 0

    async def ends(self, topic: str) -> list[int]:
        """Where each partition of a topic ends now; empty where the topic is missing."""
        count = await self.partitions(topic)
        return [await self._end(TopicPartition(topic, partition)) for partition in range(count)]

    async def read(self, topic: str, partition: int) -> AsyncIterator[Raw]:
        """Every record between the log's beginning and its end as of now, in order.

        Raises UnreadableLogError.
        """
        # A partition that is missing raises nothing when assigned: it would be waited for without end.
        if partition >= await self.partitions(topic):
            raise UnreadableLogError(f"{topic}/{partition} does not exist")
        place = TopicPartition(topic, partition)
        self._consumer.assign([place])
        await self._consumer.seek_to_beginning(place)
        try:
            async for raw in self._read(place):
                yield raw
        except CorruptRecordException as error:
            raise UnreadableLogError(f"{topic}/{partition}: {error}") from error

    async def _end(self, place: TopicPartition) -> int:
        end: int = (await self._consumer.end_offsets([place]))[place]
        return end

    async def _read(self, place: TopicPartition) -> AsyncIterator[Raw]:
        end = await self._end(place)
        stalled = 0
        while await self._consumer.position(place) < end:
            polled = await self._consumer.getmany(place, timeout_ms=_WAIT_MS, max_records=_PAGE)
            stalled = 0 if polled else stalled + 1
            if stalled > _STALLED:
                raise UnreadableLogError(f"{place.topic}/{place.partition}: nothing came before offset {end}")
            for record in polled.get(place, ()):
                if record.offset < end:
                    yield raw_of(record)


@asynccontextmanager
async def open_log(bootstrap: str) -> AsyncIterator[LogReader]:
    """A reader of the broker's log."""
    consumer = Consumer(
        bootstrap, auto_offset_reset="earliest", max_poll_records=_PAGE, fetch_max_wait_ms=_LINGER_MS
    )
    await consumer.start()
    try:
        yield LogReader(consumer, Admin(bootstrap))
    finally:
        await consumer.stop()


async def read_partition(bootstrap: str, topic: str, partition: int) -> AsyncIterator[Raw]:
    """One partition of the log, as `LogReader.read` gives it."""
    async with open_log(bootstrap) as log:
        async for raw in log.read(topic, partition):
            yield raw
