"""What verification and tracing read of the trail, page by page, as of one moment; nothing is written."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from itertools import groupby
from typing import NamedTuple

import asyncpg

from services.audit.model import Chain, Head, Record, Root, SealedHead
from services.audit.store.trail import read_all_heads
from shared.bus.service import Tx

_COLUMNS = "topic, partition, number, log_offset, envelope, body_digest, chain_hash"
_PAGE = 2_000


class Heard(NamedTuple):
    """The next offset of a partition to be heard, and whether the trail must hold a record of it."""

    next_offset: int = 0
    generation: int = 1
    recorded: bool = False


@asynccontextmanager
async def open_evidence(dsn: str) -> AsyncIterator[Tx]:
    """One moment of the trail, in the role that may only read."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET search_path = audit; SET ROLE yidi_reader")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


async def read_chains(tx: Tx) -> dict[Chain, Head | None]:
    """Every chain that has a head, a record or a seal, in order; none where the head is missing."""
    heads: dict[Chain, Head | None] = {head[:2]: head for head in await read_all_heads(tx)}
    # Looks into the index once a chain; DISTINCT would read the whole of it.
    rows = await tx.fetch(
        "WITH RECURSIVE c AS ("
        " (SELECT topic, partition FROM record ORDER BY topic, partition LIMIT 1)"
        " UNION ALL SELECT n.topic, n.partition FROM c, LATERAL (SELECT topic, partition FROM record r"
        " WHERE (r.topic, r.partition) > (c.topic, c.partition) ORDER BY topic, partition LIMIT 1) n)"
        " SELECT topic, partition FROM c UNION SELECT topic, partition FROM sealed_head"
        " WHERE sealed_on = (SELECT max(sealed_on) FROM sealed_head)"
    )
    for row in rows:
        heads.setdefault((row["topic"], row["partition"]), None)
    return dict(sorted(heads.items()))


async def read_heard(tx: Tx) -> dict[Chain, Heard]:
    """What the service has heard of each partition; what stands aside has no record yet."""
    rows = await tx.fetch(
        "SELECT topic, partition, next_offset, generation, next_offset > 0 AND NOT EXISTS (SELECT FROM held h"
        " WHERE h.topic = s.topic AND h.partition = s.partition) AS recorded FROM stream s"
    )
    return {(row["topic"], row["partition"]): Heard(*row[2:]) for row in rows}


async def read_indexed(tx: Tx) -> AsyncIterator[tuple[Record | None, Chain, list[str]]]:
    """Every record in the order of its chain with the ids the index has; none where only the index has it."""
    columns = ", ".join(f"r.{name}" for name in _COLUMNS.split(", "))
    sql = (
        f"SELECT {columns}, m.topic AS t, m.partition AS p, coalesce(m.ids, '{{}}') AS ids"  # noqa: S608
        " FROM record r FULL JOIN (SELECT topic, partition, number, array_agg(subject_id) AS ids FROM mention"
        " GROUP BY topic, partition, number) m USING (topic, partition, number)"
        " ORDER BY r.topic, r.partition, r.number"
    )
    async for row in tx.cursor(sql, prefetch=_PAGE):
        record = Record(*row[:7]) if row["topic"] is not None else None
        yield record, (row["t"], row["p"]), row["ids"]


async def read_records(tx: Tx, chain: Chain) -> AsyncIterator[Record]:
    """A chain's records in order."""
    sql = f"SELECT {_COLUMNS} FROM record WHERE topic = $1 AND partition = $2 ORDER BY number"  # noqa: S608
    async for row in tx.cursor(sql, *chain, prefetch=_PAGE):
        yield Record(*row)


async def read_seals(tx: Tx, chain: Chain) -> dict[int, list[SealedHead]]:
    """Where a chain stood at each day's seal, by number."""
    rows = await tx.fetch(
        "SELECT sealed_on, topic, partition, number, chain_hash FROM sealed_head"
        " WHERE topic = $1 AND partition = $2 ORDER BY number",
        *chain,
    )
    seals = [SealedHead(*row) for row in rows]
    return {number: list(group) for number, group in groupby(seals, key=lambda seal: seal.number)}


async def read_roots(tx: Tx) -> dict[date, Root]:
    """Every day's root."""
    rows = await tx.fetch("SELECT sealed_on, root, records FROM root ORDER BY sealed_on")
    return {row["sealed_on"]: Root(*row) for row in rows}


async def read_sealed_days(tx: Tx) -> AsyncIterator[tuple[date, list[SealedHead]]]:
    """The sealed heads, day by day."""
    sql = (
        "SELECT sealed_on, topic, partition, number, chain_hash FROM sealed_head"
        " ORDER BY sealed_on, topic, partition"
    )
    day: list[SealedHead] = []
    async for row in tx.cursor(sql, prefetch=_PAGE):
        if day and day[0].sealed_on != row["sealed_on"]:
            yield day[0].sealed_on, day
            day = []
        day.append(SealedHead(*row))
    if day:
        yield day[0].sealed_on, day


async def sealed_before(tx: Tx, chain: Chain, number: int) -> date | None:
    """The last day that was sealed before a chain's record of this number."""
    sql = "SELECT max(sealed_on) FROM sealed_head WHERE topic = $1 AND partition = $2 AND number < $3"
    value: date | None = await tx.fetchval(sql, *chain, number)
    return value


async def find_records(tx: Tx, ids: Iterable[str], limit: int) -> list[Record]:
    """The records that speak of any of the ids, each once, at most `limit`."""
    rows = await tx.fetch(
        "SELECT r.topic, r.partition, r.number, r.log_offset, r.envelope, r.body_digest, r.chain_hash"
        " FROM (SELECT DISTINCT topic, partition, number FROM mention WHERE subject_id = ANY($1)"
        " ORDER BY topic, partition, number LIMIT $2) m JOIN record r USING (topic, partition, number)",
        sorted(ids),
        limit,
    )
    return [Record(*row) for row in rows]


async def count_late(tx: Tx) -> Sequence[asyncpg.Record]:
    """Exchanges by class: in time, late, overdue."""
    return await tx.fetch(
        "SELECT exchange, sum(on_time)::bigint AS on_time, sum(late)::bigint AS late,"
        " sum(overdue)::bigint AS overdue FROM tally GROUP BY exchange ORDER BY exchange"
    )
