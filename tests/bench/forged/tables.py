"""What the forged run reads and writes beside the services: nodes, what stands aside, the next day."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.bus.message import Message
from shared.bus.topics import SERVICES
from shared.bus.wire import encode_fact
from shared.messages.enrollment.registers import DayOpened
from tests.bench import visits
from tests.bench.place import Place

ASKED = ("realtime.encounters", "daily.costs", "casepage.pages")
DAY_S = 30.0


class Held(NamedTuple):
    """What stands aside over all services."""

    rows: int
    megabytes: float
    parked: int


async def register(dsn: str, nodes: Sequence[str]) -> None:
    """Makes nodes known to settlement, as hospitals without any patient."""
    database = await asyncpg.connect(dsn)
    rows = [(node, node, "hospital") for node in nodes]
    await database.executemany("INSERT INTO settlement.node VALUES ($1, $2, $3)", rows)
    await database.close()


async def held(dsn: str) -> Held:
    """How much stands aside, and how much of it is parked."""
    database = await asyncpg.connect(dsn)
    rows = size = parked = 0
    for service in SERVICES:
        await database.execute(f"SET search_path = {service}")
        [found] = await database.fetch(
            "SELECT count(*) AS rows, coalesce(sum(octet_length(record)), 0) AS bytes,"
            " count(*) FILTER (WHERE why IN ('PARKED', 'JUNK')) AS parked FROM held"
        )
        rows, size, parked = rows + found["rows"], size + found["bytes"], parked + found["parked"]
    await database.close()
    return Held(rows, round(float(size) / 1e6, 2), parked)


async def next_day(place: Place, partitions: int) -> bool:
    """Opens the day after, as enrollment does, and tells whether every stream of settlement reaches it."""
    day = visits.DAY + timedelta(days=1)
    fact = DayOpened(opened_on=day, is_working_day=True, working_day_number=2)
    cause = Message("registry.commands", 0, 0, "days", "bench", "day-2", fact.wire_type(), fact)
    record = encode_fact(
        fact, cause, id="day-2", service="enrollment", time=b"2026-03-03T00:00:00Z", key=fact.key
    )
    marks = (("ce_stream", b"enrollment/registry.commands/0"), ("ce_sequence", b"2"), ("ce_previous", b"1"))
    async with AIOKafkaProducer(bootstrap_servers=place.servers.kafka) as producer:
        for topic in ASKED:
            for partition in range(partitions):
                headers = [*record.headers, *marks]
                await producer.send_and_wait(topic, record.value, record.key, partition, headers=headers)
    return await _reached(place.servers.postgres, day, len(ASKED) * partitions)


async def _reached(dsn: str, day: object, streams: int) -> bool:
    database = await asyncpg.connect(dsn)
    until = time.monotonic() + DAY_S
    try:
        while time.monotonic() < until:
            reached = await database.fetchval(
                "SELECT count(*) FROM settlement.stream WHERE topic = ANY($1) AND day = $2", list(ASKED), day
            )
            if reached == streams:
                return True
            await asyncio.sleep(0.2)
        return False
    finally:
        await database.close()
