"""How far a service's streams are, read beside the running service."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from shared.bus.service import Tx


class TopicRow(NamedTuple):
    """The streams of one topic: the slowest day, records not yet on Kafka and parked, and since when."""

    topic: str
    streams: int
    passed: date | None
    unsent: int
    unsent_since: datetime | None
    parked: int
    parked_since: datetime | None


async def read_topics(tx: Tx) -> list[TopicRow]:
    """One row for each topic that the service reads; no day where one of its streams has passed none."""
    rows = await tx.fetch(
        "SELECT s.topic, count(*)::int, CASE WHEN count(*) = count(s.passed) THEN min(s.passed) END,"
        " coalesce(sum(o.records), 0)::int, min(o.since), sum(h.messages)::int, min(h.since) FROM stream s"
        " CROSS JOIN LATERAL (SELECT sum(records) AS records, min(written_at) AS since FROM outbox o"
        " WHERE o.topic = s.topic AND o.partition = s.partition AND o.first_sequence > s.relayed) AS o"
        " CROSS JOIN LATERAL (SELECT count(*) AS messages, min(held_at) AS since FROM held h"
        " WHERE h.topic = s.topic AND h.partition = s.partition AND h.why IN ('PARKED', 'JUNK')"
        " AND NOT h.released) AS h GROUP BY s.topic ORDER BY s.topic"
    )
    return [TopicRow(*row) for row in rows]


async def read_unknown_jobs(tx: Tx, known: Collection[str]) -> list[tuple[str, date]]:
    """The names of open jobs that the program does not know, each with its first day."""
    rows = await tx.fetch(
        "SELECT name, min(day) FROM job WHERE NOT done AND NOT name = ANY($1) GROUP BY name ORDER BY name",
        list(known),
    )
    return [(row[0], row[1]) for row in rows]


async def count_sessions(tx: Tx, services: Collection[str]) -> dict[str, int]:
    """How many sessions the processes of each service have in this database."""
    rows = await tx.fetch(
        "SELECT application_name, count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY application_name"
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {name: found.get(f"yidi-{name}", 0) for name in services}


async def last_written(tx: Tx, to_topic: str) -> datetime | None:
    """When the newest page of the outbox for a topic was written; None if no page is left."""
    found: datetime | None = await tx.fetchval(
        "SELECT max(written_at) FROM outbox WHERE to_topic = $1", to_topic
    )
    return found
