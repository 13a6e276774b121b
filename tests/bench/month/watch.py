"""Watches how clearing closes a month: when its statements are sorted, when its batches are on Kafka."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, NamedTuple

import asyncpg
from aiokafka import TopicPartition

from shared.bus.admin import Admin
from shared.messages.clearing.batches import CHUNK_LINES
from tests.bench.month.given import MONTH, Round
from tests.bench.place import Tell
from tests.bench.running import Running

TOPIC = "monthly.batches"
LOOK_S, PATIENCE_S = 0.02, 900.0
_SORTED = """
SELECT NOT EXISTS (SELECT FROM clearing.book WHERE agreement_id LIKE $1 || '-%' AND sorted_through < $2)
"""
_MADE = """
SELECT count(*), coalesce(sum(lines), 0)::bigint, coalesce(sum((lines + $2 - 1) / $2), 0)::bigint
FROM clearing.statement WHERE agreement_id LIKE $1 || '-%'
"""
_DONE = """
SELECT NOT EXISTS (SELECT FROM clearing.job WHERE NOT done) AND day >= $1 FROM clearing.service_day
"""


class Closed(NamedTuple):
    """A month that was closed: seconds from its day until sorted, and from then until published; its size."""

    sorted_s: float
    published_s: float
    statements: int
    lines: int
    chunks: int


class Watch:
    """Looks at the database and the topic while one process works; `peak_mb` is the most memory it had."""

    def __init__(self, running: Running, database: "asyncpg.Connection[Any]", tell: Tell) -> None:
        self._running, self._database, self._tell = running, database, tell
        self._admin, self._partitions = Admin(running.place.servers.kafka), running.place.settings.partitions
        self.peak_mb = 0.0

    async def until_closed(self, round_: Round, since: float) -> Closed:
        """Returns once all batches of a round are on Kafka; `since`: when its day was opened."""
        already = await self._said()

        async def is_sorted() -> bool:
            return await self._holds(_SORTED, round_.name, MONTH)

        async def is_published() -> bool:
            said = await self._said() - already
            self._tell(f"batches {round_.name}", said, expected)
            return bool(said >= expected)

        sorted_s = await self._until(is_sorted, since)
        [(statements, lines, chunks)] = await self._database.fetch(_MADE, round_.name, CHUNK_LINES)
        expected = statements + chunks
        published_s = await self._until(is_published, since)
        return Closed(sorted_s, published_s - sorted_s, statements, lines, chunks)

    async def until_day_done(self, day: date) -> None:
        """Returns once all work of a day is done."""

        async def is_done() -> bool:
            return await self._holds(_DONE, day)

        await self._until(is_done, time.perf_counter())

    async def _until(self, look: Callable[[], Awaitable[bool]], since: float) -> float:
        """Looks again and again; gives the seconds since then. Raises TimeoutError, DiedError."""
        while not await look():
            self._running.check()
            [process] = self._running.processes.values()
            self.peak_mb = max(self.peak_mb, process.memory_info().rss / 1e6)
            if time.perf_counter() - since > PATIENCE_S:
                raise TimeoutError("the month is not closed")
            await asyncio.sleep(LOOK_S)
        return time.perf_counter() - since

    async def _holds(self, condition: str, *given: object) -> bool:
        return bool(await self._database.fetchval(condition, *given))

    async def _said(self) -> int:
        places = [TopicPartition(TOPIC, number) for number in range(self._partitions)]
        return sum((await self._admin.ends(places)).values())
