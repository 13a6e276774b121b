"""Messages that stand aside (暂存报文): awaiting a fact, waiting behind one that does, or parked.

Later messages wait behind a message that stands aside: behind a request the same node's later requests for
its key, behind a fact everything of its key. They are decided in order once the first one is. A request's
waiting time runs from its arrival, so the times of requests behind one another do not add up.
"""

from collections.abc import Container, Iterable, Sequence, Set
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgpack

from shared.bus import store
from shared.bus.message import Message, Position
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import TURN_BYTES, Line, Room, Stream, claim
from shared.bus.topics import TOPICS
from shared.bus.turn.border import Verdict
from shared.bus.turn.lines import is_request, line_of, lines_of, waits
from shared.bus.wire import Raw, decode, format_positions, is_skipped
from shared.messages.body import MessageParked, Paged

AWAIT_SECONDS = 5
READ_AT_ONCE = 200
HELD_OF_A_NODE, HELD_BYTES = 500, 8_000_000  # in one stream: further requests get TRY_AGAIN


class Freed(NamedTuple):
    """Messages that can be decided now, and (source, id) of those of them that waited too long."""

    messages: Sequence[Message] = ()
    expired: Set[tuple[str, str]] = frozenset()


def held_row(message: Message, verdict: Verdict, why: str, now: datetime) -> Held:
    """The row of a message that stands aside, with its bytes."""
    needs = format_positions(message.after) if verdict.way == "hold" else ""
    raw: Raw = message.raw
    return Held(
        topic=message.topic,
        partition=message.partition,
        number=message.offset,
        key=message.key,
        source=message.source,
        asker=line_of(message)[1],
        why=why,
        needs=needs,
        expires_at=now + timedelta(seconds=AWAIT_SECONDS) if needs else None,
        released=False,
        reason=verdict.reason,
        detail=verdict.detail[:2000].replace("\0", ""),
        record=pack_raw(raw),
        row_keys=message.body.row_keys if isinstance(message.body, Paged) else (),
    )


def parking_way(message: Message) -> str:
    """How a message is parked: PARKED holds back the later ones of its key, JUNK holds back none.

    Facts of our services are PARKED; a message where nodes write, or one that was stepped over, is JUNK.
    """
    return "JUNK" if TOPICS[message.topic].asks or is_skipped(message) else "PARKED"


def await_nobody(messages: Iterable[Message], nodes: Container[str]) -> bool:
    """Whether all messages come from senders that cannot be answered: junk, for which nobody waits."""
    return all(is_request(m) and (not m.source or m.source not in nodes) for m in messages)


def room_of(stream: Stream, asker: str) -> Room:
    """How much more of a node's requests may stand aside in a stream: no node fills it for all."""
    messages, weight = stream.fills.get(asker, (0, 0))
    return Room(HELD_OF_A_NODE - messages, HELD_BYTES - weight)


async def heard(tx: Tx, service: str, positions: Iterable[Position]) -> set[Position]:
    """The positions that a service need not wait for: it has heard them, or never reads their topics."""
    asked = set(positions)
    mine = {p for p in asked if p.topic in TOPICS and service in TOPICS[p.topic].readers}
    return (asked - mine) | (await store.reached(tx, mine) if mine else set())


async def came(tx: Tx, service: str, streams: Iterable[Stream]) -> set[str]:
    """The awaited positions of these streams that have been heard by now, as the texts of headers."""
    needs = {text: positions for stream in streams for text, positions in stream.needs.items()}
    known = await heard(tx, service, {position for positions in needs.values() for position in positions})
    return {text for text, positions in needs.items() if known >= positions}


def may_go_on(stream: Stream, met: Set[str], now: datetime) -> bool:
    """Whether a message aside in the stream may be decided that could not at the last look. Pure."""
    expired = stream.expires_at is not None and stream.expires_at <= now
    return stream.changed or expired or not met.isdisjoint(stream.needs)


async def ready(
    tx: Tx, stream: Stream, met: Set[str], now: datetime, room: Room, taken: set[tuple[str, str]]
) -> Freed:
    """Reads the messages aside in a stream that can be decided, while there is room; `came` gives `met`."""
    rows = await store.read_ready(
        tx, stream.topic, stream.partition, sorted(met), now, READ_AT_ONCE, TURN_BYTES
    )
    stream.changed = bool(rows)  # they may not all find room, or their turn may come to nothing
    return select_ready(rows, met, room, taken)


def select_ready(rows: Sequence[Held], met: Container[str], room: Room, taken: set[tuple[str, str]]) -> Freed:
    """Selects messages to decide, in order, while there is room; none names a request of this turn. Pure."""
    blocked: set[Line] = set()
    messages: list[Message] = []
    expired: set[tuple[str, str]] = set()
    for row in rows:
        if not room.is_left:
            break
        message = decode(unpack_raw(row))
        lines = lines_of(message)
        if any(waits(line, blocked) for line in lines) or not claim(message, taken):
            blocked.update(lines)
            continue
        messages.append(message)
        room.fill(len(row.row_keys) or 1, len(message.value))
        message.after = () if row.needs else message.after
        if row.needs and row.needs not in met:
            expired.add((message.source, message.id))
    return Freed(messages, expired)


def parked_fact(message: Message, verdict: Verdict) -> MessageParked:
    """What is told of a message that is parked, and why."""
    return MessageParked(
        origin_key=message.key,
        origin_topic=message.topic,
        origin_partition=message.partition,
        origin_offset=max(message.offset, 0),  # below 0: from a broker that was lost
        reason=verdict.reason,
        detail=verdict.detail[:200],
    )


async def free(tx: Tx, messages: Sequence[Message], day: date | None) -> None:
    """Lets messages stand aside no longer; of facts it notes the day on which they are decided."""
    await store.unhold(tx, places(messages))
    if facts := [(one.stream, one.sequence, day) for one in messages if one.stream]:
        await store.note_freed(tx, facts)


def pack_raw(raw: Raw) -> bytes:
    """Packs a record's bytes as a table keeps them; its place has columns of its own."""
    parts = (raw.key, raw.value, list(raw.headers), raw.timestamp_ms)
    packed: bytes = msgpack.packb(parts, unicode_errors="surrogateescape")
    return packed


def unpack_raw(row: Held) -> Raw:
    """Unpacks the record of a message that stood aside."""
    return unpack(row.topic, row.partition, row.number, row.record)


def unpack(topic: str, partition: int, offset: int, record: bytes) -> Raw:
    """Unpacks a record that a table kept into what came from Kafka."""
    key, value, headers, timestamp_ms = msgpack.unpackb(record, unicode_errors="surrogateescape")
    return Raw(topic, partition, offset, key, value, [(name, text) for name, text in headers], timestamp_ms)


def places(messages: Iterable[Message]) -> list[tuple[str, int, int]]:
    """The places of messages in the log, by which their rows are found."""
    return [(m.topic, m.partition, m.offset) for m in messages]
