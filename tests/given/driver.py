"""Drives a service's decider on a real database, without a broker: bodies in, decisions out."""

from collections import Counter
from datetime import date
from typing import Any

import asyncpg

from shared.bus.database import connect_pool
from shared.bus.message import Decision, Message, Original, Written
from shared.bus.outside.foreign import wrong_in
from shared.bus.partition import partition_of
from shared.bus.service import Service
from shared.bus.topics import stream_name
from shared.bus.turn.decide_batch import decide_batch
from shared.identity import derive
from shared.messages.body import Body, Fact

PARTITIONS = 6
FIRST_DAY = date(2026, 3, 2)


class Driver:
    """One service on one database; each `hear` is one batch, one transaction."""

    def __init__(self, service: Service, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.service = service
        self.pool = pool
        self._offsets: Counter[tuple[str, int]] = Counter()
        self._ids = 0

    @classmethod
    async def open(cls, service: Service, dsn: str) -> "Driver":
        """Connects in the service's application role."""
        return cls(service, await connect_pool(dsn, service.name))

    async def close(self) -> None:
        """Lets the connections go."""
        await self.pool.close()

    def message(
        self,
        body: Body,
        *,
        source: str = "operator",
        day: date | None = FIRST_DAY,
        id: str | None = None,
        topic: str | None = None,
        partition: int | None = None,
        original: Original | None = None,
        key: str | None = None,
    ) -> Message:
        """A body as the message the shell would hand over; ids and offsets count up by themselves."""
        self._ids += 1
        topic = topic or (body.TOPICS[0] if body.TOPICS else "internal")
        key = key if key is not None else body.key
        where = partition if partition is not None else partition_of(key, PARTITIONS)
        offset = self._offsets[topic, where]
        self._offsets[topic, where] += 1
        return Message(
            topic=topic,
            partition=where,
            offset=offset,
            key=key,
            source=source,
            id=id or f"m{self._ids}",
            type=body.wire_type(),
            body=body,
            value=body.model_dump_json().encode(),
            correlation_id="case",
            day=day,
            original=original,
            stream=f"{source}/test/{where}",
            sequence=offset + 1,
            previous=offset,
        )

    async def hear(self, *bodies: Body | Message, **envelope: Any) -> list[Decision]:
        """Decides bodies (or ready messages) as one batch."""
        messages = [b if isinstance(b, Message) else self.message(b, **envelope) for b in bodies]
        async with self.pool.acquire() as tx, tx.transaction():
            return readable(await decide_batch(self.service.decider, tx, messages))

    async def due(self, job: str, partition: int, day: date, limit: int = 500) -> list[Decision]:
        """Runs one job of a day to its end, page by page, as the shell does."""
        [found] = [j for j in self.service.jobs if j.name == job]
        decisions: list[Decision] = []
        cursor = ""
        while True:
            async with self.pool.acquire() as tx, tx.transaction():
                page = await found.due(tx, partition, day, cursor, limit)
                messages = [self._due_message(job, found.topic, partition, day, d) for d in page]
                decisions += readable(await decide_batch(self.service.decider, tx, messages))
            if not page:
                return decisions
            cursor = page[-1].cursor

    def _due_message(self, job: str, topic: str | None, partition: int, day: date, due: Any) -> Message:
        return Message(
            topic=topic or "",
            partition=partition,
            offset=-1,
            key=due.key,
            source=self.service.name,
            id=derive(job, day.isoformat(), due.cursor),
            type=due.body.wire_type(),
            body=due.body,
            day=day,
            stream=stream_name(self.service.name, topic or "", partition),
        )

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Looks into the service's tables."""
        async with self.pool.acquire() as connection:
            return await connection.fetch(sql, *values)


def readable(decisions: list[Decision]) -> list[Decision]:
    """The decisions, once it is seen that their readers will take them: facts are valid, and ids are ids."""
    for decision in decisions:
        if decision.written:
            decision.facts = [*decision.facts, *map(_read, decision.written)]
        for fact in decision.facts:
            assert type(fact).model_validate(fact.model_dump()) == fact
        said = [*decision.facts, *(notice.body for notice in decision.notices)]
        for body in [*said, decision.answer] if decision.answer else said:
            assert not list(wrong_in(body)), body
    return decisions


def _read(fact: Written) -> Fact:
    """A fact that is written already, as its readers take it: it has the very bytes that its class writes."""
    body = fact.kind.model_validate_json(fact.value)
    assert body.model_dump_json().encode() == fact.value
    assert body.key == fact.key
    return body
