"""Every database is lost after a month in which every service was killed, and comes back from the topics."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import cast

import asyncpg
import pytest
from typer.testing import CliRunner

from services.__main__ import find_service
from services.audit.check.verify import verify
from services.cli.main import app
from services.cli.stack.processes import LANES
from shared.adapter import Connection, Operator
from shared.adapter.operator import OPERATOR
from shared.bus.process.process import ServiceProcess
from shared.bus.topics import SERVICES, Lane
from shared.settings import Settings
from shared.stack import Servers, down, up
from tests.given.tables import digests
from tests.journeys.given.demo_month import FEW, Shown

NEXT = date(2026, 4, 5)
PATIENCE_S = 60
PLANTED = {
    "referral": {"known_coverage": "UPDATE referral.known_coverage SET covered_until = covered_from"},
    "settlement": {
        "known_coverage": "UPDATE settlement.known_coverage SET account_balance_fen = 7",
        "known_filing": "DELETE FROM settlement.known_filing",
    },
    "clearing": {
        "known_agreement": "UPDATE clearing.known_agreement SET cut_off_day = cut_off_day + 1",
        "known_case_page": "DELETE FROM clearing.known_case_page",
    },
}


@pytest.fixture(scope="module")
def settings(killed: Shown) -> Settings:
    """The home of the month."""
    home = killed.out.parent / "month" / "demo"
    return Settings(home=home, kafka=None, postgres=None, partitions=int(FEW["YIDI_PARTITIONS"]))


@pytest.fixture(scope="module")
def servers(settings: Settings) -> Iterator[Servers]:
    """The servers of the month, without a service."""
    yield up(settings)
    down(settings)


@pytest.fixture
async def services(settings: Settings, servers: Servers) -> AsyncIterator[list[ServiceProcess]]:
    """Makes every service run, in this process; nothing else could tell them from those of `yidi up`."""
    processes: list[ServiceProcess] = []
    yield processes
    for process in processes:
        await process.stop()


def yidi(settings: Settings, *arguments: str) -> str:
    """Runs a command on the servers of the month; its output."""
    env = {"YIDI_HOME": str(settings.home), **FEW}
    done = CliRunner().invoke(app, list(arguments), env=env)
    assert done.exit_code == 0, done.output
    return done.stdout


async def rebuild_known(
    settings: Settings, servers: Servers, before: dict[str, dict[str, tuple[int, str]]]
) -> None:
    """What a service keeps of others is what the topics say; what somebody changed by hand is put right."""
    connection = await asyncpg.connect(servers.postgres)
    for service, planted in PLANTED.items():
        whole = json.loads(await asyncio.to_thread(yidi, settings, "rebuild", service, "known", "--json"))
        assert whole["mended"] == []
        assert whole["facts"] > 20
        for statement in planted.values():
            assert await connection.execute(statement) not in ("UPDATE 0", "DELETE 0")
        told = json.loads(await asyncio.to_thread(yidi, settings, "rebuild", service, "known", "--json"))
        assert told["mended"] == sorted(planted)
        assert await digests(servers.postgres, service) == before[service]
    await connection.close()


async def lose(servers: Servers) -> None:
    """Every service's database is gone."""
    connection = await asyncpg.connect(servers.postgres)
    for service in SERVICES:
        await connection.execute(f"DROP SCHEMA {service} CASCADE")
    await connection.close()


async def test_databases_made_anew_from_the_topics_are_what_they_were_and_go_on(
    settings: Settings, servers: Servers, services: list[ServiceProcess]
) -> None:
    before = {service: await digests(servers.postgres, service) for service in SERVICES}
    assert before["clearing"]["posting"][0] > 200
    await rebuild_known(settings, servers, before)
    await lose(servers)
    for service in SERVICES:
        told = await asyncio.to_thread(yidi, settings, "bus", "rebuild", service, "--json")
        rebuilt = json.loads(told.splitlines()[-1])
        assert (rebuilt["service"], rebuilt["unsent"]) == (service, 0)
        assert rebuilt["facts"] > 50
    for name, lane, _ in LANES:
        services.append(await started(name, lane, settings, servers))
    await until_the_same(servers, before)
    env = {"YIDI_HOME": str(settings.home), **FEW}
    at_work = ["rebuild", "settlement", "known"]
    refused = await asyncio.to_thread(CliRunner().invoke, app, at_work, env=env)
    assert (refused.exit_code, "settlement runs" in refused.stderr) == (1, True)
    async with Connection(servers.kafka, OPERATOR) as connection, Operator(connection) as operator:
        await operator.open_day(NEXT)
    await until_heard(servers)
    report = await verify(servers.postgres, servers.kafka)
    assert report.ok, report.faults
    assert "账目平衡" in await asyncio.to_thread(yidi, settings, "month", "check")
    assert "账目平衡" in await asyncio.to_thread(yidi, settings, "ledger", "check")
    assert "无差异" in await asyncio.to_thread(yidi, settings, "month", "rebuild", "2026-03")


async def started(name: str, lane: str, settings: Settings, servers: Servers) -> ServiceProcess:
    """A process of a service."""
    process = ServiceProcess(find_service(name), cast("Lane", lane), 0, settings, servers)
    await process.start()
    return process


async def until_the_same(servers: Servers, before: dict[str, dict[str, tuple[int, str]]]) -> None:
    """Waits until the last that no fact told is decided too, and every table says what it said."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        now = {service: await digests(servers.postgres, service) for service in SERVICES}
        differing = [
            f"{s}.{table}" for s in SERVICES for table in before[s] if before[s][table] != now[s].get(table)
        ]
        if not differing:
            return
        assert asyncio.get_running_loop().time() < deadline, differing
        await asyncio.sleep(0.2)


async def until_heard(servers: Servers) -> None:
    """Waits until audit has heard of the new day from every stream of every service."""
    connection = await asyncpg.connect(servers.postgres)
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while await connection.fetchval("SELECT day FROM audit.service_day") != NEXT:
        assert asyncio.get_running_loop().time() < deadline, "facts are not heard"
        await asyncio.sleep(0.1)
    await connection.close()
