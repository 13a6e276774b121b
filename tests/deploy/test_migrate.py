"""`yidi migrate`: what it shows is what it runs, and showing changes nothing."""

import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from services.__main__ import all_services
from services.cli.stack.migrate_command import NOTHING
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate, pending
from shared.bus.topics import TOPICS
from shared.stack import Servers
from tests.given.databases import with_database

YIDI = (sys.executable, "-c", "from services.cli.main import app; app()")


def _yidi(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run((*YIDI, *arguments), env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
async def empty(own_servers: Servers) -> str:
    """A database that was never migrated."""
    connection = await asyncpg.connect(own_servers.postgres)
    await connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
    await connection.execute("CREATE DATABASE empty")
    await connection.close()
    return with_database(own_servers.postgres, "empty")


async def test_the_sql_shown_is_a_whole_migration_and_showing_it_changes_nothing(
    empty: str, environment: dict[str, str]
) -> None:
    shown = _yidi({**environment, "YIDI_POSTGRES": empty}, "migrate", "--print")
    assert [one.names for one in await pending(empty, all_services()) if not one.names] == []
    connection = await asyncpg.connect(empty)
    await connection.execute(shown)
    await connection.close()
    assert await migrate(empty, all_services()) == []


async def test_the_application_cannot_change_rows_that_are_only_added(empty: str) -> None:
    await migrate(empty, all_services())
    connection = await asyncpg.connect(empty)
    rights = await connection.fetch(
        "SELECT relname, has_table_privilege('yidi_clearing', oid, 'UPDATE') AS change,"
        " has_table_privilege('yidi_clearing', oid, 'INSERT') AS add,"
        " has_table_privilege('yidi_reader', oid, 'SELECT') AS read FROM pg_class"
        " WHERE oid IN ('clearing.posting'::regclass, 'clearing.stream'::regclass) ORDER BY relname"
    )
    await connection.close()
    assert [tuple(row) for row in rights] == [("posting", False, True, True), ("stream", True, True, True)]


async def test_migrating_makes_schemas_and_topics_once(
    own_servers: Servers, empty: str, environment: dict[str, str]
) -> None:
    environment |= {"YIDI_POSTGRES": empty}
    assert "settlement: shell/001_shell.sql" in _yidi(environment, "migrate")
    assert _yidi(environment, "migrate").strip() == NOTHING
    assert _yidi(environment, "migrate", "--print").strip() == f"-- {NOTHING}"
    _, ids = await Admin(own_servers.kafka).identify(list(TOPICS))
    assert ids.keys() == TOPICS.keys()


def test_where_no_database_runs_all_is_shown_and_none_is_started(
    environment: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "nothing-here"
    shown = _yidi(
        {**environment, "YIDI_POSTGRES": "", "YIDI_KAFKA": "", "YIDI_HOME": str(home)}, "migrate", "--print"
    )
    assert shown.count("BEGIN;\n") == len(all_services())
    assert not home.exists()
