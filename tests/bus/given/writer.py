"""Enrollment's voice in tests of a reader: facts with their stream and sequences, and days."""

from datetime import UTC, date, datetime
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.bus.message import Message, Position
from shared.bus.partition import partition_of
from shared.bus.topics import marking_streams
from shared.bus.wire import Record, encode_fact
from shared.identity import derive
from shared.messages.body import Body, DayReached, Fact
from shared.messages.enrollment.registers import DayOpened, NodeRegistered

STREAM = "enrollment/registry.commands/0"
_CAUSE = Message("registry.commands", 0, 0, "", "operator", "c1", "", Body())


class FactWriter:
    """Writes facts as enrollment's relay does; `sequence` and `previous` may be told, to make gaps."""

    def __init__(self, producer: AIOKafkaProducer, partitions: int) -> None:
        self.producer, self._partitions = producer, partitions
        self._said: list[tuple[str, int, Record]] = []
        self._sequences: dict[str, int] = {}
        self._previous: dict[tuple[str, str, int], int] = {}

    async def say(
        self,
        fact: Fact,
        *,
        topic: str = "enrollment.events",
        partition: int | None = None,
        stream: str = STREAM,
        sequence: int | None = None,
        previous: int | None = None,
        wire_type: str = "",
    ) -> Position:
        """Says one fact; gives its position, for `after`."""
        where = partition_of(fact.key, self._partitions) if partition is None else partition
        last = self._previous.get((stream, topic, where), 0)
        number = self._sequences.get(stream, 0) + 1 if sequence is None else sequence
        self._sequences[stream] = max(number, self._sequences.get(stream, 0))
        self._previous[stream, topic, where] = max(number, last)
        record = _encode(fact, f"{stream} {topic} {where} {number}")
        if wire_type:
            record.headers.remove(("ce_type", fact.wire_type().encode()))
            record.headers.append(("ce_type", wire_type.encode()))
        record.headers.extend(
            (
                ("ce_stream", stream.encode()),
                ("ce_sequence", b"%d" % number),
                ("ce_previous", b"%d" % (last if previous is None else previous)),
            )
        )
        self._said.append((topic, where, record))
        await self._send(topic, where, record)
        return Position(stream, topic, where, number)

    async def say_all_again(self) -> None:
        """Enrollment's outbox fills a new broker."""
        for topic, partition, record in self._said:
            await self._send(topic, partition, record)

    async def _send(self, topic: str, partition: int, record: Record) -> None:
        await self.producer.send_and_wait(
            topic, record.value, key=record.key, headers=record.headers, partition=partition
        )

    async def say_again(self, position: Position) -> None:
        """The relay sends a fact a second time."""
        fact = NodeRegistered(node_id="again", name="again", kind="hospital")
        await self.say(
            fact,
            partition=position.partition,
            stream=position.stream,
            sequence=position.sequence,
            previous=position.sequence - 1,
        )

    async def node(self, name: str, **place: Any) -> Position:
        """A fact that changes nothing for tally."""
        return await self.say(NodeRegistered(node_id=name, name=name, kind="hospital"), **place)

    async def strange(self, key: str) -> None:
        """A fact of a type that this version does not know."""
        fact = NodeRegistered(node_id=key, name=key, kind="hospital")
        await self.say(fact, wire_type="yidi.NodeRegistered.v9")

    async def open_day(self, day: date) -> None:
        """A day begins in every partition of the requests, and enrollment's streams have passed it."""
        opened = DayOpened(opened_on=day, is_working_day=True, working_day_number=1)
        for partition in range(self._partitions):
            await self.say(opened, topic="realtime.filings", partition=partition)
        for stream in marking_streams("enrollment", self._partitions):
            await self.reach_day(stream, day)

    async def reach_day(self, stream: str, day: date) -> None:
        """One of enrollment's streams has passed a day, and says so in the partition it feeds."""
        partition = int(stream.rpartition("/")[2])
        await self.say(DayReached(stream=stream, reached_on=day), partition=partition, stream=stream)


def _encode(fact: Fact, name: str) -> Record:
    time = datetime.now(UTC).isoformat().encode()
    return encode_fact(fact, _CAUSE, id=derive(name), service="enrollment", time=time, key=fact.key)
