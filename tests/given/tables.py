"""What a service's tables hold, as a digest a table: two databases with the same digests say the same."""

import asyncpg

# Moments, and ids drawn by chance, are of the life that wrote them; so is how often a turn was taken.
_BY_CHANCE = "('turn', 'relayed', 'expires_at', 'token')"
_COLUMNS = f"""
SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attname) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = $1::regnamespace AND c.relname <> 'outbox'
AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') !~ 'now\\(\\)|random' AND a.attname NOT IN {_BY_CHANCE}
GROUP BY c.relname ORDER BY c.relname
"""  # noqa: S608 (our own words)
_ROWS = {  # a cache that each connection keeps in rows of its own
    "due_of_day": "SELECT agreement_id, business_on, sum(due_fen) FROM clearing.due_of_day GROUP BY 1, 2"
}


async def digests(dsn: str, service: str) -> dict[str, tuple[int, str]]:
    """By table, how many rows it has and their digest; without the outbox, which stands in the log."""
    connection = await asyncpg.connect(dsn)
    try:
        found = {}
        for table, columns in await connection.fetch(_COLUMNS, service):
            rows = _ROWS.get(table, f"SELECT {', '.join(columns)} FROM {service}.{table}")  # noqa: S608
            counted = await connection.fetchrow(
                "SELECT count(*), md5(coalesce(string_agg(r::text, '' ORDER BY r::text), ''))"  # noqa: S608
                f" FROM ({rows}) AS r"
            )
            assert counted is not None
            found[str(table)] = (int(counted[0]), str(counted[1]))
        return found
    finally:
        await connection.close()
