"""Parked messages (死信) as an operator sees them: listed over all services, released, or given up.

A message is named by its service and place: `referral/realtime.filings/3/17`. One that stood aside when a
lost broker was replaced has an offset below 0.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from difflib import get_close_matches
from hashlib import blake2b
from typing import NamedTuple

import asyncpg

from shared.bus import store
from shared.bus.service import Tx
from shared.bus.store import LeftOut
from shared.bus.topics import SERVICES, TOPICS
from shared.bus.turn.held import unpack_raw
from shared.bus.wire import Raw


class UnknownParkedError(Exception):
    """No parked message has this id."""


class Parked(NamedTuple):
    """One parked message; of its key only a digest is shown, since it may name a person.

    `nearest`: of one whose node is not registered, the registered one with the likest id, if one is alike.
    """

    id: str
    service: str
    topic: str
    partition: int
    offset: int
    key_digest: str
    source: str
    reason: str
    detail: str
    released: bool
    since: datetime
    nearest: str = ""


async def list_parked(dsn: str) -> list[Parked]:
    """Lists the parked messages of all services that have a schema here, in the order of their places."""
    found = []
    for service in await _present(dsn):
        async with _schema(dsn, service) as tx:
            rows = await store.read_parked(tx)
            nodes = await store.read_nodes(tx) if rows else {}
            found += [_parked(service, row, nodes) for row in rows]
    return found


async def show(dsn: str, id: str) -> Raw:
    """The record of a parked message, as it came. Raises UnknownParkedError."""
    async with _place(dsn, id) as (tx, topic, partition, offset):
        held = await store.parked_record(tx, topic, partition, offset)
        if held is None:
            raise UnknownParkedError(id)
        return unpack_raw(held)


async def release(dsn: str, id: str) -> None:
    """Has a parked message decided, before the newer ones of its key. Raises UnknownParkedError."""
    async with _place(dsn, id) as (tx, topic, partition, offset):
        if not await store.release(tx, topic, partition, offset):
            raise UnknownParkedError(id)


async def drop(dsn: str, id: str, because: str) -> None:
    """Gives a parked message up; it stays in `dropped` with its bytes. Raises UnknownParkedError."""
    async with _place(dsn, id) as (tx, topic, partition, offset):
        if not await store.drop(tx, topic, partition, offset, because):
            raise UnknownParkedError(id)


async def list_left_out(dsn: str) -> list[LeftOut]:
    """Adds up, by sender and reason, the junk that was counted and not kept, over all services here."""
    found: Counter[tuple[str, str]] = Counter()
    weights: Counter[tuple[str, str]] = Counter()
    for service in await _present(dsn):
        async with _schema(dsn, service) as tx:
            for row in await store.read_left_out(tx):
                found[row.asker, row.reason] += row.messages
                weights[row.asker, row.reason] += row.bytes
    return [LeftOut(*who, found[who], weights[who]) for who in sorted(found)]


async def count_junk(dsn: str, source: str | None, reason: str | None) -> int:
    """Counts the junk that is kept, over all services; of one sender or reason where named."""
    total = 0
    for service in await _present(dsn):
        async with _schema(dsn, service) as tx:
            total += await store.count_junk(tx, source, reason)
    return total


async def drop_junk(dsn: str, source: str | None, reason: str | None, because: str) -> int:
    """Drops the junk of all services, of one sender or reason where named; returns how much there was.

    Parked facts of our services, which hold back the later ones of their key, are dropped singly with `drop`.
    """
    total = 0
    for service in await _present(dsn):
        async with _schema(dsn, service) as tx, tx.transaction():
            total += await store.drop_junk(tx, source, reason, because)
    return total


def _parked(service: str, row: asyncpg.Record, nodes: Iterable[str]) -> Parked:
    alike = get_close_matches(row["source"], nodes, 1) if row["reason"] == "UNKNOWN_NODE" else []
    return Parked(
        id=f"{service}/{row['topic']}/{row['partition']}/{row['number']}",
        service=service,
        topic=row["topic"],
        partition=row["partition"],
        offset=row["number"],
        key_digest=blake2b(row["key"].encode(), digest_size=6).hexdigest(),
        source=row["source"],
        reason=row["reason"],
        detail=row["detail"],
        released=row["released"],
        since=row["held_at"],
        nearest="".join(alike),
    )


async def _present(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return await store.present(connection, SERVICES)
    finally:
        await connection.close()


@asynccontextmanager
async def _schema(dsn: str, service: str) -> AsyncIterator[Tx]:
    settings = {"search_path": service, "role": f"yidi_{service}"}
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _place(dsn: str, id: str) -> AsyncIterator[tuple[Tx, str, int, int]]:
    service, topic, partition, offset = _parts(id)
    if service not in await _present(dsn):
        raise UnknownParkedError(id)
    async with _schema(dsn, service) as tx:
        yield tx, topic, partition, offset


def _parts(id: str) -> tuple[str, str, int, int]:
    match id.split("/"):
        case [service, topic, partition, offset] if (
            topic in TOPICS and partition.isdecimal() and offset.removeprefix("-").isdecimal()
        ):
            return service, topic, int(partition), int(offset)
    raise UnknownParkedError(id)
