"""Takes a service's turns again (重演), one told step after the other, on a database that knows nothing yet.

The turns are those of the running service, rule by rule and page by page; only nothing is sent. What they say
is compared with the log, fact by fact, and the first difference ends it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from shared.bus import store
from shared.bus.fault import describe
from shared.bus.operate.inlets import Inlets
from shared.bus.operate.told import DiffersError, DriftError, Told, ToldStep, digest_of
from shared.bus.process.failures import Fault
from shared.bus.service import Tx
from shared.bus.store import Page
from shared.bus.stream import BATCH, Room, Slice, Stream, advance, hear_released, take
from shared.bus.turn.decide_batch import DecideError
from shared.bus.turn.held import Freed, pack_raw, select_ready
from shared.bus.turn.result import TurnResult, move
from shared.bus.turn.steps import Standing, Step, Taken, Worked, decode, facts_first
from shared.bus.turn.turn import Turn
from shared.bus.turn.voice import ProcessContext, TooLargeError

Place = tuple[str, int]
_DRIFTS = 10  # in a row: a turn has as many streams that may count anew


class Replay:
    """The turns of one service, taken again: how many `messages`, and `facts` that were said before."""

    def __init__(
        self, context: ProcessContext, tx: Tx, inlets: Inlets, told: Told, streams: Mapping[Place, Stream]
    ) -> None:
        self._context, self._tx, self._inlets, self._told = context, tx, inlets, told
        self.streams = streams
        self._poison = {place: Fault(reasons[0], "") for place, reasons in told.failed.items()}
        self._drifts = 0
        self._worked: set[Step] = set()
        self._unsent: list[Page] = []
        self.messages = self.facts = 0

    async def take(self, told: ToldStep) -> None:
        """Takes the steps that one turn told. Raises DiffersError, UnreadableLogError."""
        for step in decode(told.header):
            await self._step(step, told.time)
        for lacking in self._told.lacks(told.firsts):
            raise DiffersError(*lacking)

    async def _step(self, step: Step, now: datetime) -> None:
        taken: list[Taken] = []
        for one in step:
            if isinstance(one, Worked):
                await self._work_until(one, now)
            else:
                taken.append(one if isinstance(one, Taken) else Taken(*one[:3]))
        await self._take(taken, now)
        for one in step:
            if isinstance(one, Standing) and one.aside is not None:
                await self._free(one, one.aside, now)

    async def _free(self, one: Standing, kept: Collection[int], now: datetime) -> None:
        """Frees what stands aside no more: a request waited too long, since no fact tells of its end."""
        place = (one.topic, one.partition)
        waiting = (await store.aside(self._tx, [place])).get(place, [])
        gone = [number for number in waiting if number not in kept]
        rows = await store.read_held(self._tx, *place, gone)
        requests = tuple(row.number for row in rows if row.asker)
        left = {place: Taken(*one[:3], tuple(gone), requests)}
        while gone and not await self._run(await self._slices(left), now):
            pass

    async def _take(self, step: Iterable[Taken], now: datetime) -> None:
        """Decides what a step took, in one turn; one told for several that said nothing takes some more."""
        left = {(one.topic, one.partition): one for one in step}
        while left:
            for place, one in left.items():
                await self._prepare(self.streams[place], one, now)
            slices = await self._slices(left)
            if not slices:
                break
            if await self._run(slices, now):
                left = {
                    place: one._replace(freed=())
                    for place, one in left.items()
                    if self.streams[place].next_offset < one.next_offset
                }

    async def _prepare(self, stream: Stream, one: Taken, now: datetime) -> None:
        """Does what comes before a stream's next message, pages that no fact tells, and reads its records."""
        while stream.jobs_open and (one.freed or stream.next_offset < one.next_offset):
            await self._page(stream, now)
        await self._inlets.fill(stream, one.next_offset)

    async def _slices(self, left: Mapping[Place, Taken]) -> list[Slice]:
        """Takes as the worker does: first what stood aside and is named by the step, then new messages."""
        streams = sorted((self.streams[place] for place in left), key=facts_first)
        taken: set[tuple[str, str]] = set()
        room = Room(BATCH)
        freed = [await self._freed(left[s.topic, s.partition], room, taken) for s in streams]
        slices = []
        for stream, ready in zip(streams, freed, strict=True):
            await self._step_over(stream)
            slice_ = take(stream, room, taken)
            slice_.freed, slice_.expired = ready
            hear_released(slice_)
            if slice_.next_offset != stream.next_offset or slice_.freed:
                slices.append(slice_)
        return slices

    async def _freed(self, one: Taken, room: Room, taken: set[tuple[str, str]]) -> Freed:
        if not one.freed:
            return Freed()
        rows = await store.read_held(self._tx, one.topic, one.partition, one.freed)
        met = {row.needs for row in rows if row.number not in one.expired}
        return select_ready(rows, met, room, taken)

    async def _step_over(self, stream: Stream) -> None:
        """Has a stream step over the records of its backlog that an operator had it step over."""
        for raw in stream.backlog if self._told.skipped else ():
            place = (raw.topic, raw.partition, raw.offset)
            if (why := self._told.skipped.get(place)) is not None:
                stream.skips = {**stream.skips, raw.offset: (raw, why)}
                stream.turn += await store.skip(self._tx, *place, pack_raw(raw), why)

    async def _run(self, slices: Sequence[Slice], now: datetime) -> bool:
        streams = [slice_.stream for slice_ in slices]
        if await self._transact(streams, lambda turn: turn.run(slices), now) is None:
            return False
        for slice_ in slices:
            advance(slice_)
            self.messages += len(slice_.all())
            for message in slice_.all() if self._poison else ():
                self._parked((message.topic, message.partition, message.offset))
        return True

    def _parked(self, place: tuple[str, int, int]) -> None:
        """Forgets one failure of a message that was parked: it may be released, and may fail once more."""
        reasons = self._told.failed.get(place, [])[1:]
        self._poison.pop(place, None)
        if reasons:
            self._told.failed[place] = reasons
            self._poison[place] = Fault(reasons[0], "")

    async def _work_until(self, page: Worked, now: datetime) -> None:
        """Does pages of a stream's open work up to a told one. Raises DiffersError if it is not there.

        One that is done already was told twice, by a process that did not hear of its COMMIT, or late, after
        another had taken the stream over.
        """
        stream = self.streams[page.topic, page.partition]
        while (page,) not in self._worked:
            if not await self._page(stream, now):
                raise DiffersError((stream.name, page.topic, page.partition), stream.sequence)

    async def _page(self, stream: Stream, now: datetime) -> bool:
        """Does one page of a stream's open work; gives whether there was one."""
        more: list[bool] = []

        async def page(turn: Turn) -> TurnResult:
            more.append(await turn.work(stream))
            return turn.said

        while (said := await self._transact([stream], page, now)) is None:
            pass
        stream.jobs_open = more[-1]
        self._worked.add(said.step)
        return stream.jobs_open

    async def _transact(
        self, streams: Sequence[Stream], work: Callable[[Turn], Awaitable[TurnResult]], now: datetime
    ) -> TurnResult | None:
        """Runs one transaction and compares what it says; gives None if it must be run anew."""
        try:
            async with self._tx.transaction():
                said = await work(Turn(self._context, self._tx, self._poison, now))
                unsent = self._compare(said)
                await store.clear_outbox(self._tx, [*self._unsent, *unsent])
        except DecideError as error:
            self._fails(error)
            return None
        except DriftError as error:
            self._drift(streams, error)
            return None
        self.facts += self._told.keep()
        self._unsent += unsent
        self._drifts = 0
        self._context.steps.committed(said.step, is_told=bool(said.facts()))
        move(streams, said)
        for stream in streams:
            stream.relayed = self._relayed(stream)
        return said

    def _compare(self, said: TurnResult) -> list[Page]:
        """Compares facts with the log; gives the pages that it lacks. Raises DiffersError, DriftError."""
        unsent = []
        for stream, page, records in said.facts():
            chain = (stream.name, page.to_topic, page.to_partition)
            held = [
                self._told.holds(chain, number, digest_of(dict(record.headers)["ce_id"], record.value))
                for number, record in enumerate(records, page.first_sequence)
            ]
            if not all(held):
                unsent.append(page)
        return unsent

    def _relayed(self, stream: Stream) -> int:
        """How far what a stream says stands in the log."""
        pages = [p for p in self._unsent if (p.topic, p.partition) == (stream.topic, stream.partition)]
        return min((page.first_sequence - 1 for page in pages), default=stream.sequence)

    @property
    def unsent(self) -> int:
        """How many facts are still to be sent, as the log lacks them or some of their page."""
        return sum(page.records for page in self._unsent)

    def _fails(self, error: DecideError) -> None:
        """Has a message on which a rule failed parked, or refused, in the next try, as the worker does."""
        self._told.undo()
        message = error.message
        place = (message.topic, message.partition, message.offset)
        if message.raw is None or place in self._poison:
            raise error
        self._poison[place] = Fault(describe(error.cause), "", isinstance(error.cause, TooLargeError))

    def _drift(self, streams: Sequence[Stream], error: DriftError) -> None:
        """Counts the answers that were said before and are not now. Raises DiffersError if that is not it."""
        self._told.undo()
        self._drifts += 1
        if self._drifts > _DRIFTS:
            raise DiffersError(error.chain, error.told) from error
        for stream in streams:
            stream.sequence += error.by if stream.name == error.chain[0] else 0
