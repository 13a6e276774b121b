"""Databases of tests (测试库): clones of a template, emptied and given to the next test.

A clone is a thousand new files, and where files were just deleted ext4 looks long for room for each new
one: half a second a test. To empty one takes a fortieth of that. One whose schema a test changed is dropped.
"""

import asyncio
import uuid
from collections.abc import Coroutine
from threading import Thread
from typing import Any, TypeVar

import asyncpg

Given = TypeVar("Given")

# Ends whoever is still there, as DROP DATABASE ... WITH (FORCE) does.
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_OURS = "nspname !~ '^(pg_|information_schema)'"
_SHAPE = f"""
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT concat(attrelid::regclass, attname, atttypid, attnotnull) AS line FROM pg_attribute
    JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS}
    UNION ALL SELECT concat(tgrelid::regclass, tgname) FROM pg_trigger
    UNION ALL SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE {_OURS}
    UNION ALL SELECT concat(conrelid::regclass, conname) FROM pg_constraint
    UNION ALL SELECT concat(oid::regclass, relacl) FROM pg_class
) AS lines
"""  # noqa: S608 (our own words)
_TABLES = f"""
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND {_OURS} ORDER BY 1
"""  # noqa: S608 (our own words)


class Databases:
    """Clones of one template; those that nobody has are empty as it is.

    What empties a clone stays connected to it, in a loop of its own as each test has another: a new
    connection knows no table yet, and to learn them takes longer than to empty them.
    """

    def __init__(self, postgres: str, template: str) -> None:
        self._postgres, self._template = postgres, template
        self._keepers: dict[str, asyncpg.Connection] = {}
        self._free: list[str] = []
        self._reset = self._shape = ""
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()

    async def take(self) -> str:
        """A database of one test alone; its DSN."""
        return self._free.pop() if self._free else await self._in_loop(self._make())

    async def give_back(self, dsn: str) -> None:
        """Ends what is connected, and empties it; drops it if it has another shape than the template."""
        await self._in_loop(self._empty(dsn))

    async def _in_loop(self, work: Coroutine[Any, Any, Given]) -> Given:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _make(self) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self._on_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        dsn = with_database(self._postgres, name)
        keeper = self._keepers[dsn] = await asyncpg.connect(dsn)
        if not self._reset:
            await self._read(keeper)
        await keeper.execute(self._reset)
        return dsn

    async def _empty(self, dsn: str) -> None:
        keeper = self._keepers[dsn]
        await keeper.execute(_END_OTHERS)
        if await keeper.fetchval(_SHAPE) == self._shape:
            await keeper.execute("SELECT pg_temp.reset()")
            self._free.append(dsn)
            return
        await self._keepers.pop(dsn).close()
        await self._on_server(f"DROP DATABASE {dsn.rpartition('/')[2].partition('?')[0]} WITH (FORCE)")

    async def _read(self, connection: asyncpg.Connection) -> None:
        """Notes what a new clone is: its shape, and the function that brings back what it holds."""
        self._shape = await connection.fetchval(_SHAPE)
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        emptied = "".join(f"DELETE FROM {table};" for table in tables)  # noqa: S608 (our own words)
        filled = [await _filled(connection, table) for table in tables]
        # As a replica: no trigger and no foreign key looks at it.
        self._reset = (
            "CREATE FUNCTION pg_temp.reset() RETURNS void SET session_replication_role = replica"
            f" LANGUAGE plpgsql AS $reset$ BEGIN {emptied}{''.join(filled)} END $reset$"
        )

    async def _on_server(self, statement: str) -> None:
        connection = await asyncpg.connect(self._postgres)
        await connection.execute(statement)
        await connection.close()


async def _filled(connection: asyncpg.Connection, table: str) -> str:
    """The statement that brings back the rows of a table; "" where it has none."""
    rows = await connection.fetchval(f"SELECT quote_literal(json_agg(t)) FROM {table} t")  # noqa: S608
    filled = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, {rows});"  # noqa: S608
    return filled if rows else ""


def with_database(dsn: str, name: str) -> str:
    """The same server, another database."""
    head, _, tail = dsn.rpartition("/")
    query = tail.partition("?")[2]
    return f"{head}/{name}" + (f"?{query}" if query else "")
