"""Stages for the tests of the shell: one on the run's servers, one on servers that may be killed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import Servers, down, up
from tests.bus.given.killable import Killable
from tests.bus.given.scene import INBOUND, OUTBOUND, Scene, unique
from tests.bus.given.tally import TALLY
from tests.given.databases import Databases, with_database

SESSION_MS = 1_500
LOOK_S = 0.05  # a broker that is asked without a pause does nothing else
GROUP, MEMBER = "yidi-referral-live", "yidi-referral-live-0"


@pytest.fixture(scope="package")
def bus_settings(stack_home: object) -> Settings:
    """Short sessions, so that a process that was killed is soon missed."""
    return Settings(session_ms=SESSION_MS, partitions=6)


@pytest.fixture(scope="package")
def bus_servers(servers: Servers, bus_settings: Settings) -> Iterator[Servers]:
    """The run's servers with every topic; what was written to them is gone for the tests that follow."""
    asyncio.run(Admin(servers.kafka).ensure_topics(bus_settings.partitions))
    yield servers
    delete_topics(servers.kafka, [*INBOUND, *OUTBOUND])


@pytest.fixture(scope="package")
def tally_databases(bus_servers: Servers) -> Databases:
    """Databases with nothing but tally in them."""
    template = asyncio.run(make_database(bus_servers.postgres))
    return Databases(bus_servers.postgres, template)


@pytest.fixture
async def scene(
    bus_settings: Settings, bus_servers: Servers, tally_databases: Databases
) -> AsyncIterator[Scene]:
    """A stage on a database of its own."""
    dsn = await tally_databases.take()
    await asyncio.to_thread(wait_for_members, bus_servers.kafka)
    stage = Scene(bus_settings, replace(bus_servers, postgres=dsn))
    await stage.open()
    try:
        yield stage
    finally:
        await stage.close()
        await tally_databases.give_back(dsn)


@pytest.fixture
def killable(scene: Scene, tmp_path: Path) -> Iterator[Callable[..., Killable]]:
    """Starts tally processes on the stage, that may be killed."""
    yield from killables(scene, tmp_path)


@pytest.fixture
def frail_killable(frail_scene: Scene, tmp_path: Path) -> Iterator[Callable[..., Killable]]:
    """Starts tally processes on servers that may be killed."""
    yield from killables(frail_scene, tmp_path)


def killables(scene: Scene, folder: Path) -> Iterator[Callable[..., Killable]]:
    """Starts processes, and ends them all."""
    started: list[Killable] = []

    def start(**how: Any) -> Killable:
        log = folder / f"tally-{len(started)}.log"
        started.append(Killable(scene.settings, scene.servers, log, **how))
        return started[-1]

    yield start
    for process in started:
        process.end()


@pytest.fixture(scope="package")
def frail_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The home of servers that tests may kill."""
    settings = Settings(
        home=tmp_path_factory.mktemp("frail"), kafka=None, postgres=None, session_ms=SESSION_MS, partitions=2
    )
    yield settings
    down(settings)


@pytest.fixture
async def frail_scene(frail_settings: Settings) -> AsyncIterator[Scene]:
    """A stage whose servers may be killed."""
    servers = await asyncio.to_thread(up, frail_settings)
    await Admin(servers.kafka).ensure_topics(frail_settings.partitions)
    name = await make_database(servers.postgres)
    await asyncio.to_thread(wait_for_members, servers.kafka)
    stage = Scene(frail_settings, replace(servers, postgres=with_database(servers.postgres, name)))
    await stage.open()
    yield stage
    await stage.close()


async def make_database(dsn: str) -> str:
    """A new database with tally's schema; its name."""
    name = unique("tally")
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    await migrate(with_database(dsn, name), [TALLY])
    return name


def wait_for_members(bootstrap: str, allowed: str = MEMBER) -> None:
    """Waits until nobody is left in tally's group but the member that the test will be."""
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    while True:
        group = client.describe_consumer_groups([GROUP])[GROUP]
        try:
            members = group.result(10).members
        except Exception:  # no such group yet
            return
        if all(member.group_instance_id == allowed for member in members):
            return
        time.sleep(LOOK_S)


def delete_topics(bootstrap: str, topics: list[str]) -> None:
    """Deletes topics and waits until they are gone."""
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for future in client.delete_topics(topics).values():
        future.result(20)
    while set(topics) & client.list_topics(timeout=20).topics.keys():
        time.sleep(LOOK_S)
