"""One turn (一轮): the transaction of one batch, from the fence to the outbox.

Decisions take effect with COMMIT and not before; what the turn says is sent after it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.bus import store
from shared.bus.message import Decision, Message, Written
from shared.bus.process.failures import Fault
from shared.bus.service import Tx
from shared.bus.store import Decided, Held
from shared.bus.stream import Line, Room, Slice, Stream
from shared.bus.topics import TOPICS
from shared.bus.turn import days, held, junk
from shared.bus.turn.border import Border, Verdict, cancelled_row, try_again
from shared.bus.turn.decide_batch import DecideError, decide_batch
from shared.bus.turn.lines import WaitingLines, line_of, lines_of
from shared.bus.turn.result import TurnResult
from shared.bus.turn.steps import Step, step_of
from shared.bus.turn.voice import ProcessContext, TooLargeError, Voice
from shared.bus.wire import SKIPPED
from shared.errors import refuse
from shared.messages.body import CancelRequest, Fact, MessageParked, QueryOutcome
from shared.messages.enrollment.registers import NodeRegistered
from shared.messages.wire_types import QUESTIONS

Place = tuple[str, int, int]
STRANGER_S, MOST_STRANGERS = 0.1, 10_000


class FenceLostError(Exception):
    """Another owner has moved the streams: drop the batch, read the positions again."""


@dataclass(slots=True)
class _Work:
    """One message of the turn: where it came from, and its number in the turn."""

    stream: Stream
    message: Message
    index: int
    freed: bool = False  # it stood aside before


class Turn:
    """One batch in one transaction. `poison` names messages that failed before and are parked now.

    `now`: the moment of a turn that is taken again (None: this one, later than that of any turn before).
    """

    def __init__(
        self, context: ProcessContext, tx: Tx, poison: Mapping[Place, Fault], now: datetime | None = None
    ) -> None:
        self.context = context
        self.tx = tx
        self.now = now or context.moment()
        self.step: Step = ()
        self.voice = Voice(context, self.now)
        self.said = TurnResult()
        self._poison = poison
        self._cancelled: list[Decided] = []
        self._holds: list[Held] = []
        self._junk: list[tuple[_Work, Held, MessageParked]] = []
        self._touched: set[str] = set()
        self._expired: set[tuple[str, str]] = set()
        self._waiting = WaitingLines()
        self._rooms: dict[tuple[str, str], Room] = {}  # by stream and node: what may still stand aside

    async def run(self, slices: Sequence[Slice]) -> TurnResult:
        """Decides everything the slices hold. Raises FenceLostError, DecideError, and what `save` raises."""
        asked = self._asked(slices)
        decided = await store.fence(self.tx, slices, _ids(asked))
        if decided is None:
            raise FenceLostError
        await store.save_heard(self.tx, slices)
        self.step = step_of(slices)
        work = await self._gather(slices)
        border = await self._border(asked, decided)
        rules = self._cross(border, work)
        await self.decide(rules)
        for slice_ in slices:
            if slice_.day_raised and slice_.day and await days.hear(self, slice_.stream, slice_.day):
                self.said.jobs_open.add(slice_.stream.name)
        await self.write(slices)
        return self.said

    async def work(self, stream: Stream) -> bool:
        """Does one page of a stream's open work; gives whether there may be more. Raises FenceLostError."""
        slice_ = Slice(stream, [], stream.next_offset, stream.day, {})
        if await store.fence(self.tx, [slice_]) is None:
            raise FenceLostError
        has_more = await days.work(self, stream)
        await self.write([slice_])
        return has_more

    async def decide(self, rules: Sequence[_Work]) -> None:
        """Lets the service decide messages, and says what it decided. Raises DecideError."""
        started = time.perf_counter()
        decisions = await decide_batch(
            self.context.service.decider, self.tx, [item.message for item in rules]
        )
        for item, decision in zip(rules, decisions, strict=True):
            try:
                self._say(item, decision)
            except TooLargeError as error:  # found before COMMIT: the relay could never send it
                raise DecideError(item.message, error) from error
        self.said.decided += len(rules)
        self.said.decide_ms += (time.perf_counter() - started) * 1000

    def _say(self, item: _Work, decision: Decision) -> None:
        facts: tuple[Fact | Written, ...] = (*decision.facts, *decision.written)
        for step, fact in enumerate(facts):
            self.voice.fact(item.stream, item.index, item.message, step, fact)
        for step, notice in enumerate(decision.notices):
            self.voice.notice(item.stream, item.message, step, notice)
        if decision.answer is not None:
            first = type(item.message.body) not in QUESTIONS
            self.voice.answer(item.stream, item.index, item.message, decision.answer, first=first)
        body = item.message.body
        if type(body) is NodeRegistered:
            self.voice.node(body)

    async def decide_due(self, stream: Stream, messages: Sequence[Message]) -> None:
        """Decides one page of a day's work."""
        await self.decide([_Work(stream, message, index) for index, message in enumerate(messages)])

    async def write(self, slices: Sequence[Slice]) -> None:
        """Keeps first answers, held messages, nodes, and the pages to send."""
        if self._junk:
            await self._keep_junk()
        voice, tx = self.voice, self.tx
        parcels = voice.pack(self.context.steps.tell(self.step))
        firsts = [*voice.firsts, *self._cancelled]
        if voice.nodes:
            await store.save_nodes(tx, sorted(dict.fromkeys(voice.nodes)))
            self.context.nodes.update({node_id: kind for node_id, _, kind in voice.nodes})
        if self._holds:
            await store.hold(tx, self._holds)
        for slice_ in slices:
            if slice_.stream.name in self._touched:
                self.said.waiting[slice_.stream.name] = await store.read_waiting(
                    tx, slice_.stream.topic, slice_.stream.partition
                )
        if firsts or parcels:
            outlets = [row for outbox in voice.outboxes.values() for row in outbox.outlet_rows()]
            await store.say(tx, firsts, [parcel.page for parcel in parcels], outlets)
        self.said.parcels, self.said.step, self.said.new_nodes = parcels, self.step, voice.new_nodes
        self.said.answered = voice.answered()
        self.said.sequences = {name: outbox.sequence for name, outbox in voice.outboxes.items()}
        self.said.outlets = {name: outbox.outlets for name, outbox in voice.outboxes.items()}

    async def _gather(self, slices: Sequence[Slice]) -> list[_Work]:
        """Lists the messages of each stream: first those that stood aside and are freed, then new ones."""
        work: list[_Work] = []
        for slice_ in slices:
            name = slice_.stream.name
            if slice_.freed:
                await held.free(self.tx, slice_.freed, slice_.stream.day)
                slice_.stream.junk = None  # to be counted again, as released messages leave room
                self._touched.add(name)
            for message in slice_.freed:
                message.day = slice_.stream.day
                self._waiting.free(name, message)
                work.append(_Work(slice_.stream, message, len(work), freed=True))
            work += [_Work(slice_.stream, m, len(work) + i) for i, m in enumerate(slice_.messages)]
            self._expired |= slice_.expired
        return work

    def _asked(self, slices: Sequence[Slice]) -> list[Message]:
        """The requests from outside, those that stood aside too."""
        if self.context.service.hears_all:
            return []
        messages = [m for slice_ in slices for m in slice_.all()]
        asked = [m for m in messages if m.id and not m.stream and TOPICS[m.topic].asks]
        return [m for m in asked if (m.topic, m.partition, m.offset) not in self._poison]

    async def _border(self, asked: Sequence[Message], decided: Mapping[store.RequestId, Decided]) -> Border:
        service, nodes = self.context.service, self.context.nodes
        await self._meet({m.source for m in asked})
        heard = await held.heard(self.tx, service.name, {p for m in asked for p in m.after})
        return Border(service.hears_all, nodes, decided, heard, self.now, self.context.partitions)

    async def _meet(self, sources: set[str]) -> None:
        """Looks up whether unknown senders are registered by now: each at most ten times a second."""
        now, strangers = time.monotonic(), self.context.strangers
        asked = {s for s in sources - self.context.nodes.keys() if now - strangers.get(s, 0.0) > STRANGER_S}
        if asked:
            self.context.nodes.update(await store.read_nodes(self.tx, sorted(asked)))
            if len(strangers) > MOST_STRANGERS:
                strangers.clear()
            strangers.update(dict.fromkeys(asked, now))

    def _cross(self, border: Border, work: Sequence[_Work]) -> list[_Work]:
        """Gives the messages for the rules to decide; answers, holds or parks all others."""
        rules = []
        for item in work:
            lines = self._waiting.before(item.stream, is_freed=item.freed)
            verdict = self._verdict(border, item.message, lines)
            if verdict.way == "hold":
                verdict = self._hold(item, verdict, lines)
            if verdict.way == "decide":
                rules.append(item)
            elif verdict.way == "answer":
                self._reply(item, verdict)
            elif verdict.way == "park":
                self._park(item, verdict, lines)
        return rules

    def _verdict(self, border: Border, message: Message, lines: set[Line]) -> Verdict:
        fault = self._poison.get((message.topic, message.partition, message.offset))
        if fault and fault.too_large and held.parking_way(message) == "JUNK":
            return Verdict("answer", "ANSWER_TOO_LARGE", answer=refuse("ANSWER_TOO_LARGE"))
        if fault:
            return Verdict("park", "FAILED", detail=fault.reason)
        if (message.source, message.id) in self._expired:
            return try_again()
        return border.check(message, lines)

    def _reply(self, item: _Work, verdict: Verdict) -> None:
        if verdict.stored is not None:
            self.said.repeats += verdict.reason == "REPEAT"
            self.voice.again(item.stream, item.message, verdict.stored)
        if verdict.cancels:
            self._cancelled.append(cancelled_row(item.message, verdict.cancels))
        if verdict.answer is not None:
            self.voice.answer(item.stream, item.index, item.message, verdict.answer, first=verdict.first)

    def _hold(self, item: _Work, verdict: Verdict, lines: set[Line]) -> Verdict:
        """Lets a message stand aside; a request of a node that has too many aside is answered instead."""
        message, name = item.message, item.stream.name
        line = line_of(message)
        row = held.held_row(message, verdict, verdict.reason, self.now)
        room = self._rooms.setdefault((name, line[1]), held.room_of(item.stream, line[1]))
        if row.asker and not room.is_left:
            return try_again("too many requests of this node wait")
        room.fill(1, len(row.record))
        self._holds.append(row)
        self._touched.add(name)
        lines.update(lines_of(message))
        self.said.deferred += 1
        return verdict

    def _park(self, item: _Work, verdict: Verdict, lines: set[Line]) -> None:
        message = item.message
        way = held.parking_way(message)
        row = held.held_row(message, verdict, way, self.now)
        if way == "PARKED":
            self._touched.add(item.stream.name)
            self._holds.append(row)
            lines.update(lines_of(message))
            self.voice.fact(item.stream, item.index, message, 0, held.parked_fact(message, verdict))
        else:
            asker = row.asker if message.source in self.context.nodes else junk.STRANGERS
            self._junk.append((item, row._replace(asker=asker), held.parked_fact(message, verdict)))
        self.said.parked += 1

    async def _keep_junk(self) -> None:
        rows = [(item.stream, row) for item, row, _ in self._junk]
        are_kept = await junk.keep(self.tx, rows, self.said.junk)
        for (item, _, told), is_kept in zip(self._junk, are_kept, strict=True):
            if is_kept or told.reason == SKIPPED:
                self.voice.fact(item.stream, item.index, item.message, 0, told)


def _ids(asked: Sequence[Message]) -> list[store.RequestId]:
    """The ids of the requests, and of those that they speak of."""
    ids = {(m.source, m.id) for m in asked}
    ids |= {
        (m.source, body.original_id)
        for m in asked
        if type(body := m.body) is CancelRequest or type(body) is QueryOutcome
    }
    return sorted(ids)
