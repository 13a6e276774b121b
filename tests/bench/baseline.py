"""The baseline: the least that a settlement service can do, with none of the shell's code.

Per polled batch one transaction with fence, inbox, and for each event a case row, two ledger rows, a balance
and one outbox row; then the events are relayed. What the real service does is measured against this.

`python -m tests.bench.baseline KAFKA DSN COUNT` fills a topic and prints `{"per_s": …}`.
"""

import asyncio
import json
import sys
import time
import uuid
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

PARTITIONS = 4
BATCH = 500
PERSONS = 20_000

TABLES = """
CREATE SCHEMA IF NOT EXISTS baseline; SET search_path = baseline;
DROP TABLE IF EXISTS position, inbox, visit, ledger, balance, outbox;
CREATE TABLE position (partition int PRIMARY KEY, next_offset bigint NOT NULL) WITH (fillfactor = 20);
CREATE TABLE inbox (id text PRIMARY KEY);
CREATE TABLE visit (id text PRIMARY KEY, person text NOT NULL, amount bigint NOT NULL);
CREATE TABLE ledger (event text NOT NULL, account text NOT NULL, amount bigint NOT NULL);
CREATE TABLE balance (account text PRIMARY KEY, amount bigint NOT NULL) WITH (fillfactor = 70);
CREATE TABLE outbox (partition int, number bigint, event text NOT NULL, body bytea NOT NULL);
"""


async def main(kafka: str, dsn: str, count: int) -> dict[str, float]:
    """Fills, runs and measures once."""
    topics = [f"baseline.{name}.{uuid.uuid4().hex[:8]}" for name in ("in", "out")]
    admin = AdminClient({"bootstrap.servers": kafka})
    for future in admin.create_topics([NewTopic(topic, PARTITIONS) for topic in topics]).values():
        future.result(20)
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLES)
    await connection.executemany(
        "INSERT INTO position VALUES ($1, 0)", [(partition,) for partition in range(PARTITIONS)]
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, max_batch_size=256_000)
    await producer.start()
    await _fill(producer, topics[0], count)
    started = time.perf_counter()
    await _consume(kafka, connection, producer, topics, count)
    seconds = time.perf_counter() - started
    await producer.stop()
    await connection.close()
    admin.delete_topics(topics)
    return {"per_s": round(count / seconds), "seconds": round(seconds, 2)}


async def _fill(producer: AIOKafkaProducer, topic: str, count: int) -> None:
    for number in range(count):
        person = f"person-{number % PERSONS:06d}"
        body = json.dumps({"id": f"event-{number}", "person": person, "amount": 12_345, "fill": "x" * 180})
        await producer.send(topic, body.encode(), key=person.encode(), partition=number % PARTITIONS)
    await producer.flush()


async def _consume(
    kafka: str, connection: Any, producer: AIOKafkaProducer, topics: list[str], count: int
) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, max_poll_records=BATCH)
    await consumer.start()
    consumer.assign([TopicPartition(topics[0], partition) for partition in range(PARTITIONS)])
    await consumer.seek_to_beginning()
    done, sent = 0, []
    while done < count:
        polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        for place, records in polled.items():
            events = [json.loads(record.value) for record in records]
            await _transact(connection, place.partition, records[0].offset, events)
            sent += [
                await producer.send(topics[1], record.value, key=record.key, partition=place.partition)
                for record in records
            ]
            done += len(records)
        if len(sent) > 5_000:
            await asyncio.gather(*sent)
            sent = []
    await asyncio.gather(*sent)
    await consumer.stop()


async def _transact(connection: Any, partition: int, offset: int, events: list[dict[str, Any]]) -> None:
    ids = [event["id"] for event in events]
    persons = [event["person"] for event in events]
    amounts = [event["amount"] for event in events]
    async with connection.transaction():
        moved = await connection.execute(
            "UPDATE baseline.position SET next_offset = $3 WHERE partition = $1 AND next_offset = $2",
            partition,
            offset,
            offset + len(events),
        )
        assert moved == "UPDATE 1"
        new = await connection.fetch(
            "INSERT INTO baseline.inbox SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING id", ids
        )
        assert len(new) == len(events)
        await connection.execute(
            "INSERT INTO baseline.visit SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])",
            ids,
            persons,
            amounts,
        )
        await connection.execute(
            "INSERT INTO baseline.ledger SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])",
            ids * 2,
            persons + ["fund"] * len(ids),
            amounts + [-amount for amount in amounts],
        )
        await _balances(connection, persons, amounts)
        await connection.execute(
            "INSERT INTO baseline.outbox SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bytea[])",
            partition,
            [offset + number for number in range(len(events))],
            ids,
            [json.dumps(event).encode() for event in events],
        )


async def _balances(connection: Any, persons: list[str], amounts: list[int]) -> None:
    sums: dict[str, int] = {}
    for person, amount in zip(persons, amounts, strict=True):
        sums[person] = sums.get(person, 0) + amount
    accounts = sorted(sums)
    await connection.execute(
        "INSERT INTO baseline.balance SELECT * FROM unnest($1::text[], $2::bigint[])"
        " ON CONFLICT (account) DO UPDATE SET amount = balance.amount + excluded.amount",
        accounts,
        [sums[account] for account in accounts],
    )


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
