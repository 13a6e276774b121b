"""What verification reads of the tables of deadlines, of the last seals, and of what the service has said."""

from typing import NamedTuple

from services.audit.model import KnownStatement, LastSeals, Missed, Tally
from shared.bus.service import Tx
from shared.bus.topics import stream_name


class Said(NamedTuple):
    """A page the service has said to one topic, as its outbox keeps it."""

    stream: str
    first_sequence: int
    page: bytes
    relayed: bool


async def read_deadlines(tx: Tx) -> tuple[list[Missed], list[Tally], list[KnownStatement]]:
    """All of the tables of deadlines."""
    missed = await tx.fetch("SELECT exchange, subject_id, party, area, due_on, heard_on FROM missed")
    tallies = await tx.fetch("SELECT exchange, area, party, month, on_time, late, overdue FROM tally")
    known = await tx.fetch(f"SELECT {', '.join(KnownStatement._fields)} FROM known_statement")  # noqa: S608
    return (
        [Missed(*row) for row in missed],
        [Tally(*row) for row in tallies],
        [KnownStatement(*row) for row in known],
    )


async def read_last_seals(tx: Tx) -> LastSeals:
    """The day reached, and what the last two seals say."""
    reached = await tx.fetchval(
        "SELECT greatest((SELECT max(day) FROM service_day), (SELECT max(sealed_on) FROM root))"
    )
    days = [row[0] for row in await tx.fetch("SELECT sealed_on FROM root ORDER BY sealed_on DESC LIMIT 2")]
    if len(days) < 2:
        return LastSeals(reached, None, {})
    rows = await tx.fetch("SELECT topic, partition, number FROM sealed_head WHERE sealed_on = $1", days[1])
    before = {(row["topic"], row["partition"]): row["number"] for row in rows}
    return LastSeals(reached, days[0], before)


async def read_outlets(tx: Tx, topic: str) -> dict[str, dict[int, int]]:
    """How far each of the service's streams has said facts in each partition of a topic."""
    rows = await tx.fetch(
        "SELECT topic, partition, to_partition, sequence FROM outlet WHERE to_topic = $1", topic
    )
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        stream = stream_name("audit", row["topic"], row["partition"])
        found.setdefault(stream, {})[row["to_partition"]] = row["sequence"]
    return found


async def read_said(tx: Tx, topic: str) -> list[Said]:
    """The pages to a topic that the outbox still keeps."""
    rows = await tx.fetch(
        "SELECT o.topic, o.partition, o.first_sequence, o.page, o.first_sequence <= s.relayed AS relayed"
        " FROM outbox o JOIN stream s USING (topic, partition) WHERE o.to_topic = $1",
        topic,
    )
    return [Said(stream_name("audit", *row[:2]), *row[2:]) for row in rows]
