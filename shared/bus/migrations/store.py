"""Migrations (数据库迁移): plain SQL, numbered, forward only; the shell's own first, then the service's.

Each service has a schema of its name, an owner role that migrates and an application role. A table whose
comment begins with `append-only` gives the application neither UPDATE nor DELETE. One reading role serves
checks across services. What `pending` shows is what `migrate` runs.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

import asyncpg

from shared.bus.service import Service, Tx

_SHELL = Path(__file__).parent
_READER = "yidi_reader"

# Roles belong to the whole server: a migration of another database may create them at this moment.
_ROLE = """\
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""
_SCHEMA = """\
CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner};
SET LOCAL ROLE {owner};
SET LOCAL search_path = {schema};
CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY);
"""
_FILE = """
-- {name}
{sql}
INSERT INTO migration VALUES ('{name}');
"""
_RIGHTS = """
-- rights
GRANT USAGE ON SCHEMA {schema} TO {application}, {reader};
DO $$ DECLARE
    t regclass;
    rights text;
BEGIN
    FOR t, rights IN
        SELECT oid, CASE WHEN coalesce(obj_description(oid, 'pg_class'), '') LIKE 'append-only%'
            THEN 'SELECT, INSERT' ELSE 'SELECT, INSERT, UPDATE, DELETE' END
        FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = '{schema}'::regnamespace
    LOOP
        EXECUTE format('GRANT %s ON %s TO {application}', rights, t);
        EXECUTE format('GRANT SELECT ON %s TO {reader}', t);
    END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {application};
"""


class Script(NamedTuple):
    """The migrations that a service's schema lacks: their names, and their SQL for one transaction."""

    service: str
    names: list[str]
    sql: str


def script(service: Service, done: Collection[str]) -> Script:
    """The migrations of a service that are not `done`, as one script; empty when there is none."""
    files = [("shell", f) for f in sorted(_SHELL.glob("*.sql"))]
    files += [(service.name, f) for f in sorted(service.migrations.glob("*.sql"))]
    named = [(f"{owner}/{file.name}", file.read_text(encoding="utf-8")) for owner, file in files]
    missing = [(name, sql) for name, sql in named if name not in done]
    return Script(service.name, [name for name, _ in missing], _sql(service.name, missing) if missing else "")


def _sql(schema: str, missing: Iterable[tuple[str, str]]) -> str:
    owner, application = f"yidi_{schema}_owner", f"yidi_{schema}"
    return "".join(
        (
            *(_ROLE.format(role=role) for role in (_READER, owner, application)),
            _SCHEMA.format(schema=schema, owner=owner),
            *(_FILE.format(name=name, sql=sql.strip()) for name, sql in missing),
            _RIGHTS.format(schema=schema, application=application, reader=_READER),
        )
    )


async def pending(dsn: str, services: Iterable[Service]) -> list[Script]:
    """Gives the migrations that each schema lacks, and changes nothing."""
    connection = await asyncpg.connect(dsn)
    try:
        return [script(service, await _done(connection, service.name)) for service in services]
    finally:
        await connection.close()


async def migrate(dsn: str, services: Iterable[Service]) -> list[str]:
    """Brings every service's schema up to date, one transaction a service; gives what was applied."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('yidi migrate'))")
        return [name for service in services for name in await _migrate_one(connection, service)]
    finally:
        await connection.close()


async def _migrate_one(connection: Tx, service: Service) -> list[str]:
    async with connection.transaction():
        missing = script(service, await _done(connection, service.name))
        if missing.names:
            await connection.execute(missing.sql)
    return [f"{missing.service}: {name}" for name in missing.names]


async def _done(connection: Tx, schema: str) -> set[str]:
    if await connection.fetchval("SELECT to_regclass($1)", f"{schema}.migration") is None:
        return set()
    rows = await connection.fetch(f"SELECT name FROM {schema}.migration")  # noqa: S608 (our own words)
    return {row["name"] for row in rows}
