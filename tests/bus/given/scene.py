"""One test's stage: a database of its own, the topics from where they end now, a node, and tally processes.

Topics are shared by a whole run. A stage puts the streams of its empty database at the present ends, so that
nothing that was said before is heard: cheaper than making topics anew.
"""

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.bus.admin import Admin
from shared.bus.message import Message
from shared.bus.partition import partition_of
from shared.bus.process.process import ServiceProcess
from shared.bus.topics import TOPICS, partition_count, read_by
from shared.bus.wire import Raw, Record, decode, encode_request
from shared.messages.answer import Answer
from shared.messages.body import Body, Request
from shared.messages.referral.filings import SubmitFiling
from shared.settings import Settings
from shared.stack import Servers
from tests.bus.given.tally import TALLY
from tests.bus.given.writer import FactWriter

NODE = "huaxi"
INBOUND = [topic.name for topic in read_by(TALLY.name)]
OUTBOUND = ["referral.events", "referral.dead", f"reply.{NODE}"]
PATIENCE_S = 60  # of a machine that is busy with the other tests


def filing(id: str, person: str = "P1", **changes: Any) -> SubmitFiling:
    """A filing as a node sends it; what tally does with it is named by its id."""
    fields = {
        "filing_id": id,
        "person_id": person,
        "kind": "referral",
        "destination_area": "510100",
        "starts_on": date(2026, 3, 1),
        "channel": "agency",
    }
    return SubmitFiling.model_validate({**fields, **changes})


class Scene:
    """The stage; `answers`, `facts` and `dead` hold what was said since it was set up."""

    def __init__(self, settings: Settings, servers: Servers) -> None:
        self.settings, self.servers = settings, servers
        self.processes: list[ServiceProcess] = []
        self.answers: dict[str, list[Message]] = defaultdict(list)
        self.facts: list[Message] = []
        self.dead: list[Message] = []
        self._numbers = 0

    async def open(self) -> None:
        """Connects, and stands every stream at the end of its log."""
        self.admin = Admin(self.servers.kafka)
        self.database = await asyncpg.connect(self.servers.postgres)
        await self._connect()
        self.enrollment = FactWriter(self.producer, self.settings.partitions)
        await self.database.execute("INSERT INTO referral.node VALUES ($1, 'a hospital', 'hospital')", NODE)
        await self.admin.ensure_reply_topics([f"reply.{NODE}"])
        await self._stand_at_the_ends()
        self._listen(await self._ends(OUTBOUND))

    async def _connect(self) -> None:
        self.producer = AIOKafkaProducer(bootstrap_servers=self.servers.kafka, enable_idempotence=True)
        self.consumer = AIOKafkaConsumer(bootstrap_servers=self.servers.kafka, enable_auto_commit=False)
        await self.producer.start()
        await self.consumer.start()

    def _listen(self, positions: dict[TopicPartition, int]) -> None:
        self.consumer.assign(list(positions))
        for place, offset in positions.items():
            self.consumer.seek(place, offset)

    async def disconnect(self) -> None:
        """Lets the broker go; forgets what was heard from it."""
        await self.producer.stop()
        await self.consumer.stop()
        self.answers.clear()
        self.facts.clear()
        self.dead.clear()

    async def reconnect(self) -> None:
        """Listens to a new broker from its beginning."""
        await self._connect()
        self.enrollment.producer = self.producer
        self._listen({tp: 0 for topic in OUTBOUND for tp in self.places(topic)})

    async def close(self) -> None:
        """Stops whatever still runs."""
        for process in self.processes:
            await halt(process)
        await self.consumer.stop()
        await self.producer.stop()
        await self.database.close()

    async def _stand_at_the_ends(self) -> None:
        cluster_id, topic_ids = await self.admin.identify(INBOUND)
        ends = await self._ends(INBOUND)
        await self.database.executemany(
            "INSERT INTO referral.stream (topic, partition, next_offset, cluster_id, topic_id)"
            " VALUES ($1, $2, $3, $4, $5)",
            [(tp.topic, tp.partition, end, cluster_id, topic_ids[tp.topic]) for tp, end in ends.items()],
        )

    async def _ends(self, topics: list[str]) -> dict[TopicPartition, int]:
        found = await self.admin.ends([tp for topic in topics for tp in self.places(topic)])
        return {TopicPartition(*place): end for place, end in found.items()}

    def places(self, topic: str) -> list[TopicPartition]:
        """All partitions of a topic."""
        return [TopicPartition(topic, p) for p in range(partition_count(topic, self.settings.partitions))]

    async def start(self, ordinal: int = 0) -> ServiceProcess:
        """A tally process, ready to decide: it owns at least one stream."""
        process = ServiceProcess(TALLY, "live", ordinal, self.settings, self.servers)
        self.processes.append(process)
        await process.start()
        await self.until(lambda: not process.missing(), "the process owns no stream")
        return process

    async def stop(self, process: ServiceProcess) -> None:
        """Leaves as on SIGTERM."""
        self.processes.remove(process)
        await process.stop()

    async def send(
        self,
        body: Request,
        *,
        id: str = "",
        source: str = NODE,
        topic: str = "",
        key: str = "",
        length: int = 0,
        **envelope: str,
    ) -> str:
        """Sends a request as a node does, with blanks after it up to so many bytes; gives its id."""
        if not id:
            self._numbers += 1
            id = f"r{self._numbers}"
        record = encode_request(body, id=id, source=source, time=datetime.now(UTC).isoformat(), **envelope)
        await self.send_raw(
            record.value.ljust(length),
            record.headers,
            key=key.encode() or record.key,
            topic=topic or body.TOPICS[0],
        )
        return id

    async def send_raw(
        self,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        *,
        key: bytes | None = b"P1",
        topic: str = "realtime.filings",
        partition: int | None = None,
    ) -> None:
        """Any bytes, to the partition of their key."""
        if partition is None:
            partition = partition_of((key or b"").decode(errors="replace"), self.settings.partitions)
        await self.producer.send_and_wait(topic, value, key=key, headers=list(headers), partition=partition)

    async def send_in_transaction(self, record: Record) -> None:
        """Sends as a node whose producer writes in Kafka transactions."""
        producer = AIOKafkaProducer(bootstrap_servers=self.servers.kafka, transactional_id=unique("node"))
        where = partition_of(record.key.decode(), self.settings.partitions)
        await producer.start()
        try:
            async with producer.transaction():
                await producer.send_and_wait(
                    "realtime.filings", record.value, key=record.key, headers=record.headers, partition=where
                )
        finally:
            await producer.stop()

    async def ask(self, body: Request, **envelope: Any) -> Answer:
        """Sends a request and waits for its answer."""
        id = envelope.get("id", "")
        seen = len(self.answers[id]) if id else 0
        id = await self.send(body, **envelope)
        return (await self.hear(id, seen + 1))[seen]

    async def hear(self, id: str, count: int = 1) -> list[Answer]:
        """The answers to a request, once there are `count` of them."""
        await self.collect(lambda: len(self.answers[id]) >= count, f"no answer number {count} to {id}")
        return [answer(message) for message in self.answers[id]]

    async def collect(self, done: Callable[[], object], otherwise: str) -> None:
        """Reads what the service says until `done`."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not done():
            self._raise_what_failed()
            assert asyncio.get_running_loop().time() < deadline, otherwise
            for place, records in (await self.consumer.getmany(timeout_ms=50)).items():
                for record in records:
                    self._keep(place.topic, record)

    def _raise_what_failed(self) -> None:
        for process in self.processes:
            for task in (process._working, process._sending):
                if task.done() and not task.cancelled() and task.exception():
                    raise AssertionError("the process has ended") from task.exception()

    def _keep(self, topic: str, record: Any) -> None:
        message = decode(
            Raw(topic, record.partition, record.offset, record.key, record.value, record.headers, 0)
        )
        if topic.startswith("reply."):
            self.answers[message.causation_id].append(message)
        else:
            (self.dead if topic.endswith(".dead") else self.facts).append(message)

    def said(self, kind: type[Body]) -> list[Message]:
        """The facts of one kind that were said so far."""
        return [message for message in self.facts if isinstance(message.body, kind)]

    async def until(self, done: Callable[[], object], otherwise: str, patience_s: float = PATIENCE_S) -> None:
        """Waits for something in this process."""
        deadline = asyncio.get_running_loop().time() + patience_s
        while not done():
            self._raise_what_failed()
            assert asyncio.get_running_loop().time() < deadline, otherwise
            await asyncio.sleep(0.01)

    async def until_sql(self, sql: str, *values: Any) -> Any:
        """Waits until a query gives something true; gives it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not (found := await self.database.fetchval(sql, *values)):
            assert asyncio.get_running_loop().time() < deadline, sql
            await asyncio.sleep(0.01)
        return found

    async def fetch(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the service's tables, as plain tuples."""
        return [tuple(row) for row in await self.database.fetch(sql, *values)]

    async def effects(self) -> dict[str, int]:
        """How often each request took effect."""
        rows = await self.fetch("SELECT request_id, count(*) FROM referral.effect GROUP BY 1")
        return {str(request_id): int(count) for request_id, count in rows}


def answer(message: Message) -> Answer:
    """The answer in a message of a reply topic."""
    assert isinstance(message.body, Answer)
    return message.body


async def halt(process: ServiceProcess) -> None:
    """Ends a process whatever state it is in, as far as it was started."""
    process.worker.stopping.set()
    for task in (process._working, process._sending):
        task.cancel()
    await asyncio.gather(process._working, process._sending, return_exceptions=True)
    with contextlib.suppress(Exception):
        await process._consumer.stop()
        await process._producer.stop()
        process._pool.terminate()


def unique(prefix: str) -> str:
    """A name no other test has."""
    return f"{prefix}_{uuid.uuid4().hex[:12]}"


__all__ = ["INBOUND", "NODE", "OUTBOUND", "TOPICS", "Scene", "answer", "filing", "halt", "unique"]
