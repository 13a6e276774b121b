"""`yidi status`: one sentence for each thing that is not right with the services."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.bus.admin import Admin
from shared.bus.database import connect_pool
from shared.bus.topics import SERVICES, marking_streams
from shared.settings import Settings
from shared.stack import Servers
from tests.given.databases import with_database

DAY = date(2026, 3, 3)
OPEN = "INSERT INTO enrollment.opened_day VALUES ('2026-03-03', true, 1, false)"
PAGE = (
    "INSERT INTO {}.outbox"
    " (topic, partition, first_sequence, records, to_topic, to_partition, page, written_at)"
    " VALUES ('{}', 0, 1, 3, 'realtime.filings', 0, '', now() - interval '{}')"
)
PARKED = (
    "INSERT INTO referral.held (topic, partition, number, key, source, why, record, held_at)"
    " VALUES ('realtime.filings', 0, 7, 'P1', 'huaxi', '{}', '', '2026-03-02 08:00+08')"
)
BEHIND = "UPDATE referral.stream SET passed = '2026-03-02' WHERE topic = 'realtime.filings' AND partition = 1"
RELAYED = "UPDATE enrollment.stream SET relayed = 9"


@pytest.fixture
async def processes(database: str) -> Any:
    """The connections of a process of each service."""
    pools = {service: await connect_pool(database, service, size=1) for service in SERVICES}
    yield pools
    for pool in pools.values():
        await pool.close()


@pytest.fixture
async def tx(
    database: str, processes: Any, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """A database of all services, whose streams have passed the day that is open; processes are connected."""
    monkeypatch.setenv("YIDI_HOME", str(tmp_path))
    monkeypatch.setenv("YIDI_POSTGRES", database)
    monkeypatch.setenv("YIDI_KAFKA", servers.kafka)
    await Admin(servers.kafka).ensure_topics(Settings().partitions)
    connection = await asyncpg.connect(database)
    for service in SERVICES:
        for stream in marking_streams(service, Settings().partitions):
            _, topic, partition = stream.split("/")
            await connection.execute(
                f"INSERT INTO {service}.stream"  # noqa: S608 (our own words)
                " (topic, partition, next_offset, day, passed, cluster_id, topic_id)"
                " VALUES ($1, $2, 1000000, $3, $3, '', '')",
                *(topic, int(partition), DAY),
            )
    await connection.execute(OPEN)
    yield connection
    await connection.close()


async def _status(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner(env={"COLUMNS": "80"}).invoke, app, ["status", *arguments])


async def test_all_is_right(tx: Any) -> None:
    done = await _status("--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["faults"], told["opened_day"]) == (0, [], "2026-03-03")
    assert {(row["name"], row["health"]) for row in told["processes"]} == {
        ("kafka", "ok"),
        ("postgres", "ok"),
    }
    rows = {(row["service"], row["exchange"]): row for row in told["services"]}
    assert (
        rows["settlement", "daily"].items()
        >= {
            "day": "2026-03-03",
            "behind_days": 0,
            "lag": 0,
            "unsent": 0,
            "parked": 0,
        }.items()
    )
    assert set(rows) >= {("enrollment", "registry"), ("clearing", "monthly"), ("audit", "case_page")}


async def test_both_tables_fit_80_columns(tx: Any) -> None:
    done = await _status()
    assert done.exit_code == 0
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 80
    assert "…" not in done.stdout


WRONG = [
    ("letters are parked", [PARKED.format("PARKED")], "referral 实时 at once: 1 parked since 03-02 "),
    ("junk is parked", [PARKED.format("JUNK")], "referral 实时 at once: 1 parked since 03-02 "),
    (
        "a stream has not reached the day",
        [BEHIND, PAGE.format("enrollment", "registry.commands", "3 min"), RELAYED],
        "referral 实时 at once: day 2026-03-03 is open, but it has reached 2026-03-02",
    ),
    (
        "a stream has passed no day",
        ["UPDATE audit.stream SET passed = NULL WHERE topic = 'daily.costs' AND partition = 1"],
        "audit 每日 daily: day 2026-03-03 is open, but it has reached none",
    ),
    (
        "what was said does not leave",
        [PAGE.format("referral", "realtime.filings", "3 min")],
        "referral 实时 at once: 3 not on Kafka since ",
    ),
    (
        "a day's work has a name that nobody knows",
        ["INSERT INTO clearing.job VALUES ('monthly.claims', 0, '2026-03-02', 'sort the year', 100)"],
        "clearing: this version does not know the job 'sort the year' of 2026-03-02",
    ),
]


@pytest.mark.parametrize(("case", "statements", "sentence"), WRONG, ids=[case for case, _, _ in WRONG])
async def test_each_thing_that_is_not_right_is_one_sentence(
    tx: Any, case: str, statements: list[str], sentence: str
) -> None:
    for statement in statements:
        await tx.execute(statement)
    done = await _status("--json")
    faults = json.loads(done.stdout)["faults"]
    assert (done.exit_code, len(faults)) == (1, 1)
    assert faults[0]["en"].startswith(sentence)
    assert faults[0]["zh"] in (await _status()).stdout


async def test_a_day_that_was_opened_just_now_may_still_be_on_its_way(tx: Any) -> None:
    for statement in (BEHIND, PAGE.format("enrollment", "registry.commands", "3 s"), RELAYED):
        await tx.execute(statement)
    assert (await _status()).exit_code == 0


async def test_services_without_a_process_are_named(tx: Any, processes: dict[str, Any]) -> None:
    await processes["clearing"].close()
    done = await _status()
    assert (done.exit_code, "no process of clearing runs" in done.stdout) == (1, True)
    for pool in processes.values():
        await pool.close()
    done = await _status()
    assert (done.exit_code, "no service runs" in done.stdout) == (1, True)


async def test_a_setup_that_does_not_fit_the_topics_is_told(tx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDI_PARTITIONS", "5")
    done = await _status()
    assert (done.exit_code, "YIDI_PARTITIONS" in done.stdout) == (1, True)


async def test_a_database_without_services_is_told_at_once(servers: Servers, tx: Any, tmp_path: Path) -> None:
    done = await asyncio.to_thread(
        CliRunner(env={"YIDI_POSTGRES": with_database(servers.postgres, "postgres")}).invoke, app, ["status"]
    )
    assert (done.exit_code, "no service runs" in done.stdout) == (1, True)
