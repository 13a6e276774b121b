"""The outbox: what was said, in pages, and how far each stream has said it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.bus.service import Tx

Place = tuple[str, int]


class Page(NamedTuple):
    """What a turn says to one outgoing partition; `page` is the packed records."""

    topic: str
    partition: int
    first_sequence: int
    records: int
    to_topic: str
    to_partition: int
    page: bytes


async def read_outlets(tx: Tx, topic: str, partition: int) -> dict[Place, int]:
    """The last sequence a stream sent to each outgoing partition; ("", 0) is its own counter."""
    rows = await tx.fetch(
        "SELECT to_topic, to_partition, sequence FROM outlet WHERE topic = $1 AND partition = $2",
        topic,
        partition,
    )
    return {(row["to_topic"], row["to_partition"]): row["sequence"] for row in rows}


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


async def pages_since(tx: Tx, since: datetime | None, after: tuple[str, int, int], limit: int) -> list[Page]:
    """Pages of all streams written since then (none: all that are kept), in order, after a page's key."""
    rows = await tx.fetch(
        "SELECT topic, partition, first_sequence, records, to_topic, to_partition, page FROM outbox"
        " WHERE (topic, partition, first_sequence) > ($1, $2, $3)"
        " AND ($4::timestamptz IS NULL OR written_at >= $4)"
        " ORDER BY topic, partition, first_sequence LIMIT $5",
        *after,
        since,
        limit,
    )
    return [Page(*row) for row in rows]
