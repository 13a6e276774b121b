"""`yidi migrate`: what it shows is what it runs, and showing changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

import services
from services.__main__ import all_services
from services.cli.stack.migrate_command import NOTHING
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate, pending
from shared.bus.topics import TOPICS
from shared.messages.enrollment.agreements import SignAgreement
from shared.stack import Servers
from tests.given.databases import with_database

SERVICES = Path(services.__file__).parent
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


SIGNED_BEFORE = {
    "agreement_id": "A1",
    "insured_area": "511900",
    "treatment_area": "510100",
    "schemes": ["310"],
    "insured_center": "511900",
    "treatment_center": "510100",
    "funding_mode": "AGENCY_PREFUND",
    "catalog_mode": "treatment",
    "in_force_from": "2026-01-01",
    "in_force_until": "2028-01-01",
    "prefund_quota_fen": 7,
    "cut_off_day": 20,
}
LATER = ("035_agreement_review.sql", "036_interest_owner.sql")
# What is of no money it leaves to the default.
NOT_OF_CLEARING = {"review_delegated", "institutions", "follows_agreement_id"}
WITH_THE_REGISTER = (
    "070_agreement_delegation.sql",
    "071_agreement_institutions.sql",
    "072_agreement_follows.sql",
)
# The service, its migrations, how a row of before is kept, and where its content is then
PARAMETERS = [
    ("enrollment", ("032_agreement_parameters.sql", *LATER, *WITH_THE_REGISTER),
     "INSERT INTO register VALUES ('agreement', 'A1', 1, $1)", "SELECT content FROM register"),
    ("clearing", ("024_agreement_parameters.sql", *LATER),
     "INSERT INTO known_period VALUES ('A1', '2026-01-01', '2028-01-01', '511900', '510100', $1)",
     "SELECT agreement FROM known_period"),
    ("clearing", ("024_agreement_parameters.sql", *LATER),
     "INSERT INTO known_agreement VALUES ('A1', '511900', '510100', 20, 'AGENCY_PREFUND', $1)",
     "SELECT agreement FROM known_agreement"),
]  # fmt: skip


@pytest.mark.requirement("CLR-27")
@pytest.mark.parametrize("mode", ["AGENCY_PREFUND", "HOSPITAL_ADVANCE"])
@pytest.mark.parametrize(("service", "files", "keep", "read"), PARAMETERS)
async def test_an_agreement_signed_before_it_had_parameters_gets_their_defaults(
    empty: str, service: str, files: tuple[str, ...], keep: str, read: str, mode: str
) -> None:
    await migrate(empty, all_services())
    before = {**SIGNED_BEFORE, "funding_mode": mode}
    connection = await asyncpg.connect(empty, server_settings={"search_path": service})
    await connection.execute("DELETE FROM register" if service == "enrollment" else "SELECT 1")
    await connection.execute(keep, json.dumps(before))
    for file in files:
        await connection.execute((SERVICES / service / "migrations" / file).read_text(encoding="utf-8"))
    content = json.loads(await connection.fetchval(read))
    await connection.close()
    left_out = NOT_OF_CLEARING if service == "clearing" else set()
    signed_now = SignAgreement.model_validate_json(json.dumps(before))
    assert content == signed_now.model_dump(mode="json", exclude=left_out)


async def test_an_agreement_signed_before_becomes_the_entry_of_its_period(empty: str) -> None:
    await migrate(empty, all_services())
    connection = await asyncpg.connect(empty, server_settings={"search_path": "enrollment"})
    await connection.execute("DROP INDEX register_agreement")
    await connection.execute(
        "INSERT INTO register VALUES ('agreement', 'A1', 3, $1)", json.dumps(SIGNED_BEFORE)
    )
    file = SERVICES / "enrollment" / "migrations" / "033_agreement_periods.sql"
    await connection.execute(file.read_text(encoding="utf-8"))
    row = await connection.fetchrow("SELECT subject_id, version FROM register WHERE kind = 'agreement'")
    await connection.close()
    assert tuple(row or ()) == ("A1/2026-01-01", 3)
