"""Makes a lost database of a service anew (重建) from the topics, the same as it was.

The inbound logs are decided again in the steps that the service's own facts tell, so all falls out as it did:
who came before whom, what was refused, what came too late. Nothing is said, as the log has it; what it was
about to get stays in the outbox, and what no fact tells any more is decided by the running service as news.
Until all is done, no process of the service starts on the database.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.database import connect_pool
from shared.bus.migrations.store import migrate
from shared.bus.operate.inlets import Inlets
from shared.bus.operate.replay import Replay
from shared.bus.operate.told import DiffersError, Told, read_told
from shared.bus.service import Service, Tx
from shared.bus.stream import Stream
from shared.bus.topics import TOPICS, partition_count, read_by, sources_of, stream_name
from shared.bus.turn.voice import ProcessContext
from shared.settings import Settings
from shared.stack import Servers

UNDONE = ""  # the cluster's id of streams that are being rebuilt: no broker has it
Place = tuple[str, int]


class NotLostError(Exception):
    """The service has a database: it is not made anew from the topics."""

    def __init__(self) -> None:
        super().__init__("数据库并未丢失，不予重建 / the database is not lost, so it is not made anew")


class ExpiredError(Exception):
    """An inbound log has let its beginning go: what the database held cannot be decided again."""

    def __init__(self, begins: Mapping[Place, int]) -> None:
        places = ", ".join(f"{topic}/{partition} {begin}" for (topic, partition), begin in begins.items())
        super().__init__(
            "日志的开头已过期，只能从备份恢复数据库 / the beginning of the logs has expired, so only a backup"
            f" brings the database back ({places})"
        )


class Rebuilt(NamedTuple):
    """How many messages were decided again, facts were said as before, and facts are still to be sent."""

    messages: int
    facts: int
    unsent: int


async def rebuild(service: Service, servers: Servers, settings: Settings) -> Rebuilt:
    """Fills a service's empty schema from the topics; one that was left half done is emptied first.

    Raises NotLostError, ExpiredError, DiffersError, and UnreadableLogError.
    """
    admin = Admin(servers.kafka)
    await admin.check_topics(settings.partitions)
    topics = [topic.name for topic in read_by(service.name)]
    places = [(t, p) for t in topics for p in range(partition_count(t, settings.partitions))]
    begins = await admin.begins([place for place in places if not TOPICS[place[0]].compacted])
    if expired := {place: begin for place, begin in begins.items() if begin > 0}:
        raise ExpiredError(expired)
    await _empty(service, servers.postgres)
    told = await read_told(servers.kafka, service.name, settings.partitions)
    cluster_id, topic_ids = await admin.identify(topics)
    async with _session(servers.postgres, service.name) as tx, _inlets(servers.kafka, places) as inlets:
        async with tx.transaction():  # all at once: where some stand, a process would add its own
            for topic, partition in places:
                await store.add_stream(tx, topic, partition, UNDONE, topic_ids[topic])
        context = ProcessContext(service, settings.partitions, await store.read_nodes(tx))
        replay = Replay(context, tx, inlets, told, _streams(service.name, places, settings.partitions))
        await _replay(replay, told)
        async with tx.transaction():
            await store.note_relayed(tx, list(replay.streams.values()))
            await store.adopt(tx, cluster_id, topic_ids, from_beginning=False)
    return Rebuilt(replay.messages, replay.facts, replay.unsent)


async def _empty(service: Service, dsn: str) -> None:
    """Makes the schema, or makes it anew if it is half done. Raises NotLostError."""
    await migrate(dsn, [service])
    async with _session(dsn, service.name) as tx:
        stands = await store.stands(tx)
    if any(row["cluster_id"] != UNDONE for row in stands):
        raise NotLostError
    if stands:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(f"DROP SCHEMA {service.name} CASCADE")
        finally:
            await connection.close()
        await migrate(dsn, [service])


async def _replay(replay: Replay, told: Told) -> None:
    for step in told.steps:
        await replay.take(step)
    for (stream, topic, partition), facts in told.facts.items():
        if not facts.is_said:
            raise DiffersError((stream, topic, partition), facts.numbers[facts.at])


def never_read(service: str, topic: str, partition: int, partitions: int) -> Stream:
    """A service's stream of a partition before anything was read of it: what is made anew begins there."""
    return Stream(
        topic,
        partition,
        stream_name(service, topic, partition),
        turn=0,
        next_offset=0,
        day=None,
        passed=None,
        relayed=0,
        sequence=0,
        sources=sources_of(topic, partition, partitions),
    )


def _streams(service: str, places: Sequence[Place], partitions: int) -> Mapping[Place, Stream]:
    """Streams that were never read."""
    return {place: never_read(service, *place, partitions) for place in places}


@asynccontextmanager
async def _session(dsn: str, service: str) -> AsyncIterator[Tx]:
    pool = await connect_pool(dsn, service, size=1)
    try:
        async with pool.acquire() as tx:
            yield tx
    finally:
        await pool.close()


@asynccontextmanager
async def _inlets(bootstrap: str, places: Sequence[Place]) -> AsyncIterator[Inlets]:
    inlets = Inlets(bootstrap)
    try:
        await inlets.open(places)
        yield inlets
    finally:
        await inlets.close()
