"""Rebuilds what a service keeps of another's truth (重建副本) from the facts that it has heard, and compares.

Each fact is decided again by the service's own rule, on the day that its stream had reached, also one that
stood aside until then; of what the rule decides only the copies are written, and those into tables of the
session. A table that differs from what was kept is put right; nothing is said, and nothing of the service's
own is touched. No process of the service may run: it keeps registers in memory, and would go on with what
they said before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from shared.bus import store
from shared.bus.admin import Admin
from shared.bus.database import connect_pool
from shared.bus.message import Changes, Decision, Message
from shared.bus.operate.inlets import Inlets
from shared.bus.operate.known import store_copies as copies
from shared.bus.operate.known.store_copies import Digest
from shared.bus.operate.rebuild import ExpiredError, never_read
from shared.bus.process.owner import StrangeBrokerError
from shared.bus.service import Copies, Decider, Key, Keys, Service, Tx
from shared.bus.store import OpenJob
from shared.bus.stream import BATCH, Room, Stream, advance, take
from shared.bus.topics import TOPICS
from shared.bus.turn.days import PAGE, due_message
from shared.bus.turn.decide_batch import decide_batch
from shared.bus.turn.held import unpack, unpack_raw
from shared.bus.wire import decode
from shared.messages.enrollment.registers import NodeRegistered
from shared.settings import Settings
from shared.stack import Servers

_SILENCE_MS = 120_000  # a broker may let the transaction wait
Place = tuple[str, int]
Tell = Callable[[int, int], None]
"""Told how many records were read, and of how many."""


class NoCopiesError(Exception):
    """The service keeps nothing of another's truth."""

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} 不保存其他服务的副本 / {service} keeps no copies of another's truth")


class AtWorkError(Exception):
    """The service runs, or has a day's work open: what it knows may change meanwhile."""


class Compared(NamedTuple):
    """One table: what it held, and what the topics say."""

    table: str
    before: Digest
    after: Digest

    @property
    def was_mended(self) -> bool:
        """Whether the table held something else than the topics say."""
        return self.before != self.after


class Rebuilt(NamedTuple):
    """How many facts made the copies, and each table of them."""

    facts: int
    tables: list[Compared]


@dataclass(frozen=True)
class CopiesOnly:
    """The service's decider, of whose decisions only the rows count that are copies.

    `days`: on which day a fact that stood aside was decided, by source stream and sequence.
    """

    decider: Decider
    copies: Copies
    days: dict[tuple[str, int], date | None] = field(default_factory=dict)

    def keys(self, message: Message) -> Iterable[Key]:
        """What the service's rule needs to know."""
        return self.decider.keys(message)

    async def load(self, tx: Tx, keys: Keys) -> Any:
        """Reads it; of copies, what was made of them so far."""
        return await self.decider.load(tx, keys)

    def decide(self, known: Any, message: Message) -> Decision:
        """The rows of the rule's decision that are copies; what it says was said."""
        kept = self.copies.rows[type(message.body)]
        return Decision(rows=[row for row in self.decider.decide(known, message).rows if type(row) in kept])

    def apply(self, known: Any, change: Any) -> None:
        """Lets the next message see a copy."""
        self.decider.apply(known, change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Writes the copies."""
        await self.decider.save(tx, changes)


async def rebuild_known(service: Service, servers: Servers, settings: Settings, tell: Tell) -> Rebuilt:
    """Rebuilds the copies in one transaction; where it fails, nothing was changed.

    Raises NoCopiesError, AtWorkError, ExpiredError, StrangeBrokerError, UnreadableLogError, DecideError,
    GapError.
    """
    if service.copies is None:
        raise NoCopiesError(service.name)
    pool = await connect_pool(servers.postgres, service.name, size=1, silence_ms=_SILENCE_MS)
    try:
        async with pool.acquire() as tx, tx.transaction():
            await _at_rest(tx, service)
            streams = await _streams(tx, service, servers, settings.partitions)
            tables = await copies.hide(tx, service.name, service.copies.tables)
            decider = CopiesOnly(service.decider, service.copies)
            decider.days.update(await store.read_freed(tx))
            facts = await _replay(tx, decider, servers.kafka, streams, tell)
            await _begin_days(tx, decider, service)
            return Rebuilt(facts, [await _compare(tx, service.name, table) for table in tables])
    finally:
        await pool.close()


async def _at_rest(tx: Tx, service: Service) -> None:
    """Checks that nothing of the service moves, and keeps it so. Raises AtWorkError."""
    if (await store.count_sessions(tx, [service.name]))[service.name]:
        raise AtWorkError(
            f"{service.name} 正在运行，请先停止：yidi down，再 yidi up --only-servers / {service.name} runs:"
            " stop it first, with `yidi down` and `yidi up --only-servers`"
        )
    await copies.lock_out(tx)
    if service.copies and service.copies.jobs and await copies.is_restless(tx):
        raise AtWorkError(
            f"{service.name} 的日终作业尚未完成，请先运行服务至完成 / {service.name} has not done its day's"
            " work: let it run until `yidi status` finds it in time"
        )


class _Heard(NamedTuple):
    """A stream of facts that was never read, how far the service has heard it, and what changed nothing."""

    stream: Stream
    until: int
    undecided: set[tuple[str, int]]  # by source stream and sequence, as a broker may have been lost since


async def _streams(tx: Tx, service: Service, servers: Servers, partitions: int) -> list[_Heard]:
    """The streams of facts, from their beginnings. Raises ExpiredError, StrangeBrokerError."""
    stands = {(r["topic"], r["partition"]): r for r in await store.stands(tx) if not TOPICS[r["topic"]].asks}
    admin = Admin(servers.kafka)
    cluster_id, topic_ids = await admin.identify(sorted({topic for topic, _ in stands}))
    for (topic, _), row in stands.items():
        if (row["cluster_id"], row["topic_id"]) != (cluster_id, topic_ids[topic]):
            raise StrangeBrokerError(f"{topic} is not the topic that was read before")
    begins = await admin.begins([place for place in stands if not TOPICS[place[0]].compacted])
    if expired := {place: begin for place, begin in begins.items() if begin > 0}:
        raise ExpiredError(expired)
    aside: dict[Place, set[tuple[str, int]]] = {place: set() for place in stands}
    for held in await copies.undecided(tx, {topic for topic, _ in stands}):
        message = decode(unpack_raw(held))
        aside[held.topic, held.partition].add((message.stream, message.sequence))
    return [
        _Heard(await _stream(tx, service.name, place, partitions), row["next_offset"], aside[place])
        for place, row in stands.items()
    ]


async def _stream(tx: Tx, service: str, place: Place, partitions: int) -> Stream:
    topic, partition = place
    stream = never_read(service, topic, partition, partitions)
    skipped = await store.read_skipped(tx, topic, partition, 0)
    stream.skips = {n: (unpack(topic, partition, n, raw), why) for n, (raw, why) in skipped.items()}
    return stream


async def _replay(tx: Tx, decider: CopiesOnly, bootstrap: str, streams: Iterable[_Heard], tell: Tell) -> int:
    """Decides all facts that were heard, one stream after the other: no copy is made of facts of two."""
    heard = list(streams)
    total, read, facts = sum(one.until for one in heard), 0, 0
    inlets = Inlets(bootstrap)
    try:
        await inlets.open([(one.stream.topic, one.stream.partition) for one in heard])
        for stream, until, undecided in heard:
            while (at := stream.next_offset) < until:
                await inlets.fill(stream, min(until, at + BATCH))
                facts += await decide_next(tx, decider, stream, undecided)
                read += stream.next_offset - at
                tell(read, total)
    finally:
        await inlets.close()
    return facts


async def decide_next(tx: Tx, decider: CopiesOnly, stream: Stream, undecided: set[tuple[str, int]]) -> int:
    """Decides the next facts of a stream; gives how many of them are of copies."""
    slice_ = take(stream, Room(BATCH), set())
    new = [one for one in slice_.messages if (one.stream, one.sequence) not in undecided]
    nodes = [one.body for one in new if isinstance(one.body, NodeRegistered)]
    if nodes:
        await store.save_nodes(tx, [(body.node_id, body.name, body.kind) for body in nodes])
    mine = [one for one in new if type(one.body) in decider.copies.rows]
    for one in mine:
        one.day = decider.days.get((one.stream, one.sequence), one.day)
    await decide_batch(decider, tx, mine)
    advance(slice_)
    if not stream.backlog:  # of a compacted log, offsets may be empty
        stream.next_offset = stream.fetched
    return len(mine) + len(nodes)


async def _begin_days(tx: Tx, decider: CopiesOnly, service: Service) -> None:
    """Does again the work by which the service's day changes copies: its last day counts alone."""
    day = await copies.service_day(tx)
    for job in service.jobs:
        cursor = ""
        while day and job.name in decider.copies.jobs:
            page = await job.due(tx, 0, day, cursor, PAGE)
            if not page:
                break
            opened = OpenJob("", 0, day, job.name, 0, cursor)
            await decide_batch(decider, tx, [due_message(service.name, opened, due) for due in page])
            cursor = page[-1].cursor


async def _compare(tx: Tx, schema: str, table: str) -> Compared:
    compared = Compared(table, *await copies.digests(tx, schema, table))
    if compared.was_mended:
        await copies.mend(tx, schema, table)
    return compared
