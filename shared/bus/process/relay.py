"""The relay (转发): sends committed pages to Kafka in order, and notes how far each stream is relayed.

One idempotent producer a process. Pages of one outgoing partition leave in the order of their turns; a page
that cannot be queued is offered again; any other failure ends the process, and its next start sends the pages
still missing, from the table.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.codec import lz4_encode
from aiokafka.errors import KafkaTimeoutError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record._crecords import default_records

from shared.bus.admin import Admin
from shared.bus.process.crash import point
from shared.bus.topics import REPLY, reply_topic
from shared.bus.turn.outbox import Parcel
from shared.bus.wire import Record

_TURNS_AHEAD = 8
_UNPACKED = 0
_BATCH_BYTES = 1_000_000  # what a broker's record limit allows
# The library always packs at level 9: level 1 takes a seventh of the time for about the same size.
default_records.lz4_encode = partial(lz4_encode, level=1)


def make_producer(bootstrap: str, client_id: str) -> AIOKafkaProducer:
    """An idempotent producer for pages."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=client_id,
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=_BATCH_BYTES,
        max_request_size=1_040_000,
        compression_type="lz4",
        request_timeout_ms=10_000,
    )


def _nothing() -> None:
    """Does nothing once a turn is on Kafka."""


class _Handed(NamedTuple):
    parcels: Sequence[Parcel]
    on_kafka: Callable[[], None]


class Relay:
    """Sends parcels after COMMIT; `handed` and `done` count the turns handed over and the turns on Kafka."""

    def __init__(self, producer: AIOKafkaProducer, admin: Admin) -> None:
        self._producer = producer
        self._admin = admin
        self._queue: asyncio.Queue[tuple[Sequence[str], _Handed]] = asyncio.Queue(_TURNS_AHEAD)
        self._sent: asyncio.Queue[tuple[list[asyncio.Future[object]], _Handed]] = asyncio.Queue(_TURNS_AHEAD)
        self._reply_topics: set[str] = set()
        self.handed: int = 0
        self.done: int = 0
        self._since: dict[int, float] = {}
        self._all_sent = asyncio.Event()

    async def push(
        self,
        parcels: Sequence[Parcel],
        new_nodes: Sequence[str] = (),
        on_kafka: Callable[[], None] = _nothing,
    ) -> None:
        """Hands over a committed turn and the nodes that it registers; waits while too many turns are unsent.

        `on_kafka` is called once all of the turn is there.

        A node's reply topic is created before its registration is on Kafka: whoever has the answer to the
        registration can listen, and no service has to stop at its first answer to create the topic. What a
        process dies before is left to that first answer.
        """
        self.handed += 1
        self._since[self.handed] = asyncio.get_running_loop().time()
        handed = _Handed(parcels, on_kafka)
        await self._queue.put(([reply_topic(node_id) for node_id in new_nodes], handed))

    def age_s(self) -> float:
        """How many seconds the oldest committed turn has waited to be on Kafka."""
        oldest = self._since.get(self.done + 1)
        return 0.0 if oldest is None else asyncio.get_running_loop().time() - oldest

    async def run(self) -> None:
        """Sends until cancelled; raises what ends the process."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_all())
            tasks.create_task(self._acknowledge_all())

    async def drain(self) -> None:
        """Waits until everything handed over is on Kafka."""
        if self.done < self.handed:
            self._all_sent.clear()
            await self._all_sent.wait()

    async def _send_all(self) -> None:
        while True:
            new, handed = await self._queue.get()
            pages = _by_destination(handed.parcels)
            await self._ensure([*new, *(topic for topic, _ in pages if topic.startswith(REPLY))])
            futures = [
                future for place, records in pages.items() for future in await self._send(*place, records)
            ]
            await self._sent.put((futures, handed))

    async def _send(self, topic: str, partition: int, left: list[Record]) -> list[asyncio.Future[object]]:
        futures: list[asyncio.Future[object]] = []
        while left:
            batch, count = self.fill(topic, left)
            try:
                futures.append(await self._producer.send_batch(batch, topic, partition=partition))
            except KafkaTimeoutError:  # the broker is away; nothing was queued
                continue
            left = left[count:]
        return futures

    async def _ensure(self, reply_topics: Sequence[str]) -> None:
        if missing := set(reply_topics) - self._reply_topics:
            await self._admin.ensure_reply_topics(missing)
            self._reply_topics |= missing

    def fill(self, topic: str, records: Sequence[Record]) -> tuple[BatchBuilder, int]:
        """Fills a batch with as many records as fit, headers included, one at least; gives their number.

        What goes to a node is not packed: some clients of other languages read no lz4.
        """
        to_node = topic.startswith(REPLY)
        batch = BatchBuilder(_BATCH_BYTES, _UNPACKED) if to_node else self._producer.create_batch()
        for count, record in enumerate(records):
            if (
                batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
                is None
            ):
                return batch, count
        return batch, len(records)

    async def _acknowledge_all(self) -> None:
        while True:
            futures, handed = await self._sent.get()
            await asyncio.gather(*futures)
            point("between_send_and_cursor")
            for parcel in handed.parcels:
                last = parcel.page.first_sequence + parcel.page.records - 1
                parcel.stream.relayed = max(parcel.stream.relayed, last)
            handed.on_kafka()
            self.done += 1
            self._since.pop(self.done, None)
            if self.done == self.handed:
                self._all_sent.set()


def _by_destination(parcels: Sequence[Parcel]) -> dict[tuple[str, int], list[Record]]:
    """Groups a turn's records by outgoing partition, for fewer batches: one costs as much as many records."""
    found: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for parcel in parcels:
        found[parcel.page.to_topic, parcel.page.to_partition] += parcel.records
    return found
