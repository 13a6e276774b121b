"""Messages that stand aside (暂存报文): awaiting a fact, waiting behind one that does, or parked.

Later messages of the same key wait behind; they are decided in order once the first one is.
"""

from collections.abc import Container, Iterable, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

import msgpack

from shared.bus import store
from shared.bus.border import Verdict
from shared.bus.message import Message, Position
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import TURN_BYTES, Room, Stream, claim
from shared.bus.topics import TOPICS
from shared.bus.wire import Raw, decode, format_positions, parse_positions

AWAIT_SECONDS = 5
READ_AT_ONCE = 200


class Freed(NamedTuple):
    """Messages that can be decided now, and the ids of those that waited too long."""

    messages: Sequence[Message] = ()
    expired: Set[tuple[str, str]] = frozenset()


def held_row(message: Message, verdict: Verdict, why: str, now: datetime) -> Held:
    """A message as it stands aside, with its bytes."""
    needs = format_positions(message.after) if why == "AWAITS" else ""
    expires_at = now + timedelta(seconds=AWAIT_SECONDS) if why == "AWAITS" else None
    raw: Raw = message.raw
    record = msgpack.packb((raw.key, raw.value, list(raw.headers), raw.timestamp_ms))
    return Held(
        message.topic,
        message.partition,
        message.offset,
        message.key,
        message.source,
        why,
        needs,
        expires_at,
        False,
        verdict.reason,
        verdict.detail[:2000].replace("\0", ""),
        record,
    )


def parking_way(message: Message) -> str:
    """On topics of our services a parked message blocks its key; junk from a node stands alone."""
    return "JUNK" if TOPICS[message.topic].asks and not message.stream else "PARKED"


async def ready(tx: Tx, stream: Stream, now: datetime, room: Room, taken: set[tuple[str, str]]) -> Freed:
    """The messages of a stream that can be decided now, while there is room."""
    rows = await store.read_held(tx, stream.topic, stream.partition, READ_AT_ONCE, TURN_BYTES)
    needed = [position for row in rows for position in parse_positions(row.needs)]
    heard = await store.reached(tx, needed) if needed else set()
    return select_ready(rows, heard, now, room, taken)


def select_ready(
    rows: Sequence[Held],
    heard: Container[Position],
    now: datetime,
    room: Room,
    taken: set[tuple[str, str]],
) -> Freed:
    """In order: what its key's earlier ones no longer hold back, and refers to nothing of this turn. Pure."""
    blocked: set[str] = set()
    messages: list[Message] = []
    expired: set[tuple[str, str]] = set()
    for row in rows:
        if not room.is_left:
            break
        message = decode(unpack_raw(row))
        if row.key in blocked or not _free(row, heard, now) or not claim(message, taken):
            blocked.add(row.key)
            continue
        messages.append(message)
        room.fill(1, len(message.value))
        if row.why == "AWAITS":
            message.after = ()
            if not _awaited_came(row, heard):
                expired.add((message.source, message.id))
    return Freed(messages, expired)


def _free(row: Held, heard: Container[Position], now: datetime) -> bool:
    if row.released or row.why == "BEHIND":
        return True
    if row.why != "AWAITS":
        return False
    return _awaited_came(row, heard) or (row.expires_at is not None and row.expires_at <= now)


def _awaited_came(row: Held, heard: Container[Position]) -> bool:
    return all(position in heard for position in parse_positions(row.needs))


def unpack_raw(row: Held) -> Raw:
    """The record as it came from Kafka."""
    key, value, headers, timestamp_ms = msgpack.unpackb(row.record)
    pairs = [(name, text) for name, text in headers]
    return Raw(row.topic, row.partition, row.number, key, value, pairs, timestamp_ms)


def places(messages: Iterable[Message]) -> list[tuple[str, int, int]]:
    """Where messages stand, to take them back."""
    return [(m.topic, m.partition, m.offset) for m in messages]
