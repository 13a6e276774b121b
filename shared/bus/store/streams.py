"""Streams: their positions, what they have heard and relayed, the days they have passed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from asyncpg import Record as Row

from shared.bus.message import Position, SourcePosition
from shared.bus.service import Tx
from shared.bus.store.inbox import Decided, RequestId
from shared.bus.stream import Slice, Stream

Place = tuple[str, int]
# One statement, since requests wait for every round trip.
_FENCE = """
WITH moved AS (
    UPDATE stream s SET turn = s.turn + 1, next_offset = p.next_offset, day = p.day, relayed = p.relayed
    FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::date[], $6::bigint[])
        AS p(topic, partition, turn, next_offset, day, relayed)
    WHERE s.topic = p.topic AND s.partition = p.partition AND s.turn = p.turn RETURNING s.turn
)
SELECT (SELECT count(*) FROM moved), ARRAY(
    SELECT found FROM (
        SELECT source, id, type, digest, code, answer, position
        FROM inbox JOIN unnest($7::text[], $8::text[]) AS asked(source, id) USING (source, id)
    ) AS found
)
"""


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
    """Adds a stream that was never read, at offset 0; leaves one that exists as it is."""
    await tx.execute(
        "INSERT INTO stream (topic, partition, next_offset, cluster_id, topic_id)"
        " VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING",
        topic,
        partition,
        cluster_id,
        topic_id,
    )


async def read_heard(tx: Tx, topic: str, partition: int) -> dict[str, SourcePosition]:
    """What a stream has heard of each of its sources."""
    rows = await tx.fetch(
        "SELECT source_stream, sequence, day, torn FROM heard WHERE topic = $1 AND partition = $2",
        topic,
        partition,
    )
    return {row["source_stream"]: SourcePosition(row["sequence"], row["day"], row["torn"]) for row in rows}


async def fence(
    tx: Tx, slices: Sequence[Slice], ids: Sequence[RequestId] = ()
) -> dict[RequestId, Decided] | None:
    """Moves the streams of a turn by compare-and-set on their turn numbers; None if not all of them moved.

    Gives those of the requests `ids` that were decided before. One that another owner has decided at this
    moment is not seen; but then the stream does not move either.
    """
    ordered = sorted(slices, key=lambda slice_: (slice_.stream.topic, slice_.stream.partition))
    moved, decided = await _only_row(
        tx,
        _FENCE,
        [slice_.stream.topic for slice_ in ordered],
        [slice_.stream.partition for slice_ in ordered],
        [slice_.stream.turn for slice_ in ordered],
        [slice_.next_offset for slice_ in ordered],
        [slice_.day for slice_ in ordered],
        [slice_.stream.relayed for slice_ in ordered],
        [source for source, _ in ids],
        [id for _, id in ids],
    )
    return {row[:2]: Decided(*row) for row in decided} if moved == len(ordered) else None


async def _only_row(tx: Tx, statement: str, *given: object) -> Row:
    row = await tx.fetchrow(statement, *given)
    assert row is not None
    return row


async def note_relayed(tx: Tx, streams: Sequence[Stream]) -> None:
    """Writes how far streams are relayed; a stream that another turn has moved meanwhile stays as it is."""
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


async def save_heard(tx: Tx, slices: Iterable[Slice]) -> None:
    """Keeps the last sequence and day of each source that a turn has heard."""
    rows = sorted(
        (slice_.stream.topic, slice_.stream.partition, source, heard.sequence, heard.day)
        for slice_ in slices
        for source, heard in slice_.heard.items()
    )
    if rows:
        await tx.execute(
            "INSERT INTO heard SELECT *"
            " FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::date[])"
            " ON CONFLICT (topic, partition, source_stream)"
            " DO UPDATE SET sequence = excluded.sequence, day = excluded.day, torn = false",
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


async def pass_day(tx: Tx, topic: str, partition: int, day: date) -> None:
    """Notes that a stream has passed a day."""
    await tx.execute(
        "UPDATE stream SET passed = $3 WHERE topic = $1 AND partition = $2", topic, partition, day
    )


async def raise_service_day(tx: Tx, topics: Sequence[str], streams: int) -> tuple[date | None, date | None]:
    """Raises the service's day to that of its slowest stream; gives the day before and now.

    The day stays until all `streams` streams of the topics have passed one.
    """
    before = await tx.fetchval("SELECT day FROM service_day FOR UPDATE")
    row = await tx.fetchrow("SELECT count(passed), min(passed) FROM stream WHERE topic = ANY($1)", topics)
    now = row[1] if row and row[0] == streams else before
    if now != before:
        await tx.execute("UPDATE service_day SET day = $1", now)
    return before, now


async def positions(tx: Tx) -> dict[Place, int]:
    """The next offset of every stream."""
    rows = await tx.fetch("SELECT topic, partition, next_offset FROM stream ORDER BY topic, partition")
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def stands(tx: Tx) -> list[Row]:
    """The next offset of every stream, with the ids of its cluster and topic."""
    return await tx.fetch(
        "SELECT topic, partition, next_offset, cluster_id, topic_id FROM stream ORDER BY topic, partition"
    )


async def is_torn(tx: Tx, topic: str, partition: int) -> bool:
    """Whether records of this stream's log ever expired before it read them."""
    query = "SELECT EXISTS (SELECT FROM lost WHERE topic = $1 AND partition = $2)"
    return bool(await tx.fetchval(query, topic, partition))


async def lose(tx: Tx, lost: Mapping[Place, tuple[int, int]]) -> None:
    """Moves streams to where their logs begin; notes the gaps as lost, and the streams' sources as torn."""
    rows = [(*place, *gap) for place, gap in sorted(lost.items())]
    await tx.executemany("INSERT INTO lost VALUES ($1, $2, $3, $4)", rows)
    await tx.executemany(
        "UPDATE stream SET next_offset = $3 WHERE topic = $1 AND partition = $2",
        [(topic, partition, begin) for topic, partition, _, begin in rows],
    )
    await tx.executemany(
        "UPDATE heard SET torn = true WHERE topic = $1 AND partition = $2", [row[:2] for row in rows]
    )


async def adopt(tx: Tx, cluster_id: str, topic_ids: Mapping[str, str], from_beginning: bool) -> None:
    """Moves every stream to another broker's topics; a process that still owns one loses the fence.

    If `from_beginning`, offsets begin at 0 again. Messages that stand aside are then renumbered below 0, in
    their order, so that they stay before all that come and share no number with them.
    """
    if from_beginning:
        await tx.execute(
            "UPDATE held h SET number = h.number - m.shift"
            " FROM (SELECT topic, partition, greatest(max(number), max(number) - min(number)) + 1 AS shift"
            " FROM held GROUP BY topic, partition) AS m"
            " WHERE m.topic = h.topic AND m.partition = h.partition"
        )
    await tx.execute(
        "UPDATE stream s SET turn = turn + 1, cluster_id = $1, topic_id = t.id,"
        " next_offset = CASE WHEN $4::boolean THEN 0 ELSE next_offset END,"
        " generation = generation + $4::boolean::int"
        " FROM unnest($2::text[], $3::text[]) AS t(topic, id) WHERE s.topic = t.topic",
        cluster_id,
        list(topic_ids),
        list(topic_ids.values()),
        from_beginning,
    )
