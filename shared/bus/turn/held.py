"""Messages that stand aside (暂存报文): awaiting a fact, waiting behind one that does, or parked.

Later messages of the same line wait behind: a node's later requests of the key, or after a fact whatever has
its key. They are decided in order once the first one is. The time that a request may wait runs from its
arrival, so all that wait behind one another have waited long enough at once.
"""

from collections.abc import Container, Iterable, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

import msgpack

from shared.bus import store
from shared.bus.message import Message, Position
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import TURN_BYTES, Line, Room, Stream, claim, is_request, line_of, waits
from shared.bus.topics import TOPICS
from shared.bus.turn.border import Verdict
from shared.bus.wire import Raw, decode, format_positions, is_skipped

AWAIT_SECONDS = 5
READ_AT_ONCE = 200
HELD_OF_A_NODE, HELD_BYTES = 500, 8_000_000  # in one stream: more of its requests do not wait


class Freed(NamedTuple):
    """Messages that can be decided now, and the ids of those that waited too long."""

    messages: Sequence[Message] = ()
    expired: Set[tuple[str, str]] = frozenset()


def held_row(message: Message, verdict: Verdict, why: str, now: datetime) -> Held:
    """A message as it stands aside, with its bytes."""
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
    )


def parking_way(message: Message) -> str:
    """On topics of our services a parked message blocks its key; where nodes write, none ever does.

    Nor does what an operator had stepped over.
    """
    return "JUNK" if TOPICS[message.topic].asks or is_skipped(message) else "PARKED"


def await_nobody(messages: Iterable[Message], nodes: Container[str]) -> bool:
    """Whether all are junk to be parked, whose senders cannot be answered: nobody waits for them."""
    return all(is_request(m) and (not m.source or m.source not in nodes) for m in messages)


def room_of(stream: Stream, asker: str) -> Room:
    """How much more of a node's requests may stand aside in a stream, lest one fills it for all."""
    messages, weight = stream.fills.get(asker, (0, 0))
    return Room(HELD_OF_A_NODE - messages, HELD_BYTES - weight)


async def heard(tx: Tx, service: str, positions: Iterable[Position]) -> set[Position]:
    """Those of the positions that a service need not wait for: it has reached them, or never reads them."""
    asked = set(positions)
    mine = {p for p in asked if p.topic in TOPICS and service in TOPICS[p.topic].readers}
    return (asked - mine) | (await store.reached(tx, mine) if mine else set())


async def came(tx: Tx, service: str, streams: Iterable[Stream]) -> set[str]:
    """What messages of these streams await and the service has heard by now, as headers name it."""
    needs = {text: positions for stream in streams for text, positions in stream.needs.items()}
    known = await heard(tx, service, {position for positions in needs.values() for position in positions})
    return {text for text, positions in needs.items() if known >= positions}


def may_go_on(stream: Stream, met: Set[str], now: datetime) -> bool:
    """Whether a message of the stream can be decided now which could not when it was last looked. Pure."""
    expired = stream.expires_at is not None and stream.expires_at <= now
    return stream.changed or expired or not met.isdisjoint(stream.needs)


async def ready(
    tx: Tx, stream: Stream, met: Set[str], now: datetime, room: Room, taken: set[tuple[str, str]]
) -> Freed:
    """The messages of a stream that can be decided now, while there is room; `met` as `came` gives it."""
    rows = await store.read_ready(
        tx, stream.topic, stream.partition, sorted(met), now, READ_AT_ONCE, TURN_BYTES
    )
    stream.changed = bool(rows)  # they may not all find room, or their turn may come to nothing
    return select_ready(rows, met, room, taken)


def select_ready(rows: Sequence[Held], met: Container[str], room: Room, taken: set[tuple[str, str]]) -> Freed:
    """What can be decided, in order, as far as there is room and it names no request of this turn. Pure."""
    blocked: set[Line] = set()
    messages: list[Message] = []
    expired: set[tuple[str, str]] = set()
    for row in rows:
        if not room.is_left:
            break
        message = decode(unpack_raw(row))
        line = (row.key, row.asker)
        if waits(line, blocked) or not claim(message, taken):
            blocked.add(line)
            continue
        messages.append(message)
        room.fill(1, len(message.value))
        message.after = () if row.needs else message.after
        if row.needs and row.needs not in met:
            expired.add((message.source, message.id))
    return Freed(messages, expired)


def pack_raw(raw: Raw) -> bytes:
    """A record as it is kept."""
    parts = (raw.key, raw.value, list(raw.headers), raw.timestamp_ms)
    packed: bytes = msgpack.packb(parts, unicode_errors="surrogateescape")
    return packed


def unpack_raw(row: Held) -> Raw:
    """The record as it came from Kafka."""
    return unpack(row.topic, row.partition, row.number, row.record)


def unpack(topic: str, partition: int, offset: int, record: bytes) -> Raw:
    """A record that was kept, as it came from Kafka."""
    key, value, headers, timestamp_ms = msgpack.unpackb(record, unicode_errors="surrogateescape")
    return Raw(topic, partition, offset, key, value, [(name, text) for name, text in headers], timestamp_ms)


def places(messages: Iterable[Message]) -> list[tuple[str, int, int]]:
    """Where messages stand, to take them back."""
    return [(m.topic, m.partition, m.offset) for m in messages]
