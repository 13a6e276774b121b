"""What each failure of a turn means, and what the worker does about it before it goes on.

After a lost fence it reads the positions again; after the second in one assignment the process ends. It waits
for a database that is away or cannot write. It parks a message that fails, if need be after halving the batch
down to it; if many fail, our rules are wrong and the process ends.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import asyncpg
import structlog

from shared.bus import store
from shared.bus.consumer import Consumer
from shared.bus.fault import SERVER_FAULTS, ChangedError, PlainError, describe
from shared.bus.message import Message
from shared.bus.process import metrics
from shared.bus.process.owner import Owner
from shared.bus.stream import BATCH
from shared.bus.turn.held import parking_way
from shared.bus.turn.voice import TooLargeError

log = structlog.get_logger()
PARK_LIMIT = 100
PARK_EACH = 34  # so many of one source count at most: it takes three sources to stop a service
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
AWAY = (
    *SERVER_FAULTS,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, or a primary that is being replaced
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server hung up in the middle of an exchange
    OSError,
)
AGAIN = (
    ChangedError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
Place = tuple[str, int, int]


class FenceLostTwiceError(PlainError):
    """Another owner was ahead twice within one assignment: the streams are not this process's any more."""


class Fault(NamedTuple):
    """Why a message cannot be decided; `too_large`: what it would say does not fit a record."""

    reason: str
    source: str
    too_large: bool = False


class TooManyParkedError(PlainError):
    """Many messages from many sources failed: our rules are wrong. Release or drop the parked ones first."""


class NoMessageError(PlainError):
    """A turn fails, and none of its messages is to blame."""


class Failures:
    """The recent failures of a worker: `poison` are messages to park, `limit` is how many a turn may take."""

    def __init__(
        self,
        names: dict[str, str],
        pool: "asyncpg.Pool[asyncpg.Record]",
        consumer: Consumer,
        owner: Owner,
    ) -> None:
        self._names, self._pool, self._consumer, self._owner = names, pool, consumer, owner
        self.limit = BATCH
        self.poison: dict[Place, Fault] = {}
        self._lost_in = -1
        self._suspect: Place | None = None  # a message that failed alone, once
        self._pause_s = FIRST_PAUSE_S

    def committed(self, messages: Iterable[Message]) -> None:
        """Notes a committed turn: the next may be larger again, and its messages need no parking any more."""
        self.limit = min(BATCH, self.limit * 2)
        self._suspect, self._pause_s = None, FIRST_PAUSE_S
        for message in messages if self.poison else ():
            self.poison.pop(_place(message), None)

    def again(self, error: Exception) -> None:
        """Logs that another transaction was in the way; the turn is tried again."""
        log.warning("bus.again", error=describe(error), **self._names)

    async def fence_lost(self) -> None:
        """Reads the positions again, since another owner is ahead. Raises FenceLostTwiceError."""
        metrics.FENCE_LOSSES.labels(*self._names.values()).inc()
        generation = self._owner.generation
        log.warning("bus.fence_lost", generation=generation, **self._names)
        if self._lost_in == generation:
            raise FenceLostTwiceError("another process decides these streams; this one ends")
        self._lost_in = generation
        await self._owner.adopt(list(self._owner.streams))

    async def away(self, error: Exception, waits: Callable[[], bool]) -> None:
        """Waits for a database that is away, partitions paused and membership kept; then reads positions.

        The pauses grow until a turn is committed: a database with a full disk can still be read. `waits` is
        asked before each pause whether to go on waiting.
        """
        self._consumer.pause(*self._consumer.assignment())
        while waits():
            log.warning("bus.database_away", error=describe(error), pause_s=self._pause_s, **self._names)
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
            try:
                await self._owner.adopt(list(self._owner.streams))
                break
            except AWAY as again:
                error = again
        self._consumer.resume(*self._consumer.assignment())

    async def park(self, message: Message, cause: Exception) -> None:
        """Has the next turn park, or refuse, a message that failed. Raises TooManyParkedError."""
        # The reason is logged, kept and published on `<service>.dead`, so it quotes nothing of the record.
        reason, too_large = describe(cause), isinstance(cause, TooLargeError)
        if not too_large:
            await self._count(cause)
        log.error("bus.parked", type=message.type, id=message.id, error=reason, **self._names)
        source = message.source if parking_way(message) == "JUNK" else message.key
        self.poison[_place(message)] = Fault(reason, source, too_large)

    async def _count(self, cause: Exception) -> None:
        """Counts failed messages, PARK_EACH of a source at most. Raises TooManyParkedError."""
        async with self._pool.acquire() as tx:
            counts = Counter(await store.failed_counts(tx))
        counts.update(fault.source for fault in self.poison.values() if not fault.too_large)
        if sum(min(count, PARK_EACH) for count in counts.values()) >= PARK_LIMIT:
            told = f"{counts.total()} messages of {len(counts)} sources are parked"
            raise TooManyParkedError(told) from cause

    async def unnamed(self, messages: Sequence[Message], error: Exception) -> None:
        """Handles a failure that names no message: halves the batch down to the message that brings it.

        That message is tried once more before it is parked: another process may have been in its way. Raises
        NoMessageError if no message is to blame.
        """
        reason = describe(error)
        if len(messages) > 1:
            self.limit = len(messages) // 2
            log.warning("bus.halved", limit=self.limit, error=reason, **self._names)
            return
        place = _place(messages[0]) if messages else None
        if place is None or place in self.poison:
            raise NoMessageError(reason) from error
        if place != self._suspect:
            self._suspect = place
            log.warning("bus.tried_again", error=reason, **self._names)
            return
        await self.park(messages[0], error)


def _place(message: Message) -> Place:
    return (message.topic, message.partition, message.offset)
