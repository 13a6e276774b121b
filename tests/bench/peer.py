"""The same work one message at a time: decode, the same rules, one transaction, then send and await it.

What a plain agent of a stream library does; the two peers differ in who hands over the messages.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer

from services.settlement import SERVICE
from shared.bus import store
from shared.bus.database import connect_pool
from shared.bus.stream import Slice, Stream
from shared.bus.topics import stream_name
from shared.bus.turn.outbox import COUNTER, Parcel
from shared.bus.turn.result import TurnResult
from shared.bus.turn.turn import Turn
from shared.bus.turn.voice import ProcessContext
from shared.bus.wire import Raw, decode
from tests.bench.visits import TOPIC


class Peer:
    """Settles what it is given, as the owner of the desk's streams; `rate` once it was given `count`."""

    def __init__(self, kafka: str, dsn: str, partitions: int, count: int) -> None:
        self._dsn, self._partitions, self._count = dsn, partitions, count
        self._context = ProcessContext(SERVICE, partitions)
        self._producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
        self._streams: list[Stream] = []
        self._done = 0
        self._started_s = 0.0
        self.finished = asyncio.Event()
        self.rate = 0

    async def start(self) -> None:
        """Connects, and stands where the service left its streams."""
        self._pool: asyncpg.Pool[asyncpg.Record] = await connect_pool(self._dsn, SERVICE.name)
        await self._producer.start()
        async with self._pool.acquire() as tx:
            self._context.nodes.update(await store.read_nodes(tx))
            for partition in range(self._partitions):
                self._streams.append(await _stream(tx, partition))

    async def stop(self) -> None:
        """Lets the connections go."""
        await self._producer.stop()
        await self._pool.close()

    async def settle(
        self, partition: int, offset: int, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        """One message, from its bytes to the acknowledgement of what was said about it."""
        self._started_s = self._started_s or time.perf_counter()
        stream = self._streams[partition]
        message = decode(Raw(TOPIC, partition, offset, key, value, headers, 0))
        message.day = stream.day
        async with self._pool.acquire() as tx, tx.transaction():
            said = await Turn(self._context, tx, {}).run(
                [Slice(stream, [message], stream.next_offset, stream.day, {})]
            )
        _follow(stream, said)
        await self._send(said.parcels)
        self._done += 1
        if self._done == self._count:
            self.rate = round(self._count / (time.perf_counter() - self._started_s))
            self.finished.set()

    async def _send(self, parcels: Sequence[Parcel]) -> None:
        sent = [
            await self._producer.send(
                parcel.page.to_topic,
                record.value,
                record.key,
                partition=parcel.page.to_partition,
                headers=record.headers,
            )
            for parcel in parcels
            for record in parcel.records
        ]
        await asyncio.gather(*sent)


async def _stream(tx: Any, partition: int) -> Stream:
    [row] = (await store.read_streams(tx, [(TOPIC, partition)])).values()
    outlets = await store.read_outlets(tx, TOPIC, partition)
    return Stream(
        topic=TOPIC,
        partition=partition,
        name=stream_name(SERVICE.name, TOPIC, partition),
        turn=row["turn"],
        next_offset=row["next_offset"],
        day=row["day"],
        passed=row["passed"],
        relayed=row["relayed"],
        sequence=outlets.pop(COUNTER, 0),
        sources=(),
        outlets=outlets,
    )


def _follow(stream: Stream, said: TurnResult) -> None:
    stream.turn += 1
    stream.sequence = said.sequences.get(stream.name, stream.sequence)
    stream.outlets.update(said.outlets.get(stream.name, {}))
