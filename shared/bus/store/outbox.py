"""The outbox: pages of what was said, until they are relayed and some days longer."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.bus.service import Tx


class Page(NamedTuple):
    """What a turn says to one outgoing partition; `page` is the packed records."""

    topic: str
    partition: int
    first_sequence: int
    records: int
    to_topic: str
    to_partition: int
    page: bytes


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
    """Deletes pages that are relayed and were written more than `keep_days` days ago."""
    await tx.execute(
        "DELETE FROM outbox o USING stream s WHERE o.topic = s.topic AND o.partition = s.partition"
        " AND o.first_sequence <= s.relayed AND o.written_at < now() - make_interval(days => $1)",
        keep_days,
    )


async def clear_outbox(tx: Tx, unsent: Sequence[Page]) -> None:
    """Deletes every page but those that are still to be sent: all that the others say stands in the log."""
    await tx.execute(
        "DELETE FROM outbox o WHERE NOT EXISTS (SELECT"
        " FROM unnest($1::text[], $2::int[], $3::bigint[]) AS p(topic, partition, first_sequence)"
        " WHERE (p.topic, p.partition, p.first_sequence) = (o.topic, o.partition, o.first_sequence))",
        *([page[column] for page in unsent] for column in range(3)),
    )


async def pages_since(tx: Tx, since: datetime | None, after: tuple[str, int, int], limit: int) -> list[Page]:
    """Reads pages of all streams written since then (None: all kept), in key order, after a page's key."""
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
