"""Another broker (接管): taking a service's streams over to it, and saying again what the lost one held.

After a broker was lost: `refill` every service, so that the new logs hold what readers may lack; then `adopt`
each from the beginning. What was heard before is dropped as a repeat; what was not is decided now; what stood
aside still does.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.database import connect_pool
from shared.bus.outbox import Parcel, unpack
from shared.bus.relay import Relay, make_producer
from shared.bus.store import Page
from shared.bus.stream import Stream
from shared.bus.topics import read_by, stream_name
from shared.settings import Settings
from shared.stack import Servers

PAGES_AT_ONCE = 200
Place = tuple[str, int]


class ShortLogError(Exception):
    """A log of the new broker ends before the position: it is not a copy of the old one."""


async def adopt(service: str, servers: Servers, settings: Settings, from_beginning: bool) -> dict[Place, int]:
    """Lets a service go on with the topics that are on the broker now; gives each stream's next offset.

    Raises ShortLogError where a log ends before the position that is to be kept.
    """
    admin = Admin(servers.kafka)
    await admin.ensure_topics(settings.partitions)
    cluster_id, topic_ids = await admin.identify([topic.name for topic in read_by(service)])
    pool = await connect_pool(servers.postgres, service, size=1)
    try:
        async with pool.acquire() as tx, tx.transaction():
            await store.adopt(tx, cluster_id, topic_ids, from_beginning)
            positions = await store.positions(tx)
            ends = await admin.ends(list(positions))
            for place, next_offset in positions.items():
                if ends[place] < next_offset:
                    raise ShortLogError(f"{place[0]}/{place[1]}: {ends[place]} < {next_offset}")
            return positions
    finally:
        await pool.close()


async def refill(service: str, servers: Servers, settings: Settings, since: datetime | None) -> int:
    """Says again every page of a service's outbox written since then (none: all); gives the records."""
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
    """Waits for a step; raises what has ended the sending, if it has."""
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
    """A page on its way again, of a stream that nobody reads here."""
    name = stream_name(service, page.topic, page.partition)
    stream = Stream(page.topic, page.partition, name, 0, 0, None, None, relayed=0, sequence=0, sources=())
    return Parcel(stream, page, unpack(page.page))
