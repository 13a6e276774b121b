"""Migrations (数据库迁移): plain SQL, numbered, forward only; the shell's own first, then the service's.

Each service has a schema of its name, an owner role that migrates and an application role. A table whose
comment begins with `append-only` gives the application neither UPDATE nor DELETE. One reading role serves
checks across services.
"""

from collections.abc import Iterable
from pathlib import Path

import asyncpg

from shared.bus.service import Service, Tx

_SHELL = Path(__file__).parent
_READER = "yidi_reader"


def pending(service: Service) -> list[tuple[str, str]]:
    """All migrations of a service in order, as (name, SQL)."""
    files = [("shell", f) for f in sorted(_SHELL.glob("*.sql"))]
    files += [(service.name, f) for f in sorted(service.migrations.glob("*.sql"))]
    return [(f"{owner}/{file.name}", file.read_text(encoding="utf-8")) for owner, file in files]


async def migrate(dsn: str, services: Iterable[Service]) -> list[str]:
    """Brings every service's schema up to date, one transaction a service; gives what was applied."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('yidi migrate'))")
        await _ensure_role(connection, _READER)
        return [name for service in services for name in await _migrate_one(connection, service)]
    finally:
        await connection.close()


async def _ensure_role(connection: Tx, role: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role} NOLOGIN")


async def _migrate_one(connection: Tx, service: Service) -> list[str]:
    schema, owner, application = service.name, f"yidi_{service.name}_owner", f"yidi_{service.name}"
    for role in (owner, application):
        await _ensure_role(connection, role)
    applied = []
    async with connection.transaction():
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}")
        await connection.execute(f"SET LOCAL ROLE {owner}; SET LOCAL search_path = {schema}")
        await connection.execute("CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY)")
        done = {row["name"] for row in await connection.fetch("SELECT name FROM migration")}
        for name, sql in pending(service):
            if name not in done:
                await connection.execute(sql)
                await connection.execute("INSERT INTO migration VALUES ($1)", name)
                applied.append(name)
        await _grant(connection, schema, application)
    return applied


async def _grant(connection: Tx, schema: str, application: str) -> None:
    tables = await connection.fetch(
        "SELECT relname, coalesce(obj_description(oid), '') LIKE 'append-only%' AS append_only"
        " FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = $1::regnamespace",
        schema,
    )
    await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {application}, {_READER}")
    for table in tables:
        name = f"{schema}.{table['relname']}"
        rights = "SELECT, INSERT" if table["append_only"] else "SELECT, INSERT, UPDATE, DELETE"
        await connection.execute(
            f"GRANT {rights} ON {name} TO {application}; GRANT SELECT ON {name} TO {_READER}"
        )
    await connection.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {application}")
