"""The tables of copies in the database: hidden by empty ones of the session, digested, mended.

A table of the session hides the service's one of the same name, so that the service's own statements read and
write it and know nothing of it.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from shared.bus.service import Tx
from shared.bus.store.held import Held

_NODES = "node"
_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace
AND (starts_with(relname, 'known_') OR relname = ANY($2)) ORDER BY relname
"""
# Moments, and ids drawn by chance, are of the life that wrote them; so is how often a turn was taken.
_COLUMNS = """
SELECT a.attname FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') !~ 'now\\(\\)|random'
AND a.attname NOT IN ('turn', 'relayed', 'expires_at', 'token') ORDER BY a.attname
"""
_WRITTEN = """
SELECT attname FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# Sums of the rows' digests: neither their order counts nor do they have to find room in memory at once.
_DIGEST = """
SELECT count(*), md5(count(*) || ' ' || sum(('x' || substr(hash, 1, 16))::bit(64)::bigint::numeric)
    || ' ' || sum(('x' || substr(hash, 17))::bit(64)::bigint::numeric))
FROM (SELECT md5(r::text) AS hash FROM (SELECT {columns} FROM {table}) AS r) AS hashed
"""
_UNDECIDED = f"""
SELECT {", ".join(Held._fields)} FROM held WHERE topic = ANY($1)
UNION ALL SELECT topic, partition, number, key, source, '', '', '', NULL, false, reason, detail, record,
    '{{}}'::text[]
FROM dropped WHERE topic = ANY($1)
"""  # noqa: S608 (our own words)
_RESTLESS = """
SELECT EXISTS (SELECT FROM job WHERE NOT done) OR EXISTS (
    SELECT FROM stream WHERE day IS NOT NULL AND day IS DISTINCT FROM (SELECT day FROM service_day)
)
"""


class Digest(NamedTuple):
    """What a table holds: how many rows, and a digest of them that is the same in any order."""

    rows: int
    digest: str


async def lock_out(tx: Tx) -> None:
    """Keeps a process that starts meanwhile from moving a stream before the transaction ends."""
    await tx.execute("LOCK TABLE stream IN SHARE ROW EXCLUSIVE MODE")


async def is_restless(tx: Tx) -> bool:
    """Whether a day's work is open, or a stream has come further than the service's day."""
    return bool(await tx.fetchval(_RESTLESS))


async def service_day(tx: Tx) -> date | None:
    """The day that all streams have passed."""
    day: date | None = await tx.fetchval("SELECT day FROM service_day")
    return day


async def undecided(tx: Tx, topics: Collection[str]) -> list[Held]:
    """Records of these topics that stand aside, or that an operator gave up: they changed nothing."""
    return [Held(*row) for row in await tx.fetch(_UNDECIDED, list(topics))]


async def hide(tx: Tx, schema: str, others: Collection[str]) -> list[str]:
    """Hides all tables of copies, those called known_… and `others`, behind empty ones; gives their names."""
    tables = [row[0] for row in await tx.fetch(_TABLES, schema, [*others, _NODES])]
    for table in tables:
        await tx.execute(f"CREATE TEMP TABLE {table} (LIKE {schema}.{table} INCLUDING ALL) ON COMMIT DROP")
    await tx.execute("INSERT INTO node VALUES ('operator', 'operator', 'operator')")  # nobody registers it
    return tables


async def digests(tx: Tx, schema: str, table: str) -> tuple[Digest, Digest]:
    """What a table holds, and what the one holds that hides it."""
    kept = await digest_of(tx, schema, table)
    return kept, await digest_of(tx, schema, table, of="pg_temp")


async def digest_of(tx: Tx, schema: str, table: str, of: str | None = None) -> Digest:
    """What a table holds, but for its columns of chance; or the one of that name in the schema `of`."""
    names = [f'"{row[0]}"' for row in await tx.fetch(_COLUMNS, f"{schema}.{table}")]
    row = await tx.fetchrow(_DIGEST.format(columns=", ".join(names), table=f"{of or schema}.{table}"))
    assert row is not None
    return Digest(row[0], row[1] or "")


async def mend(tx: Tx, schema: str, table: str) -> None:
    """Puts what the hiding table holds in place of what was kept."""
    written = await tx.fetch(_WRITTEN, f"{schema}.{table}")
    names = ", ".join(f'"{row[0]}"' for row in written)
    await tx.execute(f"DELETE FROM {schema}.{table}")  # noqa: S608 (our own words)
    await tx.execute(
        f"INSERT INTO {schema}.{table} ({names}) SELECT {names} FROM pg_temp.{table}"  # noqa: S608
    )
