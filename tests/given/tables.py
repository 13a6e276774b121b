"""What a service's tables hold, as a digest a table: two databases with the same digests say the same."""

import asyncpg

from shared.bus.operate.known.store_copies import digest_of

_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace AND relname <> 'outbox'
ORDER BY relname
"""
_SUMS = {"due_of_day"}  # a cache that each connection keeps in rows of its own
_DUE = """
SELECT count(*), md5(string_agg(r::text, '' ORDER BY r::text)) FROM (
    SELECT agreement_id, business_on, sum(due_fen) FROM clearing.due_of_day GROUP BY 1, 2) AS r
"""


async def digests(dsn: str, service: str) -> dict[str, tuple[int, str]]:
    """By table, how many rows it has and their digest; without the outbox, which stands in the log."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = [row[0] for row in await connection.fetch(_TABLES, service)]
        found: dict[str, tuple[int, str]] = {
            table: await digest_of(connection, service, table) for table in tables if table not in _SUMS
        }
        if _SUMS & {*tables}:
            due = await connection.fetchrow(_DUE)
            assert due is not None
            found["due_of_day"] = (due[0], due[1])
        return found
    finally:
        await connection.close()
