"""The days that clearing hears of from enrollment and settlement, told to it without them."""

from collections.abc import Iterator
from datetime import date

from aiokafka import AIOKafkaProducer

from shared.bus.message import Message
from shared.bus.topics import Topic, fed_by, read_by
from shared.bus.wire import Record, encode_fact
from shared.messages.body import DayReached, Fact
from shared.messages.enrollment.registers import DayOpened

_OPENS = "enrollment/registry.commands/0"


async def tell_day(kafka: str, partitions: int, day: date, number: int) -> None:
    """Writes the marks of a day into each partition that clearing reads; `number` counts the days from 1."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True) as producer:
        for topic in read_by("clearing"):
            for partition in range(partitions) if topic.marks else ():
                for stream, fact in _marks(topic, partition, partitions, day):
                    record = _record(stream, fact, number)
                    await producer.send(
                        topic.name, record.value, record.key, partition, headers=record.headers
                    )
        await producer.flush()


def _marks(topic: Topic, partition: int, partitions: int, day: date) -> Iterator[tuple[str, Fact]]:
    if topic.asks:
        yield _OPENS, DayOpened(opened_on=day, is_working_day=True, working_day_number=1)
        return
    for stream in fed_by(topic, partition, partitions):
        yield stream, DayReached(stream=stream, reached_on=day)


def _record(stream: str, fact: Fact, number: int) -> Record:
    cause = Message("registry.commands", 0, 0, "days", "bench", "day", fact.wire_type(), fact)
    record = encode_fact(
        fact,
        cause,
        id=f"{stream}-{number}",
        service=stream.partition("/")[0],
        time=b"2026-03-01T00:00:00Z",
        key=fact.key,
    )
    place = (
        ("ce_stream", stream.encode()),
        ("ce_sequence", b"%d" % number),
        ("ce_previous", b"%d" % (number - 1)),
    )
    record.headers.extend(place)
    return record
