"""What each failure of a turn means, and what the worker does about it before it goes on.

A fence that is lost is read anew, twice is the end; a database that is away is waited for; a message that
fails is parked, if need be after its batch was halved down to it; many of those mean that we are wrong.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer

from shared.bus import metrics, store
from shared.bus.message import Message
from shared.bus.owner import Owner

log = structlog.get_logger()
BATCH = 500
PARK_LIMIT, PARK_SOURCES = 100, 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server hung up in the middle of an exchange
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    TimeoutError,
)
AGAIN = (
    store.ChangedError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
Place = tuple[str, int, int]


class FenceLostTwiceError(Exception):
    """Another owner was ahead again, with no new assignment in between: this process has no business here."""


class TooManyParkedError(Exception):
    """Many messages from many sources failed: we are wrong, not they. Release or drop them first."""


class Failures:
    """What went wrong lately: `poison` names messages to park, `limit` is how many a turn may take."""

    def __init__(
        self,
        names: dict[str, str],
        pool: "asyncpg.Pool[asyncpg.Record]",
        consumer: AIOKafkaConsumer,
        owner: Owner,
    ) -> None:
        self._names, self._pool, self._consumer, self._owner = names, pool, consumer, owner
        self.limit = BATCH
        self.poison: dict[Place, str] = {}
        self._lost_in = -1

    def committed(self, messages: Iterable[Message]) -> None:
        """A turn went through: it may be larger again, and what it parked is parked."""
        self.limit = min(BATCH, self.limit * 2)
        for message in messages if self.poison else ():
            self.poison.pop(_place(message), None)

    def again(self, error: Exception) -> None:
        """Somebody else was in the way; the turn is taken anew."""
        log.warning("bus.again", error=repr(error), **self._names)

    async def fence_lost(self) -> None:
        """Another owner is ahead: reads the positions anew. Raises FenceLostTwiceError."""
        metrics.FENCE_LOSSES.labels(*self._names.values()).inc()
        generation = self._owner.generation
        log.warning("bus.fence_lost", generation=generation, **self._names)
        if self._lost_in == generation:
            raise FenceLostTwiceError("another process decides these streams; this one ends")
        self._lost_in = generation
        await self._owner.adopt(list(self._owner.streams))

    async def away(self, error: Exception, waits: Callable[[], bool]) -> None:
        """The database is away: partitions paused, membership kept, growing pauses; then stands anew.

        `waits` is asked before each pause whether to go on waiting.
        """
        self._consumer.pause(*self._consumer.assignment())
        pause_s = FIRST_PAUSE_S
        while waits():
            log.warning("bus.database_away", error=repr(error), pause_s=pause_s, **self._names)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            try:
                await self._owner.adopt(list(self._owner.streams))
                break
            except AWAY as again:
                error = again
        self._consumer.resume(*self._consumer.assignment())

    async def park(self, message: Message, cause: Exception) -> None:
        """The message that failed is parked in the next turn. Raises TooManyParkedError."""
        async with self._pool.acquire() as tx:
            parked, sources = await store.failed_count(tx)
        if parked + len(self.poison) >= PARK_LIMIT and sources >= PARK_SOURCES:
            raise TooManyParkedError(f"{parked} messages of {sources} sources are parked") from cause
        log.error("bus.parked", type=message.type, id=message.id, error=repr(cause), **self._names)
        self.poison[_place(message)] = repr(cause)

    async def unnamed(self, messages: Sequence[Message], error: Exception) -> None:
        """A failure that names no message: halves the batch down to the one that brings it.

        Raises the error where no message is to blame.
        """
        if len(messages) > 1:
            self.limit = len(messages) // 2
            log.warning("bus.halved", limit=self.limit, error=repr(error), **self._names)
            return
        if not messages or _place(messages[0]) in self.poison:
            raise error
        await self.park(messages[0], error)


def _place(message: Message) -> Place:
    return (message.topic, message.partition, message.offset)
