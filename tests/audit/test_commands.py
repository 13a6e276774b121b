"""`yidi verify` and `yidi trace` as a person types them, on a real database and a real broker."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from services.audit import SERVICE
from services.cli.main import app
from shared.bus.service import Service
from tests.audit.given.facts import march, page_received, settled, uploaded
from tests.audit.given.records import admission
from tests.given.driver import Driver


@pytest.fixture
async def driver(
    driver_for: Callable[[Service], Awaitable[Driver]],
    database: str,
    bootstrap: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Driver:
    """The audit service, on the servers that the commands are given."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    monkeypatch.setenv("YIDI_KAFKA", bootstrap)
    return await driver_for(SERVICE)


async def yidi(*arguments: str) -> Result:
    """A command typed by a person."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, list(arguments)))


async def test_verify_says_that_a_trail_is_whole(driver: Driver) -> None:
    done = await yidi("verify")
    assert (done.exit_code, "the trail is whole" in done.stdout) == (0, True)


@pytest.mark.requirement("AUD-27")
async def test_verify_names_the_broken_record_and_exits_with_1(driver: Driver, database: str) -> None:
    await driver.hear(admission(1), admission(2), topic="test.topic", partition=2)
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE audit.record SET body_digest = sha256('x') WHERE number = 1")
    await connection.close()
    told = await yidi("verify")
    named = "RECORD_CHANGED  test.topic/2@0  envelope or body_digest"
    assert (told.exit_code, named in told.stdout) == (1, True)
    done = await yidi("verify", "--json", "--deep")
    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.exit_code, report["ok"], report["records"]) == (1, False, 2)
    first = report["faults"][0]
    assert (first["code"], first["topic"], first["partition"], first["log_offset"]) == (
        "RECORD_CHANGED",
        "test.topic",
        2,
        0,
    )


async def test_trace_tells_a_visit_through_all_that_was_said_of_it(driver: Driver) -> None:
    facts = (uploaded(on=3, heard=9), settled(discharged=9, on=9), page_received(due=16, on=16))
    await driver.hear(*facts, source="settlement")
    done = await yidi("trace", "V1", "--json")
    story = json.loads(done.stdout.splitlines()[-1])
    assert [(step["type"], step["outcome"]) for step in story] == [
        ("CostsUploaded.v1", "late"),
        ("SettlementCompleted.v1", ""),
        ("CasePageReceived.v1", "in time"),
    ]
    assert {step["source"] for step in story} == {"settlement"}
    assert (await yidi("trace", "S1", "--json")).stdout == done.stdout
    assert "CostsUploaded.v1" in (await yidi("trace", "V1")).stdout


async def test_trace_of_an_unknown_id_says_so(driver: Driver) -> None:
    await driver.due("seal", 0, march(2))
    done = await yidi("trace", "V404")
    assert (done.exit_code, "V404" in done.stderr) == (1, True)


async def test_a_database_without_a_trail_is_told_what_to_do(
    driver: Driver, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = database.replace("/test_", "/empty_")
    connection = await asyncpg.connect(database)
    await connection.execute(f"CREATE DATABASE {empty.rpartition('/')[2]}")
    monkeypatch.setenv("YIDI_POSTGRES", empty)
    done = await yidi("verify")
    await connection.execute(f"DROP DATABASE {empty.rpartition('/')[2]} WITH (FORCE)")
    await connection.close()
    assert (done.exit_code, "yidi up" in done.stderr) == (2, True)
