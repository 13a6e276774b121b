"""The loop of one process: poll, decide in turns, hand over to the relay.

The loop goes on after three outcomes: a turn is committed; a turn is dropped because another owner was ahead;
a turn is tried again (database away, or without the message that failed). Anything else ends the process.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import asyncpg

from shared.bus import store
from shared.bus.consumer import Consumer
from shared.bus.process import metrics
from shared.bus.process.account import account, account_for_answers
from shared.bus.process.crash import point
from shared.bus.process.failures import AGAIN, AWAY, Failures
from shared.bus.process.lag import Lag
from shared.bus.process.owner import Owner
from shared.bus.process.poller import HELD_POLL_MS, Poller
from shared.bus.process.relay import Relay
from shared.bus.service import Tx
from shared.bus.stream import (
    Room,
    Slice,
    Stream,
    advance,
    hear_released,
    take,
)
from shared.bus.turn import held
from shared.bus.turn.decide_batch import DecideError
from shared.bus.turn.result import TurnResult, move
from shared.bus.turn.steps import facts_first
from shared.bus.turn.turn import FenceLostError, Turn
from shared.bus.turn.voice import ProcessContext

PRUNE_S, KEEP_DAYS = 3_600, 7  # of the outbox, from which a broker that lost its log is refilled
# Junk that nobody waits for is gathered: a turn costs as much for one message as for ten.
JUNK_S, JUNK_AT_ONCE = 0.1, 50
NOTE_S, NOTE_AT_WORK_S, REST_S = 1.0, 10.0, 0.15

Work = Callable[[Turn], Awaitable[TurnResult]]


class Worker:
    """Decides what its streams bring, until stopped."""

    def __init__(
        self,
        context: ProcessContext,
        lane: str,
        pool: "asyncpg.Pool[asyncpg.Record]",
        consumer: Consumer,
        owner: Owner,
        relay: Relay,
    ) -> None:
        self.context, self.lane, self.pool = context, lane, pool
        self.consumer, self.owner, self.relay = consumer, owner, relay
        self.stopping = asyncio.Event()
        self.ticked = time.monotonic()
        self._names = {"service": context.service.name, "lane": lane}
        self._labels = tuple(self._names.values())
        self._failures = Failures(self._names, pool, consumer, owner)
        self._lag = Lag(self._labels)
        self._poller = Poller(consumer, owner)
        self._noted = self._decided = self._looked = 0.0
        self._pruned = time.monotonic()
        self._junk_waits = False

    async def run(self) -> None:
        """Polls and decides until `stopping` is set; raises what ends the process."""
        while not self.stopping.is_set():
            await self._poller.poll(self._junk_waits)
            if self.owner.failure is not None:
                raise self.owner.failure
            async with self.owner.lock:
                try:
                    await self._decide()
                    await self._work()
                    await self._note()
                except AGAIN as error:
                    self._failures.again(error)
                except AWAY as error:
                    await self._failures.away(error, self._tick)
            self._tick()

    def _tick(self) -> bool:
        """Notes that the loop lives; gives whether it is to go on."""
        self.ticked = time.monotonic()
        return not self.stopping.is_set()

    async def _decide(self) -> None:
        """Runs one turn over all streams that have messages; facts of other services first."""
        slices = await self._take()
        self._junk_waits = self._can_wait(slices)
        if not slices or self._junk_waits:
            return
        self._decided = time.monotonic()
        point("before_turn")
        count = sum(len(slice_.freed) + len(slice_.messages) for slice_ in slices)
        started = time.perf_counter()
        said = await self._transact(slices, lambda turn: turn.run(slices))
        if said is None:
            return
        metrics.COMMIT.labels(*self._labels).observe(time.perf_counter() - started)
        for slice_ in slices:
            advance(slice_)
        self._failures.committed(message for slice_ in slices for message in slice_.all())
        await self._committed([slice_.stream for slice_ in slices], said)
        account(self._names, slices, said, count, started)

    def _can_wait(self, slices: Sequence[Slice]) -> bool:
        """Whether a turn can wait: it would only park a little junk, and the last turn was just now."""
        messages = [message for slice_ in slices for message in slice_.all()]
        soon = time.monotonic() - self._decided < JUNK_S and 0 < len(messages) < JUNK_AT_ONCE
        return soon and self.lane == "live" and held.await_nobody(messages, self.context.nodes)

    async def _take(self) -> list[Slice]:
        """Takes the next turn's messages: those that stood aside and can be decided, then new ones."""
        streams = sorted(self._poller.open(), key=facts_first)
        taken: set[tuple[str, str]] = set()
        room = Room(self._failures.limit)
        freed = await self._awake([stream for stream in streams if stream.wakes], room, taken)
        slices = []
        for stream in streams:
            ready = freed.get(stream.name, held.Freed())
            if not (stream.backlog or ready.messages):
                continue
            slice_ = take(stream, room, taken)
            slice_.freed, slice_.expired = ready
            hear_released(slice_)
            if slice_.next_offset != stream.next_offset or slice_.freed:
                slices.append(slice_)
        return slices

    async def _awake(
        self, wakeful: Sequence[Stream], room: Room, taken: set[tuple[str, str]]
    ) -> dict[str, held.Freed]:
        """Reads the messages that stood aside in these streams and can be decided now."""
        freed: dict[str, held.Freed] = {}
        if not wakeful or time.monotonic() - self._looked < HELD_POLL_MS / 1000:
            return freed
        self._looked, now = time.monotonic(), datetime.now(UTC)
        async with self.pool.acquire() as tx:
            met = await held.came(tx, self.context.service.name, wakeful)
            for stream in wakeful:
                if held.may_go_on(stream, met, now):
                    freed[stream.name] = await held.ready(tx, stream, met, now, room, taken)
        return freed

    async def _work(self) -> None:
        """Does one page of a day's work for each stream that has some."""
        for stream in [s for s in self.owner.streams.values() if s.jobs_open]:
            more: list[bool] = []

            async def page(turn: Turn, stream: Stream = stream, more: list[bool] = more) -> TurnResult:
                more.append(await turn.work(stream))
                return turn.said

            said = await self._transact([], page)
            if said is None:
                return
            await self._committed([stream], said)
            stream.jobs_open = more[-1]

    async def _transact(self, slices: Sequence[Slice], work: Work) -> TurnResult | None:
        """Runs one transaction; gives None if the batch must be taken again."""
        try:
            async with self.pool.acquire() as tx:
                return await self._in_transaction(tx, work)
        except FenceLostError:
            await self._failures.fence_lost()
        except DecideError as error:
            if error.message.raw is None:  # a day's own work: no record to park, so the process ends
                raise
            await self._failures.park(error.message, error.cause)
        except ValueError as error:  # first: asyncpg's for a value that does not fit is one of AWAY too
            await self._unnamed(slices, error)
        except (*AGAIN, *AWAY):
            raise
        except Exception as error:
            await self._unnamed(slices, error)
        return None

    async def _unnamed(self, slices: Sequence[Slice], error: Exception) -> None:
        await self._failures.unnamed([message for slice_ in slices for message in slice_.all()], error)

    async def _in_transaction(self, tx: Tx, work: Work) -> TurnResult:
        async with tx.transaction():
            said = await work(Turn(self.context, tx, self._failures.poison))
            point("before_commit")
        point("between_commit_and_send")
        return said

    async def _committed(self, streams: Sequence[Stream], said: TurnResult) -> None:
        move(streams, said)
        self.context.steps.committed(said.step, is_told=bool(said.facts()))
        if said.parcels:
            on_kafka = partial(account_for_answers, self._names, said.answered)
            await self.relay.push(said.parcels, said.new_nodes, on_kafka)
        if self.context.steps.are_many:
            async with self.pool.acquire() as tx:
                await self.owner.sum_up_steps(tx)

    async def _note(self) -> None:
        """Does the housekeeping between turns: every second when idle, every 10 s under load, because a
        request that arrives meanwhile has to wait. Only the metrics are set each time.

        Writes how far streams are relayed (a turn does so too), finds those in which a message that stands
        aside may be decided, and prunes the outbox once an hour.
        """
        metrics.OUTBOX_AGE.labels(*self._labels).set(self.relay.age_s())
        self._lag.note(self.owner.streams.values(), self.consumer)
        now = time.monotonic()
        due_s = NOTE_S if now - self._decided > REST_S else NOTE_AT_WORK_S
        if now - self._noted < due_s or not self.owner.streams:
            return
        self._noted = now
        await self.note_relayed()
        async with self.pool.acquire() as tx:
            waking = await store.waking_streams(tx)
            if self._noted - self._pruned > PRUNE_S:
                self._pruned = self._noted
                await store.prune_outbox(tx, KEEP_DAYS)
        for place in waking:
            if place in self.owner.streams:
                stream = self.owner.streams[place]
                stream.wakes = stream.changed = True

    async def note_relayed(self) -> None:
        """Writes how far the streams are relayed, so that a later owner sends nothing again needlessly."""
        async with self.pool.acquire() as tx:
            await store.note_relayed(tx, list(self.owner.streams.values()))
