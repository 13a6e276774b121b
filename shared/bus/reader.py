"""Reads a partition of the log from its beginning to its present end, without a group and without committing.

For checks and rebuilding; a service's streams are read by the worker.
"""

from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CorruptRecordException

from shared.bus.admin import Admin
from shared.bus.wire import Raw

_PAGE = 2_000
_WAIT_MS = 1_000
_STALLED = 20  # empty polls in a row before the end


class UnreadableLogError(Exception):
    """The partition cannot be read to its end: it is gone, or a checksum in it is wrong."""


async def read_partition(bootstrap: str, topic: str, partition: int) -> AsyncIterator[Raw]:
    """Every record between the log's beginning and its end as of now, in order.

    Raises UnreadableLogError.
    """
    # A partition that is missing raises nothing under manual assignment: it would be waited for without end.
    if partition >= await Admin(bootstrap).partitions(topic):
        raise UnreadableLogError(f"{topic}/{partition} does not exist")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=_PAGE,
        check_crcs=True,
    )
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        async for raw in _read(consumer, place):
            yield raw
    except CorruptRecordException as error:
        raise UnreadableLogError(f"{topic}/{partition}: {error}") from error
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, place: TopicPartition) -> AsyncIterator[Raw]:
    end = (await consumer.end_offsets([place]))[place]
    stalled = 0
    while await consumer.position(place) < end:
        polled = await consumer.getmany(place, timeout_ms=_WAIT_MS, max_records=_PAGE)
        stalled = 0 if polled else stalled + 1
        if stalled > _STALLED:
            raise UnreadableLogError(f"{place.topic}/{place.partition}: nothing came before offset {end}")
        for record in polled.get(place, ()):
            if record.offset < end:
                yield Raw(
                    place.topic,
                    place.partition,
                    record.offset,
                    record.key or b"",
                    record.value or b"",
                    record.headers,
                    record.timestamp,
                )
