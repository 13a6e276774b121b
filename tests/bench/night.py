"""The night: uploads of fee lines put before the bulk lane without pause, so that it never runs dry.

`python -m tests.bench.night KAFKA DSN PARTITIONS` runs until it is told to stop; each line it says is how
many uploads wait.
"""

import asyncio
import sys
from datetime import UTC, datetime

import asyncpg
import uvloop
from aiokafka import AIOKafkaProducer

from shared.bus.partition import partition_of
from shared.bus.wire import Record, encode_request
from shared.messages.settlement.visits import UploadCosts
from tests.bench.visits import DAY, NIGHT_NODES, NIGHT_TOPIC, NODES
from tests.settlement.given import world

LINES = 40
AHEAD = 8_000
LOOK_S = 0.2


async def main(kafka: str, dsn: str, partitions: int) -> None:
    """Keeps uploads waiting."""
    database = await asyncpg.connect(dsn)
    sent = 0
    async with AIOKafkaProducer(
        bootstrap_servers=kafka,
        enable_idempotence=True,
        linger_ms=20,
        max_batch_size=512_000,
        compression_type="lz4",
    ) as producer:
        while True:
            waiting = sent + partitions - await _heard(database)  # each partition holds its day too
            print(waiting, flush=True)
            for number in range(sent, sent + AHEAD - waiting):
                record = _upload(number)
                where = partition_of(record.key.decode(), partitions)
                await producer.send(NIGHT_TOPIC, record.value, record.key, where, headers=record.headers)
            sent += max(AHEAD - waiting, 0)
            await asyncio.sleep(LOOK_S)


async def _heard(database: "asyncpg.Connection[asyncpg.Record]") -> int:
    heard = await database.fetchval(
        "SELECT coalesce(sum(next_offset), 0)::bigint FROM settlement.stream WHERE topic = $1", NIGHT_TOPIC
    )
    return int(heard)


_BODY = UploadCosts(
    visit_id="VISIT",
    person_id="PERSON",
    institution_id="H51010000000",
    upload_id="U1",
    cost_on=DAY,
    lines=tuple(world.line(n, price="100") for n in range(LINES)),
    control=world.control(LINES, LINES * 10_000),
)
_BYTES = _BODY.model_dump_json().encode()


def _upload(number: int) -> Record:
    """An upload of a visit of its own, which may come before the admission; made by replacing its names."""
    node = NODES + number % NIGHT_NODES
    person = b"night-%d" % number
    value = _BYTES.replace(b"VISIT", person).replace(b"PERSON", person)
    value = value.replace(b"H51010000000", b"H510100%05d" % node)
    record = encode_request(
        _BODY, id=f"night-{number}", source=f"node-{node:02d}", time=datetime.now(UTC).isoformat()
    )
    return Record(person, value, record.headers)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
