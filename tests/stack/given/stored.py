"""Puts something into the servers and looks whether it is still there."""

import asyncio
import uuid

import asyncpg
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic


def store_record(bootstrap: str) -> str:
    """A topic of one record, acknowledged; gives the topic's name, which is also the record."""
    topic = f"kept-{uuid.uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(10)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    producer.produce(topic, topic.encode())
    assert producer.flush(10) == 0
    return topic


def records(bootstrap: str, topic: str) -> list[str]:
    """What the topic holds."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = consumer.consume(10, timeout=2)
    consumer.close()
    return [(message.value() or b"").decode() for message in found]


def run_sql(dsn: str, statement: str) -> object:
    """One statement, its first value."""

    async def run() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())
