"""Whether everything has come to rest: all is heard, decided and sent, and nothing stands aside."""

import asyncio
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.bus.topics import SERVICES, partition_count, read_by
from tests.bench.crash.stage import Stage

LOOK_S = 0.3


async def wait_quiet(stage: Stage, patience_s: float) -> list[str]:
    """Waits for rest; gives what is still restless when the patience is over."""
    until = asyncio.get_running_loop().time() + patience_s
    while restless := await _look(stage):
        if asyncio.get_running_loop().time() > until:
            return restless
        await asyncio.sleep(LOOK_S)
    return []


async def _look(stage: Stage) -> list[str]:
    """What is restless; a server that is away is."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stage.servers.kafka, request_timeout_ms=5_000)
    try:
        async with asyncio.timeout(20):
            await consumer.start()
            database = await asyncpg.connect(stage.servers.postgres)
            found = [line for name in SERVICES for line in await _service(stage, consumer, database, name)]
            await database.close()
            return found
    except Exception as error:
        return [repr(error)]
    finally:
        await consumer.stop()


async def _service(stage: Stage, consumer: Any, database: Any, name: str) -> list[str]:
    await database.execute(f"SET search_path = {name}")
    places = [
        TopicPartition(topic.name, partition)
        for topic in read_by(name)
        for partition in range(partition_count(topic.name, stage.settings.partitions))
    ]
    ends = await consumer.end_offsets(places)
    rows = {TopicPartition(row["topic"], row["partition"]): row for row in await database.fetch(_STREAMS)}
    found = []
    for place in places:
        at, relayed, said = rows[place][2:] if place in rows else (0, 0, 0)
        if at < ends[place] or relayed < said:
            found.append(f"{name} {place}: heard {at} of {ends[place]}, sent {relayed} of {said}")
    if waiting := await database.fetchval(_WAITING):
        found.append(f"{name}: {waiting} messages or jobs wait")
    return found


_STREAMS = """
SELECT topic, partition, next_offset, relayed, coalesce(o.sequence, 0)
FROM stream LEFT JOIN (SELECT * FROM outlet WHERE to_topic = '') AS o USING (topic, partition)
"""
_WAITING = """
SELECT (SELECT count(*) FROM held WHERE why IN ('AWAITS', 'BEHIND'))
     + (SELECT count(*) FROM job WHERE NOT done)
"""
