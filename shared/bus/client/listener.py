"""Listens to a topic without a consumer group: to all its partitions, from given positions.

It owns nothing and commits nothing: the caller keeps the positions.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from aiokafka import TopicPartition

from shared.bus.admin import Admin
from shared.bus.consumer import Consumer, raw_of
from shared.bus.message import Message
from shared.bus.wire import Raw, decode

POLL_MS = 1000
POLL_RECORDS = 100


class Listener:
    """Reads a topic from `positions` (partition → next offset), or else from its beginning.

    `positions` moves on with each message given; a message is decoded only when it is asked for, and not at
    all if `wanted` says of its record that it concerns somebody else.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        positions: Mapping[int, int] | None = None,
        wanted: Callable[[Raw], bool] = lambda raw: True,
    ) -> None:
        self.topic = topic
        self.positions = dict(positions or {})
        self._bootstrap, self._wanted = bootstrap, wanted
        self._consumer: Any = None

    async def __aenter__(self) -> "Listener":
        partitions = await Admin(self._bootstrap).partitions(self.topic)
        if not partitions:
            raise LookupError(f"主题不存在，请先执行 yidi up / topic {self.topic} is missing: run `yidi up`")
        self._consumer = _consumer(self._bootstrap)
        await self._consumer.start()
        places = [TopicPartition(self.topic, number) for number in range(partitions)]
        self._consumer.assign(places)
        begins = await self._consumer.beginning_offsets(places)
        for place in places:
            start = max(begins[place], self.positions.get(place.partition, 0))
            self.positions[place.partition] = start
            self._consumer.seek(place, start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def messages(self) -> AsyncIterator[Message]:
        """Gives messages as they come, for ever, each partition in its order."""
        while True:
            async for message in self._poll():
                yield message

    async def to_end(self) -> AsyncIterator[Message]:
        """Gives messages from `positions` to the present end of the topic, each partition in its order."""
        places = list(self._consumer.assignment())
        ends = await self._consumer.end_offsets(places)
        while any(self.positions[place.partition] < ends[place] for place in places):
            async for message in self._poll():
                yield message

    async def _poll(self) -> AsyncIterator[Message]:
        polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)
        for records in polled.values():
            for record in records:
                self.positions[record.partition] = record.offset + 1
                if self._wanted(raw := raw_of(record)):
                    yield decode(raw)
        for place in self._consumer.assignment():  # an offset may hold no record
            self.positions[place.partition] = await self._consumer.position(place)


def _consumer(bootstrap: str) -> Consumer:
    return Consumer(bootstrap, auto_offset_reset="earliest", max_partition_fetch_bytes=4_194_304)
