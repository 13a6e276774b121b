"""Every SQL statement of the shell, one function each; tables are those of migrations/001_shell.sql."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from asyncpg import Record as Row
from asyncpg import UniqueViolationError

from shared.bus.message import Heard, Position
from shared.bus.service import Tx
from shared.bus.stream import Part, Stream

Place = tuple[str, int]
# A message that stands aside goes on by itself once nothing parked before it has its key.
_GOES_ON = (
    "(h.released OR h.why = 'AWAITS' OR h.why = 'BEHIND' AND NOT EXISTS (SELECT FROM held p"
    " WHERE p.topic = h.topic AND p.partition = h.partition AND p.key = h.key AND p.number < h.number"
    " AND p.why = 'PARKED' AND NOT p.released))"
)


class ChangedError(Exception):
    """Somebody else changed a row since it was read: the turn is taken anew."""


class Page(NamedTuple):
    """What a turn says to one outgoing partition; `page` is the packed records."""

    topic: str
    partition: int
    first_sequence: int
    records: int
    to_topic: str
    to_partition: int
    page: bytes


class Decided(NamedTuple):
    """A request's first answer."""

    source: str
    id: str
    type: str
    digest: bytes
    code: str
    answer: bytes
    position: str


class Held(NamedTuple):
    """A message that stands aside; `record` is the packed record, `number` its offset."""

    topic: str
    partition: int
    number: int
    key: str
    source: str
    why: str
    needs: str
    expires_at: datetime | None
    released: bool
    reason: str
    detail: str
    record: bytes


class OpenJob(NamedTuple):
    """The next work that a day brought to a stream."""

    topic: str
    partition: int
    day: date
    name: str
    number: int
    cursor: str


async def read_streams(tx: Tx, places: Sequence[Place]) -> dict[Place, Row]:
    """The rows of the streams named."""
    rows = await tx.fetch(
        "SELECT s.* FROM stream s JOIN unnest($1::text[], $2::int[]) AS p(topic, partition)"
        " USING (topic, partition)",
        [t for t, _ in places],
        [p for _, p in places],
    )
    return {(row["topic"], row["partition"]): row for row in rows}


async def add_stream(tx: Tx, topic: str, partition: int, cluster_id: str, topic_id: str) -> None:
    """A stream that was never read, from the beginning."""
    await tx.execute(
        "INSERT INTO stream (topic, partition, next_offset, cluster_id, topic_id)"
        " VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING",
        topic,
        partition,
        cluster_id,
        topic_id,
    )


async def read_heard(tx: Tx, topic: str, partition: int) -> dict[str, Heard]:
    """What a stream has heard of each of its sources."""
    rows = await tx.fetch(
        "SELECT source_stream, sequence, day FROM heard WHERE topic = $1 AND partition = $2", topic, partition
    )
    return {row["source_stream"]: Heard(row["sequence"], row["day"]) for row in rows}


async def read_outlets(tx: Tx, topic: str, partition: int) -> dict[Place, int]:
    """The last sequence a stream sent to each outgoing partition; ("", 0) is its own counter."""
    rows = await tx.fetch(
        "SELECT to_topic, to_partition, sequence FROM outlet WHERE topic = $1 AND partition = $2",
        topic,
        partition,
    )
    return {(row["to_topic"], row["to_partition"]): row["sequence"] for row in rows}


async def read_held_keys(tx: Tx, topic: str, partition: int) -> list[tuple[str, bool]]:
    """The keys of a stream whose later messages must wait, once for each, and which may be free soon."""
    rows = await tx.fetch(
        f"SELECT h.key, {_GOES_ON} AS wakes FROM held h"  # noqa: S608 (our own words)
        " WHERE h.topic = $1 AND h.partition = $2 AND (h.why <> 'JUNK' OR h.released)",
        topic,
        partition,
    )
    return [(row["key"], row["wakes"]) for row in rows]


async def fence(tx: Tx, parts: Sequence[Part]) -> int:
    """Moves the streams of a turn by compare-and-set; gives how many moved."""
    ordered = sorted(parts, key=lambda part: (part.stream.topic, part.stream.partition))
    status = await tx.execute(
        "UPDATE stream s SET turn = s.turn + 1, next_offset = p.next_offset, day = p.day, relayed = p.relayed"
        " FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::date[], $6::bigint[])"
        " AS p(topic, partition, turn, next_offset, day, relayed)"
        " WHERE s.topic = p.topic AND s.partition = p.partition AND s.turn = p.turn",
        [part.stream.topic for part in ordered],
        [part.stream.partition for part in ordered],
        [part.stream.turn for part in ordered],
        [part.next_offset for part in ordered],
        [part.day for part in ordered],
        [part.stream.relayed for part in ordered],
    )
    return int(status.split()[-1])


async def note_relayed(tx: Tx, streams: Sequence[Stream]) -> None:
    """Notes how far streams are relayed while nothing else moves them; a lost race changes nothing."""
    await tx.execute(
        "UPDATE stream s SET relayed = p.relayed"
        " FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])"
        " AS p(topic, partition, turn, relayed)"
        " WHERE s.topic = p.topic AND s.partition = p.partition AND s.turn = p.turn",
        [s.topic for s in streams],
        [s.partition for s in streams],
        [s.turn for s in streams],
        [s.relayed for s in streams],
    )


async def save_heard(tx: Tx, parts: Iterable[Part]) -> None:
    """Keeps the last sequence and day of each source that a turn has heard."""
    rows = sorted(
        (part.stream.topic, part.stream.partition, source, heard.sequence, heard.day)
        for part in parts
        for source, heard in part.heard.items()
    )
    if rows:
        await tx.execute(
            "INSERT INTO heard SELECT *"
            " FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::date[])"
            " ON CONFLICT (topic, partition, source_stream)"
            " DO UPDATE SET sequence = excluded.sequence, day = excluded.day",
            *(list(column) for column in zip(*rows, strict=True)),
        )


async def reached(tx: Tx, positions: Iterable[Position]) -> set[Position]:
    """Which of the positions this service has heard."""
    asked = sorted(set(positions))
    rows = await tx.fetch(
        "SELECT p.stream, p.topic, p.partition, p.sequence"
        " FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[])"
        " AS p(stream, topic, partition, sequence)"
        " JOIN heard h ON h.topic = p.topic AND h.partition = p.partition AND h.source_stream = p.stream"
        " WHERE h.sequence >= p.sequence",
        *([position[i] for position in asked] for i in range(4)),
    )
    return {Position(*row) for row in rows}


async def read_decided(tx: Tx, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Decided]:
    """The requests among `ids`, (source, id), that were decided, with their first answers."""
    rows = await tx.fetch(
        "SELECT source, id, type, digest, code, answer, position FROM inbox"
        " JOIN unnest($1::text[], $2::text[]) AS p(source, id) USING (source, id)",
        [source for source, _ in ids],
        [id for _, id in ids],
    )
    return {(row["source"], row["id"]): Decided(*row) for row in rows}


async def add_decided(tx: Tx, rows: Sequence[Decided]) -> None:
    """Keeps first answers. Raises ChangedError if one was decided in another partition meanwhile."""
    try:
        await tx.copy_records_to_table("inbox", records=rows, columns=Decided._fields)
    except UniqueViolationError as error:
        raise ChangedError("a request was decided elsewhere") from error


async def add_pages(tx: Tx, pages: Sequence[Page]) -> None:
    """Writes a turn's pages to the outbox."""
    await tx.copy_records_to_table("outbox", records=pages, columns=Page._fields)


async def save_outlets(tx: Tx, rows: Sequence[tuple[str, int, str, int, int]]) -> None:
    """Keeps the last sequence sent to each outgoing partition."""
    await tx.execute(
        "INSERT INTO outlet SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::bigint[])"
        " ON CONFLICT (topic, partition, to_topic, to_partition) DO UPDATE SET sequence = excluded.sequence",
        *(list(column) for column in zip(*sorted(rows), strict=True)),
    )


async def unrelayed_pages(tx: Tx, topic: str, partition: int, relayed: int) -> list[Page]:
    """A stream's pages that may not have reached Kafka, in order."""
    rows = await tx.fetch(
        "SELECT topic, partition, first_sequence, records, to_topic, to_partition, page FROM outbox"
        " WHERE topic = $1 AND partition = $2 AND first_sequence > $3 ORDER BY first_sequence",
        topic,
        partition,
        relayed,
    )
    return [Page(*row) for row in rows]


async def prune_outbox(tx: Tx, keep_days: int) -> None:
    """Forgets pages older than `keep_days`, relayed long ago."""
    await tx.execute(
        "DELETE FROM outbox o USING stream s WHERE o.topic = s.topic AND o.partition = s.partition"
        " AND o.first_sequence <= s.relayed AND o.written_at < now() - make_interval(days => $1)",
        keep_days,
    )


async def hold(tx: Tx, rows: Sequence[Held]) -> None:
    """Lets messages stand aside."""
    await tx.copy_records_to_table("held", records=rows, columns=Held._fields)


async def read_held(tx: Tx, topic: str, partition: int, limit: int) -> list[Held]:
    """What stands aside in a stream and goes on by itself, in order."""
    rows = await tx.fetch(
        f"SELECT {', '.join(Held._fields)} FROM held h"  # noqa: S608 (our own words)
        f" WHERE h.topic = $1 AND h.partition = $2 AND {_GOES_ON} ORDER BY h.number LIMIT $3",
        topic,
        partition,
        limit,
    )
    return [Held(*row) for row in rows]


async def unhold(tx: Tx, rows: Sequence[tuple[str, int, int]]) -> None:
    """Takes messages back that are decided now. Raises ChangedError if an operator was faster."""
    status = await tx.execute(
        "DELETE FROM held h USING unnest($1::text[], $2::int[], $3::bigint[]) AS p(topic, partition, number)"
        " WHERE h.topic = p.topic AND h.partition = p.partition AND h.number = p.number",
        *(list(column) for column in zip(*rows, strict=True)),
    )
    if status != f"DELETE {len(rows)}":
        raise ChangedError("a message was dropped")


async def parked_count(tx: Tx) -> tuple[int, int]:
    """How many messages failed in our rules and are parked, and from how many nodes or of how many keys."""
    row = await tx.fetchrow(
        "SELECT count(*), count(DISTINCT CASE why WHEN 'JUNK' THEN source ELSE key END) FROM held"
        " WHERE why IN ('PARKED', 'JUNK') AND reason = 'FAILED' AND NOT released"
    )
    return (row[0], row[1]) if row else (0, 0)


async def waking_streams(tx: Tx) -> list[Place]:
    """The streams in which a message stands aside that goes on by itself: perhaps an operator released it."""
    rows = await tx.fetch(f"SELECT DISTINCT topic, partition FROM held h WHERE {_GOES_ON}")  # noqa: S608
    return [(row["topic"], row["partition"]) for row in rows]


async def add_jobs(tx: Tx, jobs: Sequence[OpenJob]) -> None:
    """Inserts what is due; the work itself follows in pages."""
    await tx.copy_records_to_table("job", records=jobs, columns=OpenJob._fields)


async def next_job(tx: Tx, topic: str, partition: int) -> OpenJob | None:
    """The first work of a stream that is not done."""
    row = await tx.fetchrow(
        "SELECT topic, partition, day, name, number, cursor FROM job"
        " WHERE topic = $1 AND partition = $2 AND NOT done ORDER BY day, number LIMIT 1",
        topic,
        partition,
    )
    return OpenJob(*row) if row else None


async def move_job(tx: Tx, job: OpenJob, cursor: str, done: bool) -> bool:
    """Moves a job by compare-and-set on its cursor; gives whether it moved."""
    status = await tx.execute(
        "UPDATE job SET cursor = $6, done = $7"
        " WHERE topic = $1 AND partition = $2 AND day = $3 AND number = $4 AND cursor = $5 AND NOT done",
        job.topic,
        job.partition,
        job.day,
        job.number,
        job.cursor,
        cursor,
        done,
    )
    return bool(status == "UPDATE 1")


async def pass_day(tx: Tx, topic: str, partition: int, day: date) -> None:
    """Notes that a stream has done and told all of a day."""
    await tx.execute(
        "UPDATE stream SET passed = $3 WHERE topic = $1 AND partition = $2", topic, partition, day
    )


async def raise_service_day(tx: Tx, topics: Sequence[str], streams: int) -> tuple[date | None, date | None]:
    """The service's day before and now: the slowest of its streams, once all of them have one."""
    before = await tx.fetchval("SELECT day FROM service_day FOR UPDATE")
    row = await tx.fetchrow("SELECT count(passed), min(passed) FROM stream WHERE topic = ANY($1)", topics)
    now = row[1] if row and row[0] == streams else before
    if now != before:
        await tx.execute("UPDATE service_day SET day = $1", now)
    return before, now


async def read_nodes(tx: Tx) -> dict[str, str]:
    """Every node's kind by its id."""
    return {row["node_id"]: row["kind"] for row in await tx.fetch("SELECT node_id, kind FROM node")}


async def save_nodes(tx: Tx, rows: Sequence[tuple[str, str, str]]) -> None:
    """Keeps the register of nodes."""
    await tx.executemany(
        "INSERT INTO node VALUES ($1, $2, $3)"
        " ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, kind = excluded.kind",
        rows,
    )
