"""A stream (流) in memory: what its owner knows of it, and what the next turn takes from it. Pure.

The owner's copy equals the rows in the database as long as its turn is the stored one; the fence checks that.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from shared.bus.fault import PlainError
from shared.bus.message import Message, Position, SourcePosition
from shared.bus.topics import TOPICS
from shared.bus.wire import Raw, Undecoded, decode, is_skipped, parse_positions, skipped
from shared.messages.body import CancelRequest, DayReached, Paged, QueryOutcome
from shared.messages.enrollment.registers import DayOpened

BATCH = 500
TURN_BYTES = 4_000_000  # of bytes as they came: decoded they take ten times the memory
Line = tuple[str, str]  # a key, and the node whose requests for it wait for one another; "": facts


class GapError(PlainError):
    """A fact does not follow the last one heard of its source: facts are missing, the stream must stop."""


class Waiting(NamedTuple):
    """How many messages of one line stand aside with the same needs (awaited positions), and their bytes.

    A page stands in the line of each row, and is counted, with its bytes, in that of its first: `counted`.
    `wakes`: one of them may be decided soon. `expires_at`: when the first of them need not wait any longer.
    """

    key: str
    asker: str
    needs: str
    wakes: bool
    expires_at: datetime | None
    messages: int
    counted: int
    weight: int


class JunkKept(NamedTuple):
    """How much junk a stream keeps: messages and bytes by (sender, reason), and when they were counted."""

    read_s: float
    fills: Mapping[tuple[str, str], tuple[int, int]]


@dataclass(slots=True)
class Stream:
    """One inbound partition as this service reads it; `backlog` holds what was polled and not yet decided.

    The backlog is not decoded, as that takes ten times the memory: a turn decodes the records that it takes.
    """

    topic: str
    partition: int
    name: str
    turn: int
    next_offset: int
    day: date | None
    passed: date | None
    relayed: int
    sequence: int
    sources: tuple[str, ...]  # the streams whose DayReached set its day; () if DayOpened does, or nothing
    heard: dict[str, SourcePosition] = field(default_factory=dict)
    outlets: dict[tuple[str, int], int] = field(default_factory=dict)
    held: Counter[Line] = field(default_factory=Counter)  # how many messages of each line stand aside
    fills: dict[str, tuple[int, int]] = field(default_factory=dict)  # by node: messages aside, and bytes
    needs: Mapping[str, Set[Position]] = field(default_factory=dict)  # awaited positions, by header
    expires_at: datetime | None = None  # when the first message aside need not wait longer
    wakes: bool = False  # a message aside may be decided soon
    changed: bool = False  # messages aside are to be looked at again, whatever they await
    junk: JunkKept | None = None  # None: to be counted in the table
    jobs_open: bool = False
    torn: bool = False  # records expired unread: the first fact of a source may have any `previous`
    fetched: int = 0  # the next offset to come from Kafka
    sought: int = -1  # the last offset sought again because a later record came
    backlog: deque[Raw] = field(default_factory=deque)
    skips: Mapping[int, tuple[Raw, str]] = field(default_factory=dict)  # to step over: by offset, and why


@dataclass(slots=True)
class Room:
    """How many messages and bytes a turn still takes; the last message may be heavier than what is left."""

    messages: int
    weight: int = TURN_BYTES

    @property
    def is_left(self) -> bool:
        """Whether one more message fits."""
        return self.messages > 0 and self.weight > 0

    def fill(self, messages: int, weight: int) -> None:
        """Takes up room for `messages` messages of `weight` bytes together."""
        self.messages -= messages
        self.weight -= weight


@dataclass(slots=True)
class Slice:
    """What one turn takes from a stream, and what the stream will be once the turn is committed.

    `freed` messages stood aside and are decided first; `expired`: (source, id) of those that waited too long.
    """

    stream: Stream
    messages: list[Message]
    next_offset: int
    day: date | None
    heard: dict[str, SourcePosition]
    freed: Sequence[Message] = ()
    expired: Set[tuple[str, str]] = frozenset()
    day_raised: bool = False
    repeats: int = 0

    def all(self) -> list[Message]:
        """Everything the turn decides of this stream, in order."""
        return [*self.freed, *self.messages]


def take(stream: Stream, room: Room, taken: set[tuple[str, str]]) -> Slice:
    """Takes the next messages of a stream, while there is room, and gives each the stream's business day.

    Stops after a message that raises the day (that day's work comes first) and before one that names or
    repeats a request of this turn (`taken`), which must be in the database when the message is decided.
    Drops facts heard before. Raises GapError if facts are missing before the very next message.
    """
    slice_ = Slice(stream, [], stream.next_offset, stream.day, {})
    for raw in stream.backlog:
        if not room.is_left or not claim(message := _read(stream, raw), taken):
            break
        try:
            is_new = not message.stream or _is_new(slice_, message)
        except GapError:
            if slice_.next_offset == stream.next_offset:
                raise
            break  # what came before the gap is decided first
        slice_.next_offset = message.offset + 1
        message.day = slice_.day
        room.fill(_count(message) if is_new else 0, raw.weight)
        if not is_new:
            slice_.repeats += 1
            continue
        slice_.messages.append(message)
        if _raises_day(slice_, message):
            break
    return slice_


def _count(message: Message) -> int:
    """How many messages one counts as: a page, as its rows, since other requests wait for the turn."""
    return len(message.body.rows) if isinstance(message.body, Paged) else 1


def step_over(stream: Stream) -> bool:
    """Adds the next records to step over, as they were kept, to the backlog; gives whether there were any."""
    before = stream.fetched
    while stream.fetched in stream.skips:
        stream.backlog.append(stream.skips[stream.fetched][0])
        stream.fetched += 1
    return stream.fetched != before


def _read(stream: Stream, raw: Raw) -> Message:
    skip = stream.skips.get(raw.offset)
    return skipped(raw, skip[1]) if skip else decode(raw)


def claim(message: Message, taken: set[tuple[str, str]]) -> bool:
    """Claims for this turn the request ids that a message names; False if one of them is claimed already."""
    if message.stream or not message.id:
        return True
    names = {(message.source, message.id)}
    body = message.body
    if type(body) is QueryOutcome or type(body) is CancelRequest:
        names.add((message.source, body.original_id))
    if not names.isdisjoint(taken):
        return False
    taken |= names
    return True


def _is_new(slice_: Slice, message: Message) -> bool:
    stream = slice_.stream
    heard = slice_.heard.get(message.stream) or stream.heard.get(message.stream)
    known = heard or SourcePosition(torn=stream.torn)
    topic = TOPICS[message.topic]
    if topic.asks:
        return _is_new_mark(slice_, message, known)
    if message.sequence <= known.sequence:
        return False
    if message.previous != known.sequence and not (known.torn or topic.compacted):
        if is_skipped(message):  # it is not counted in its source's sequence
            return True
        raise GapError(
            f"{message.topic}/{message.partition}@{message.offset}: {message.stream} says {message.sequence} "
            f"after {message.previous}, but {known.sequence} was the last heard"
        )
    slice_.heard[message.stream] = replace(known, sequence=message.sequence, torn=False)
    return True


def _is_new_mark(slice_: Slice, message: Message, known: SourcePosition) -> bool:
    """Whether a day mark on a topic of the nodes is new; makes a mark whose day cannot follow junk."""
    body = message.body
    if type(body) is DayOpened:
        if slice_.day and body.opened_on <= slice_.day:
            return message.sequence > known.sequence
        # An operator went on although marks of this source were lost: the next one may have any day.
        lost = known.torn and message.stream in slice_.stream.heard
        if lost or follows(slice_.day, body):
            slice_.heard[message.stream] = replace(known, sequence=message.sequence, torn=False)
            return True
        message.body = Undecoded(code="STRANGE_DAY", where=f"{body.opened_on} after {slice_.day}")
    return True


def follows(day: date | None, body: DayOpened) -> bool:
    """Whether a day mark can follow `day`: only the next day's can, since days are opened one after another.

    The date alone decides, because a node can write to that topic with any sequence number.
    """
    return day is None or body.opened_on == day + timedelta(days=1)


def hear_released(slice_: Slice) -> None:
    """Lets a strange day mark that an operator released raise the day: only they know that days were lost."""
    for message in slice_.freed:
        if type(message.body) is DayOpened and message.stream and TOPICS[message.topic].asks:
            _raises_day(slice_, message)


def _raises_day(slice_: Slice, message: Message) -> bool:
    body = message.body
    if not message.stream:  # from a node: nodes open no days
        return False
    if type(body) is DayOpened and not slice_.stream.sources:
        reached: date | None = body.opened_on
    elif type(body) is DayReached:
        slice_.heard[message.stream].day = body.reached_on
        reached = _slowest(slice_)
    else:
        return False
    if not TOPICS[message.topic].marks or reached is None or (slice_.day and reached <= slice_.day):
        return False
    slice_.day, slice_.day_raised = reached, True
    return True


def _slowest(slice_: Slice) -> date | None:
    days = [
        (slice_.heard.get(name) or slice_.stream.heard.get(name) or SourcePosition()).day
        for name in slice_.stream.sources
    ]
    reached = [day for day in days if day is not None]
    return min(reached) if len(reached) == len(days) and days else None


def advance(slice_: Slice) -> None:
    """Moves the stream in memory to where the committed turn has moved it in the database."""
    stream = slice_.stream
    stream.next_offset, stream.day = slice_.next_offset, slice_.day
    stream.heard.update(slice_.heard)
    while stream.backlog and stream.backlog[0].offset < slice_.next_offset:
        stream.backlog.popleft()


def stand_aside(stream: Stream, rows: Sequence[Waiting]) -> None:
    """Notes what stands aside in a stream: how much of each line and node, what it awaits, and until when."""
    stream.held, stream.fills = Counter(), {}
    for row in rows:
        stream.held[row.key, row.asker] += row.messages
        messages, weight = stream.fills.get(row.asker, (0, 0))
        stream.fills[row.asker] = (messages + row.counted, weight + row.weight)
    stream.needs = {row.needs: set(parse_positions(row.needs)) for row in rows if row.needs}
    stream.expires_at = min((row.expires_at for row in rows if row.expires_at), default=None)
    stream.wakes = stream.changed = any(row.wakes for row in rows)


def room_left(streams: Iterable[Stream]) -> Room:
    """The room left for polling: what a turn takes, less what the backlogs hold."""
    backlogs = [stream.backlog for stream in streams]
    weight = sum(raw.weight for backlog in backlogs for raw in backlog)
    return Room(BATCH - sum(map(len, backlogs)), TURN_BYTES - weight)
