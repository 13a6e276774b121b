"""Moves a service's streams to another broker (接管), and sends again what the lost broker held.

After a broker was lost: `refill` every service, so that the new logs hold what readers may lack; then `adopt`
each from the beginning. Facts that were heard before are dropped as repeats, the others are decided now, and
messages that stood aside still do.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime
from typing import NamedTuple

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.database import connect_pool
from shared.bus.process.relay import Relay, make_producer
from shared.bus.service import Tx
from shared.bus.store import Page
from shared.bus.stream import Stream
from shared.bus.topics import partition_count, read_by, stream_name
from shared.bus.turn.outbox import Parcel, unpack
from shared.settings import Settings
from shared.stack import Servers

PAGES_AT_ONCE = 200
Place = tuple[str, int]


class ShortLogError(Exception):
    """A log of the new broker ends before a stream's position: it is not a copy of the old one."""


class NothingToAdoptError(Exception):
    """Every stream reads this broker's topics already, at an offset that its log still has."""


class Adopted(NamedTuple):
    """The offsets at which a service's streams go on, and by stream those `lost`: from offset, to offset."""

    positions: dict[Place, int]
    lost: dict[Place, tuple[int, int]]


async def adopt(service: str, servers: Servers, settings: Settings, from_beginning: bool) -> Adopted:
    """Moves a service's streams to the topics that are on the broker now, each to where its log can be read.

    Records that expired before they were read are noted as lost. Raises ShortLogError if a log ends before
    the position that is to be kept, NothingToAdoptError if nothing would change.
    """
    admin = Admin(servers.kafka)
    await admin.ensure_topics(settings.partitions)
    topics = [topic.name for topic in read_by(service)]
    cluster_id, topic_ids = await admin.identify(topics)
    places = [(t, p) for t in topics for p in range(partition_count(t, settings.partitions))]
    pool = await connect_pool(servers.postgres, service, size=1)
    try:
        async with pool.acquire() as tx, tx.transaction():
            before = await store.stands(tx)
            for topic, partition in places:
                await store.add_stream(tx, topic, partition, cluster_id, topic_ids[topic])
            await store.adopt(tx, cluster_id, topic_ids, from_beginning)
            adopted = await _from_what_is_there(tx, admin)
            if await store.stands(tx) == before:
                raise NothingToAdoptError
            return adopted
    finally:
        await pool.close()


async def _from_what_is_there(tx: Tx, admin: Admin) -> Adopted:
    """Moves each stream whose log begins after its position to that beginning. Raises ShortLogError."""
    positions = await store.positions(tx)
    begins, ends = await admin.begins(positions), await admin.ends(positions)
    for place, next_offset in positions.items():
        if ends[place] < next_offset:
            raise ShortLogError(f"{place[0]}/{place[1]}: {ends[place]} < {next_offset}")
    lost = {place: (at, begins[place]) for place, at in positions.items() if at < begins[place]}
    await store.lose(tx, lost)
    return Adopted({place: max(at, begins[place]) for place, at in positions.items()}, lost)


async def expired(service: str, servers: Servers) -> dict[Place, tuple[int, int]]:
    """The streams of a service whose logs begin after their positions: from offset, to offset."""
    pool = await connect_pool(servers.postgres, service, size=1)
    try:
        async with pool.acquire() as tx:
            positions = await store.positions(tx)
        begins = await Admin(servers.kafka).begins(positions) if positions else {}
        return {place: (at, begins[place]) for place, at in positions.items() if at < begins[place]}
    finally:
        await pool.close()


async def refill(service: str, servers: Servers, settings: Settings, since: datetime | None) -> int:
    """Sends again each page of a service's outbox written since then (None: all); gives how many records."""
    admin = Admin(servers.kafka)
    await admin.ensure_topics(settings.partitions)
    producer = make_producer(servers.kafka, f"yidi-{service}-refill")
    await producer.start()
    relay, records = Relay(producer, admin), 0
    sending = asyncio.create_task(relay.run())
    try:
        async for pages in _pages(service, servers.postgres, since):
            records += sum(page.records for page in pages)
            await _unless_ended(sending, relay.push([_parcel(service, page) for page in pages]))
        await _unless_ended(sending, relay.drain())
        return records
    finally:
        sending.cancel()
        await producer.stop()


async def _unless_ended(sending: "asyncio.Task[None]", step: Coroutine[object, object, None]) -> None:
    """Waits for a step; if the sending ends first, cancels the step and raises what ended the sending."""
    waiting = asyncio.ensure_future(step)
    await asyncio.wait({waiting, sending}, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await sending


async def _pages(service: str, dsn: str, since: datetime | None) -> AsyncIterator[list[Page]]:
    pool = await connect_pool(dsn, service, size=1)
    after = ("", 0, 0)
    try:
        async with pool.acquire() as tx:
            while pages := await store.pages_since(tx, since, after, PAGES_AT_ONCE):
                yield pages
                after = (pages[-1].topic, pages[-1].partition, pages[-1].first_sequence)
    finally:
        await pool.close()


def _parcel(service: str, page: Page) -> Parcel:
    """The parcel of a stored page; its stream stands in for the real one, which nobody reads here."""
    name = stream_name(service, page.topic, page.partition)
    stream = Stream(page.topic, page.partition, name, 0, 0, None, None, relayed=0, sequence=0, sources=())
    return Parcel(stream, page, unpack(page.page))
