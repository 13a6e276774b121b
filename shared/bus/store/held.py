"""Messages that stand aside: awaiting a fact, behind one that does, or parked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from asyncpg import Record as Row

from shared.bus.fault import ChangedError
from shared.bus.service import Tx
from shared.bus.stream import Waiting

Place = tuple[str, int]
# Two messages are about one subject; a page is about each of its rows.
_MEETS = "(p.key = h.key OR p.key = ANY(h.row_keys) OR h.key = ANY(p.row_keys) OR p.row_keys && h.row_keys)"
# A message that stands aside goes on by itself once nothing parked before it is about its subject.
_GOES_ON = (
    "(h.released OR h.why = 'AWAITS' OR h.why = 'BEHIND' AND NOT EXISTS (SELECT FROM held p"
    f" WHERE p.topic = h.topic AND p.partition = h.partition AND {_MEETS} AND p.number < h.number"
    " AND p.why = 'PARKED' AND NOT p.released))"
)


class Held(NamedTuple):
    """A message that stands aside; `record` is the packed record, `number` its offset.

    `asker`: the node whose later requests for the key wait behind it; "" for a fact, behind which all wait;
    for junk the node that sent it, or "?" if that is not registered. `row_keys`: of a page, each row's key.
    """

    topic: str
    partition: int
    number: int
    key: str
    source: str
    asker: str
    why: str
    needs: str
    expires_at: datetime | None
    released: bool
    reason: str
    detail: str
    record: bytes
    row_keys: Sequence[str] = ()


# Behind a page nothing of its rows is free before it is gone, whether it is ready or not: it may wait for
# another row. A page waits for what is not ready of any of its rows.
_READY = f"""
WITH waiting AS (
    SELECT h.*, released OR why IN ('AWAITS', 'BEHIND')
        AND (needs = '' OR needs = ANY($3) OR expires_at <= $4) AS is_ready
    FROM held h WHERE topic = $1 AND partition = $2 AND (why <> 'JUNK' OR released)
), paged AS (
    SELECT coalesce(bool_or(row_keys <> '{{}}'), false) AS has_pages FROM waiting
), placed AS (
    SELECT w.*, least(
        min(number) FILTER (WHERE NOT is_ready) OVER (PARTITION BY key, asker),
        min(number) FILTER (WHERE NOT is_ready AND asker = '') OVER (PARTITION BY key)
    ) AS blocked_from FROM waiting w
), free AS (
    SELECT h.*, sum(octet_length(record)) OVER (ORDER BY number) - octet_length(record) AS before
    FROM placed h WHERE is_ready AND (blocked_from IS NULL OR number < blocked_from)
    AND NOT ((SELECT has_pages FROM paged) AND EXISTS (
        SELECT FROM waiting p WHERE (p.row_keys <> '{{}}' OR h.row_keys <> '{{}}' AND NOT p.is_ready)
        AND p.number < h.number AND p.asker IN ('', h.asker) AND {_MEETS}
    ))
)
SELECT {", ".join(Held._fields)} FROM free WHERE before < $6 ORDER BY number LIMIT $5
"""  # noqa: S608 (our own words)


async def read_waiting(tx: Tx, topic: str, partition: int) -> list[Waiting]:
    """Counts the messages that stand aside in a stream, by line and needs; junk only if it was released.

    A page stands in the line of each of its rows.
    """
    rows = await tx.fetch(
        f"SELECT line.key, h.asker, h.needs, bool_or({_GOES_ON}), min(h.expires_at), count(*),"  # noqa: S608
        " count(*) FILTER (WHERE line.key = h.key),"
        " coalesce(sum(octet_length(h.record)) FILTER (WHERE line.key = h.key), 0)::bigint"
        " FROM held h, unnest(CASE h.row_keys WHEN '{}' THEN ARRAY[h.key] ELSE h.row_keys END) AS line (key)"
        " WHERE h.topic = $1 AND h.partition = $2 AND (h.why <> 'JUNK' OR h.released)"
        " GROUP BY line.key, h.asker, h.needs",
        topic,
        partition,
    )
    return [Waiting(*row) for row in rows]


async def hold(tx: Tx, rows: Sequence[Held]) -> None:
    """Inserts the rows of messages that stand aside."""
    await tx.copy_records_to_table("held", records=rows, columns=Held._fields)


async def read_ready(
    tx: Tx, topic: str, partition: int, came: Sequence[str], now: datetime, limit: int, weight: int
) -> list[Held]:
    """Reads the messages aside in a stream that can be decided, in order; `came` are the needs that are met.

    A message that waits, or has one that waits before it in its line, is not read at all, so that a node with
    many of them does not hide those of others. At most `limit` messages, and no more once they have `weight`
    bytes.
    """
    rows = await tx.fetch(_READY, topic, partition, came, now, limit, weight)
    return [Held(*row) for row in rows]


async def read_held(tx: Tx, topic: str, partition: int, numbers: Sequence[int]) -> list[Held]:
    """The messages that stand aside at these offsets of a stream, in order."""
    rows = await tx.fetch(
        f"SELECT {', '.join(Held._fields)} FROM held"  # noqa: S608 (our own words)
        " WHERE topic = $1 AND partition = $2 AND number = ANY($3) ORDER BY number",
        topic,
        partition,
        list(numbers),
    )
    return [Held(*row) for row in rows]


async def aside(tx: Tx, places: Sequence[Place]) -> dict[Place, list[int]]:
    """The offsets of the messages that stand aside in streams, but for parked ones, by stream."""
    rows = await tx.fetch(
        "SELECT topic, partition, array_agg(number ORDER BY number) FROM held"
        " JOIN unnest($1::text[], $2::int[]) AS p(topic, partition) USING (topic, partition)"
        " WHERE why IN ('AWAITS', 'BEHIND') GROUP BY topic, partition",
        [topic for topic, _ in places],
        [partition for _, partition in places],
    )
    return {(row[0], row[1]): list(row[2]) for row in rows}


async def unhold(tx: Tx, rows: Sequence[tuple[str, int, int]]) -> None:
    """Deletes the rows of messages that are decided now. Raises ChangedError if an operator dropped one."""
    status = await tx.execute(
        "DELETE FROM held h USING unnest($1::text[], $2::int[], $3::bigint[]) AS p(topic, partition, number)"
        " WHERE h.topic = p.topic AND h.partition = p.partition AND h.number = p.number",
        *(list(column) for column in zip(*rows, strict=True)),
    )
    if status != f"DELETE {len(rows)}":
        raise ChangedError("a message was dropped")


async def note_freed(tx: Tx, freed: Sequence[tuple[str, int, date | None]]) -> None:
    """Notes on which day of its stream a fact that stood aside is decided, by source stream and sequence."""
    await tx.executemany(
        "INSERT INTO freed VALUES ($1, $2, $3) ON CONFLICT (stream, sequence) DO UPDATE SET day = $3", freed
    )


async def read_freed(tx: Tx) -> dict[tuple[str, int], date | None]:
    """The days on which facts that stood aside were decided, by source stream and sequence."""
    return {(row[0], row[1]): row[2] for row in await tx.fetch("SELECT stream, sequence, day FROM freed")}


async def parked_count(tx: Tx) -> tuple[int, int]:
    """How many messages are parked and not released, and of how many keys."""
    row = await tx.fetchrow(
        "SELECT count(*), count(DISTINCT key) FROM held WHERE why IN ('PARKED', 'JUNK') AND NOT released"
    )
    return (row[0], row[1]) if row else (0, 0)


async def failed_counts(tx: Tx) -> dict[str, int]:
    """How many parked messages our rules failed on: of junk by the sending node, of facts by key."""
    rows = await tx.fetch(
        "SELECT CASE why WHEN 'JUNK' THEN source ELSE key END, count(*) FROM held"
        " WHERE why IN ('PARKED', 'JUNK') AND reason = 'FAILED' AND NOT released GROUP BY 1"
    )
    return {row[0]: row[1] for row in rows}


async def waking_streams(tx: Tx) -> list[Place]:
    """The streams with a message aside that goes on by itself, perhaps because an operator released it."""
    rows = await tx.fetch(f"SELECT DISTINCT topic, partition FROM held h WHERE {_GOES_ON}")  # noqa: S608
    return [(row["topic"], row["partition"]) for row in rows]


async def read_parked(tx: Tx) -> list[Row]:
    """Every message that is parked, in order."""
    return await tx.fetch(
        "SELECT topic, partition, number, key, source, reason, detail, released, held_at FROM held"
        " WHERE why IN ('PARKED', 'JUNK') ORDER BY topic, partition, number"
    )


async def parked_record(tx: Tx, topic: str, partition: int, number: int) -> Held | None:
    """One parked message; None if there is none at this place."""
    row = await tx.fetchrow(
        f"SELECT {', '.join(Held._fields)} FROM held"  # noqa: S608 (our own words)
        " WHERE topic = $1 AND partition = $2 AND number = $3 AND why IN ('PARKED', 'JUNK')",
        topic,
        partition,
        number,
    )
    return Held(*row) if row else None


async def release(tx: Tx, topic: str, partition: int, number: int) -> bool:
    """Marks a parked message to be decided; gives whether there is one."""
    status = await tx.execute(
        "UPDATE held SET released = true"
        " WHERE topic = $1 AND partition = $2 AND number = $3 AND why IN ('PARKED', 'JUNK')",
        topic,
        partition,
        number,
    )
    return bool(status == "UPDATE 1")


async def drop(tx: Tx, topic: str, partition: int, number: int, because: str) -> bool:
    """Moves a parked message to the dropped ones; gives whether there is one."""
    status = await tx.execute(
        "WITH gone AS (DELETE FROM held"
        " WHERE topic = $1 AND partition = $2 AND number = $3 AND why IN ('PARKED', 'JUNK') RETURNING *)"
        " INSERT INTO dropped (topic, partition, number, key, source, reason, detail, record, because)"
        " SELECT topic, partition, number, key, source, reason, detail, record, $4 FROM gone",
        topic,
        partition,
        number,
        because,
    )
    return bool(status == "INSERT 0 1")
