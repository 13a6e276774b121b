"""Junk: what nodes sent that could not be decided; of each sender some is kept, the rest is counted."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.bus.service import Tx

_CHOSEN = "($1::text IS NULL OR $1 IN ({sender})) AND ($2::text IS NULL OR reason = $2)"
_JUNK = f"why = 'JUNK' AND {_CHOSEN.format(sender='source, asker')}"


class LeftOut(NamedTuple):
    """Junk of one sender that was counted and not kept."""

    asker: str
    reason: str
    messages: int
    bytes: int


async def junk_fills(tx: Tx, topic: str, partition: int) -> dict[tuple[str, str], tuple[int, int]]:
    """How much junk of each sender and reason is kept in a stream: messages and bytes."""
    rows = await tx.fetch(
        "SELECT asker, reason, count(*), sum(octet_length(record))::bigint FROM held"
        " WHERE topic = $1 AND partition = $2 AND why = 'JUNK' GROUP BY asker, reason",
        topic,
        partition,
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


async def leave_out(tx: Tx, counts: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Counts junk that is not kept."""
    rows = [(*who, *count) for who, count in sorted(counts.items())]
    await tx.execute(
        "INSERT INTO left_out (asker, reason, messages, bytes)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[])"
        " ON CONFLICT (asker, reason) DO UPDATE SET last_at = now(),"
        " messages = left_out.messages + excluded.messages, bytes = left_out.bytes + excluded.bytes",
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def read_left_out(tx: Tx) -> list[LeftOut]:
    """Reads how much junk was counted and not kept, by sender and reason."""
    rows = await tx.fetch("SELECT asker, reason, messages, bytes FROM left_out ORDER BY asker, reason")
    return [LeftOut(*row) for row in rows]


async def count_junk(tx: Tx, source: str | None, reason: str | None) -> int:
    """Counts the junk that is kept, of one sender or reason where named."""
    return int(await tx.fetchval(f"SELECT count(*) FROM held WHERE {_JUNK}", source, reason))  # noqa: S608


async def drop_junk(tx: Tx, source: str | None, reason: str | None, because: str) -> int:
    """Moves junk, of one sender or reason where named, to the dropped ones, and forgets its counts."""
    status = await tx.execute(
        f"WITH gone AS (DELETE FROM held WHERE {_JUNK} RETURNING *)"  # noqa: S608
        " INSERT INTO dropped (topic, partition, number, key, source, reason, detail, record, because)"
        " SELECT topic, partition, number, key, source, reason, detail, record, $3 FROM gone",
        source,
        reason,
        because,
    )
    chosen = _CHOSEN.format(sender="asker")
    await tx.execute(f"DELETE FROM left_out WHERE {chosen}", source, reason)  # noqa: S608
    return int(status.split()[-1])
