"""The trail's tables as the decider writes them: records, mentions, heads, roots."""

from collections.abc import Sequence
from datetime import date

from services.audit.model import Adoption, Chain, Head, Record, Root, SealDay, SealedHead
from services.audit.store.rows import columns, expect
from shared.bus.message import Due
from shared.bus.service import Tx

_RECORD = Record._fields[:-1]
_MENTION = ("subject_id", "topic", "partition", "number")


async def read_heads(tx: Tx, chains: Sequence[str]) -> tuple[dict[Chain, Head], dict[Chain, Adoption]]:
    """The heads of the chains named `topic/partition`, and which of them go on with another topic.

    A chain that has no record yet is absent.
    """
    parts = [chain.rpartition("/") for chain in chains]
    rows = await tx.fetch(
        "SELECT h.topic, h.partition, h.number, h.chain_hash, s.topic_id, s.generation,"
        " h.topic_id <> '' AND (h.topic_id, h.generation) <> (s.topic_id, s.generation) AS adopted"
        " FROM head h JOIN unnest($1::text[], $2::int[]) AS p(topic, partition) USING (topic, partition)"
        " LEFT JOIN stream s USING (topic, partition)",
        [topic for topic, _, _ in parts],
        [int(partition) for _, _, partition in parts],
    )
    heads = {(row["topic"], row["partition"]): Head(*row[:4]) for row in rows}
    adopted = [Adoption(*row[:2], *row[4:6]) for row in rows if row["adopted"]]
    return heads, {(adoption.topic, adoption.partition): adoption for adoption in adopted}


async def read_all_heads(tx: Tx) -> list[Head]:
    """Every chain's head, as of one moment."""
    return [Head(*row) for row in await tx.fetch("SELECT topic, partition, number, chain_hash FROM head")]


async def add_records(tx: Tx, records: list[Record]) -> None:
    """Adds records and their mentions, and moves the heads of their chains."""
    await tx.copy_records_to_table("record", records=[r[:7] for r in records], columns=_RECORD)
    mentions = [(id, r[0], r[1], r[2]) for r in records for id in r[7]]
    if mentions:
        await tx.copy_records_to_table("mention", records=mentions, columns=_MENTION)
    await _move_heads(tx, records)


async def _move_heads(tx: Tx, records: list[Record]) -> None:
    """Moves heads to the last records, each with the topic that its stream reads.

    Another writer would have met the key of `record` before.
    """
    lasts = {(record.topic, record.partition): record for record in records}
    rows = [(*chain, lasts[chain].number, lasts[chain].chain_hash) for chain in sorted(lasts)]
    status = await tx.execute(
        "INSERT INTO head SELECT p.*, coalesce(s.topic_id, ''), coalesce(s.generation, 1)"
        " FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bytea[])"
        " AS p(topic, partition, number, chain_hash) LEFT JOIN stream s USING (topic, partition)"
        " ON CONFLICT (topic, partition) DO UPDATE SET number = excluded.number,"
        " chain_hash = excluded.chain_hash, topic_id = excluded.topic_id, generation = excluded.generation",
        *columns(rows),
    )
    expect(status, len(rows), "head")


async def add_roots(tx: Tx, rows: list[Root]) -> None:
    """Adds the roots of days."""
    await tx.copy_records_to_table("root", records=rows, columns=Root._fields)


async def add_sealed_heads(tx: Tx, rows: list[SealedHead]) -> None:
    """Adds where each chain stood when a day was sealed."""
    await tx.copy_records_to_table("sealed_head", records=rows, columns=SealedHead._fields)


async def due_seal(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The one piece of work of sealing a day."""
    return [] if cursor else [Due("sealed", day.isoformat(), SealDay(sealed_on=day))]
