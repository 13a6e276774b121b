"""Owning streams: positions come from the database, never from Kafka; nothing is read before they are set.

aiokafka makes an assignment visible before it awaits the listener, and swallows what the listener raises; so
the first statement pauses what was assigned, and a failure is kept for the worker, which ends the process.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import asyncpg
import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.consumer import Consumer
from shared.bus.fault import PlainError
from shared.bus.process.relay import Relay
from shared.bus.service import Tx
from shared.bus.store import Page
from shared.bus.stream import Stream, stand_aside, step_over
from shared.bus.topics import events_topic, partition_count, sources_of, stream_name
from shared.bus.turn.days import job_names
from shared.bus.turn.held import unpack as unpack_record
from shared.bus.turn.outbox import COUNTER, Parcel, unpack
from shared.bus.turn.voice import ProcessContext

log = structlog.get_logger()


class StrangeBrokerError(PlainError):
    """The broker or a topic is not the one the streams were read from; `yidi bus adopt` moves them to it."""


class LostBeginningError(PlainError):
    """A log begins after the next offset to read: the records in between have expired unread."""

    def __init__(self, service: str, lost: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        places = ", ".join(f"{topic}/{part} {at}-{begin}" for (topic, part), (at, begin) in lost.items())
        super().__init__(
            f"日志的开头已过期，有报文未读：先从备份恢复数据库；若已无法恢复，执行 yidi bus adopt {service}"
            " 从现存处继续，缺失会被记录 / the logs begin after what was read, and records between expired"
            f" unread ({places}): restore the database from a backup, or go on without them with"
            f" `yidi bus adopt {service}`, which notes what is missing"
        )


class LostDatabaseError(PlainError):
    """A database that knows no stream, though the service has said facts: it would say them all once more."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"数据库中没有任何流，而主题中已有 {service} 发布的事实：从备份恢复数据库，或执行"
            f" yidi bus rebuild {service} / the database knows no stream, though {service} has said facts:"
            f" restore it from a backup, or make it anew from the topics with `yidi bus rebuild {service}`"
        )


class Owner(ConsumerRebalanceListener):  # type: ignore[misc]
    """The streams this process owns, kept in step with the group's assignment."""

    def __init__(
        self,
        context: ProcessContext,
        pool: "asyncpg.Pool[asyncpg.Record]",
        consumer: Consumer,
        admin: Admin,
        relay: Relay,
    ) -> None:
        self._context, self._pool, self._consumer = context, pool, consumer
        self._admin, self._relay = admin, relay
        self.lock = asyncio.Lock()
        self.streams: dict[tuple[str, int], Stream] = {}
        self.generation = 0
        self.failure: Exception | None = None  # why an assignment was not positioned; ends the process

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Waits for the batch in hand, then lets the streams go."""
        async with self.lock:
            self.streams.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Pauses at once, reads positions, seeks, sends again what may not have reached Kafka, resumes."""
        self._consumer.pause(*assigned)
        try:
            async with self.lock:
                self.generation += 1
                await self.adopt([(tp.topic, tp.partition) for tp in assigned])
            self._consumer.resume(*assigned)
        except Exception as error:
            self.failure = error

    async def adopt(self, places: Collection[tuple[str, int]]) -> None:
        """Reads these streams from the database, seeks to their positions, and sends pages not yet relayed.

        Raises LostDatabaseError, LostBeginningError, StrangeBrokerError.
        """
        cluster_id, topic_ids = await self._admin.identify(sorted({topic for topic, _ in places}))
        async with self._pool.acquire() as tx:
            self._context.nodes.update(await store.read_nodes(tx))
            known = await store.read_streams(tx, list(places))
            if not known and not await store.stands(tx):
                await self._expect_beginning(places)
            for place in set(places) - known.keys():
                await store.add_stream(tx, *place, cluster_id, topic_ids[place[0]])
            known = await store.read_streams(tx, list(places))
            for (topic, _), row in sorted(known.items()):
                if (row["cluster_id"], row["topic_id"]) != (cluster_id, topic_ids[topic]):
                    raise StrangeBrokerError(f"{topic} is not the topic that was read before")
            await self._compare({place: row["next_offset"] for place, row in known.items()})
            for (topic, partition), row in sorted(known.items()):
                self.streams[topic, partition] = await self._stand(tx, topic, partition, row)
            await self.note_standing(tx, sorted(known))
            await self._tell_unknown_jobs(tx)

    async def note_standing(self, tx: Tx, places: Sequence[tuple[str, int]]) -> None:
        """Has the next facts tell where these streams stand: what brought them there may be told nowhere."""
        aside = await store.aside(tx, places)
        self._context.steps.stand([self.streams[place] for place in places], aside)

    async def sum_up_steps(self, tx: Tx) -> None:
        """Has the next facts tell where all streams stand, and not the many steps that brought them there."""
        aside = await store.aside(tx, sorted(self.streams))
        self._context.steps.silent.clear()  # not before: the database may have gone away
        self._context.steps.stand(map(self.streams.__getitem__, sorted(self.streams)), aside)

    async def _tell_unknown_jobs(self, tx: Tx) -> None:
        """Logs the open work that another version has left, and that this one cannot do and passes over."""
        service = self._context.service
        for name, day in await store.read_unknown_jobs(tx, job_names(service)):
            log.error("bus.unknown_job", service=service.name, job=name, day=day.isoformat())

    async def _expect_beginning(self, places: Collection[tuple[str, int]]) -> None:
        """Checks that the service has said nothing yet, as its database knows nothing yet.

        Where logs have lost their beginning, `_compare` tells. Raises LostDatabaseError.
        """
        name, partitions = self._context.service.name, self._context.partitions
        topic = events_topic(name)
        said = await self._admin.ends([(topic, p) for p in range(partition_count(topic, partitions))])
        if any(said.values()) and not any((await self._admin.begins(places)).values()):
            raise LostDatabaseError(name)

    async def _compare(self, positions: Mapping[tuple[str, int], int]) -> None:
        """Checks that the logs hold the next offsets: the consumer says that one is missing, but not why.

        Raises LostBeginningError, StrangeBrokerError.
        """
        begins, ends = await self._admin.begins(positions), await self._admin.ends(positions)
        lost = {place: (at, begins[place]) for place, at in positions.items() if at < begins[place]}
        if lost:
            raise LostBeginningError(self._context.service.name, lost)
        for (topic, partition), at in positions.items():
            if at > ends[topic, partition]:
                raise StrangeBrokerError(f"{topic}/{partition} ends at {ends[topic, partition]}, before {at}")

    async def _stand(self, tx: Tx, topic: str, partition: int, row: asyncpg.Record) -> Stream:
        outlets = await store.read_outlets(tx, topic, partition)
        name = self._context.service.name
        stream = Stream(
            topic=topic,
            partition=partition,
            name=stream_name(name, topic, partition),
            turn=row["turn"],
            next_offset=row["next_offset"],
            day=row["day"],
            passed=row["passed"],
            relayed=row["relayed"],
            sequence=outlets.pop(COUNTER, 0),
            sources=sources_of(topic, partition, self._context.partitions),
            heard=await store.read_heard(tx, topic, partition),
            outlets=outlets,
            torn=await store.is_torn(tx, topic, partition),
            jobs_open=await store.next_job(tx, topic, partition, job_names(self._context.service))
            is not None,
            fetched=row["next_offset"],
        )
        stand_aside(stream, await store.read_waiting(tx, topic, partition))
        kept = await store.read_skipped(tx, topic, partition, stream.next_offset)
        stream.skips = {
            n: (unpack_record(topic, partition, n, record), why) for n, (record, why) in kept.items()
        }
        step_over(stream)
        self._consumer.seek(TopicPartition(topic, partition), stream.fetched)
        pages = await store.unrelayed_pages(tx, topic, partition, stream.relayed)
        if pages:
            await self._relay.push([_parcel(stream, page) for page in pages])
        return stream


def _parcel(stream: Stream, page: Page) -> Parcel:
    return Parcel(stream, page, unpack(page.page))
