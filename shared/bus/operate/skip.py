"""Has a service step over (跳过) a record that it cannot take, whatever is wrong with it.

The record is kept, with its bytes if they can be read. The owner of the stream parks it as junk with the
reason that was given: it holds back nobody, and is published on `<service>.dead`.
"""

import asyncio
from contextlib import suppress

from aiokafka import TopicPartition

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.consumer import Consumer, raw_of
from shared.bus.database import connect_pool
from shared.bus.outside.envelope import UNREADABLE
from shared.bus.topics import read_by
from shared.bus.turn.held import pack_raw
from shared.bus.wire import Raw
from shared.stack import Servers

READ_S = 10.0


class NoSuchRecordError(Exception):
    """The service reads no such record, has taken it already, or steps over it already."""


async def skip(
    service: str, servers: Servers, topic: str, partition: int, offset: int, because: str
) -> Raw | None:
    """Has a service step over one record; gives the record, or None if it cannot be read.

    Raises NoSuchRecordError.
    """
    if topic not in {declared.name for declared in read_by(service)}:
        raise NoSuchRecordError(f"{service} 不读取 {topic} / does not read {topic}")
    await _expect(servers.kafka, topic, partition, offset)
    found = await _read(servers.kafka, topic, partition, offset)
    raw = found or Raw(topic, partition, offset, b"", b"", [(UNREADABLE, b"skipped unread")], 0)
    pool = await connect_pool(servers.postgres, service, size=1)
    try:
        async with pool.acquire() as tx:
            if not await store.skip(tx, topic, partition, offset, pack_raw(raw), because):
                raise NoSuchRecordError(
                    f"{topic}/{partition}/{offset} 已处理或已跳过 / was taken or stepped over before"
                )
    finally:
        await pool.close()
    return found


async def _expect(bootstrap: str, topic: str, partition: int, offset: int) -> None:
    admin = Admin(bootstrap)
    if not 0 <= partition < await admin.partitions(topic):
        raise NoSuchRecordError(f"没有分区 {topic}/{partition} / there is no such partition")
    end = (await admin.ends([(topic, partition)]))[topic, partition]
    if not 0 <= offset < end:
        raise NoSuchRecordError(f"{topic}/{partition} 止于 {end} / ends at {end}")


async def _read(bootstrap: str, topic: str, partition: int, offset: int) -> Raw | None:
    """The record at an offset; None where it cannot be read, or nothing stands there."""
    place = TopicPartition(topic, partition)
    consumer = Consumer(bootstrap, auto_offset_reset="none", max_partition_fetch_bytes=4_194_304)
    await consumer.start()
    try:
        consumer.assign([place])
        consumer.seek(place, offset)
        with suppress(Exception):  # a record that cannot be read is stepped over all the same
            async with asyncio.timeout(READ_S):
                while not (polled := await consumer.getmany(place, timeout_ms=500, max_records=1)):
                    pass
                raw = raw_of(polled[place][0])
                return raw if raw.offset == offset else None
        return None
    finally:
        await consumer.stop()
