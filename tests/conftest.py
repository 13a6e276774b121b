"""Real servers for every test that needs one: the embedded stack, the given ones, or containers."""

import asyncio
import gc
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from services.__main__ import find_service
from shared.bus.migrations.store import migrate
from shared.bus.service import Service
from shared.bus.topics import SERVICES
from shared.settings import Settings
from shared.stack import Servers, down, up
from tests.given.databases import Databases, with_database
from tests.given.driver import Driver

# The folders that take longest come first, so that none of them is left to one process at the end; and those
# that wait for servers beside those that compute, so that no core is idle.
LONGEST = ("bus", "house", "adapter", "stack", "journeys", "settlement", "certify", "benefit")

# How long a draw takes is the machine's luck, and says nothing of what is tested.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# As services do it: thousands of tests are found, and none of them is ever garbage.
gc.set_threshold(50_000, 20, 50)


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Tests of one folder below tests/ run in one process, since they share what is slow to start."""

    def _split_scope(self, nodeid: str) -> str:
        return _folder(Path(nodeid.partition("::")[0]))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Asked for once all tests are found: sorts them by folder, and leaves their order within it.

    Those that draw hundreds of examples run without the count of lines, which doubles their time.
    """
    items.sort(key=_rank)
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")


def _folder(path: Path) -> str:
    """The folder below tests/ that a test stands in, itself or further down."""
    return path.parts[path.parts.index("tests") + 1]


def _rank(item: pytest.Item) -> int:
    folder = _folder(item.path.relative_to(item.config.rootpath))
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """Asked for by the plugin that runs tests in several processes."""
    return ByFolder(config, log)


@pytest.fixture(scope="session")
def stack_home() -> Iterator[Path]:
    """An empty home folder for this run's servers; not below pytest's own, which other users cannot enter."""
    with tempfile.TemporaryDirectory(prefix="yidi-test-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def servers(stack_home: Path) -> Iterator[Servers]:
    """Kafka and PostgreSQL for the whole run; stopped at its end unless they were given."""
    if os.environ.get("YIDI_STACK") == "containers":
        from tests.given.containers import run_containers

        yield from run_containers()
        return
    own = replace(Settings(), home=stack_home)
    yield up(own)
    down(own)


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """A migrated database that tests clone; its name."""
    name = f"template_{uuid.uuid4().hex[:8]}"
    asyncio.run(_make_template(servers.postgres, name))
    return name


async def _make_template(dsn: str, name: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    await migrate(with_database(dsn, name), list(_present()))


def _present() -> Iterator[Service]:
    for name in SERVICES:
        try:
            yield find_service(name)
        except (ImportError, AttributeError):  # not written yet
            continue


@pytest.fixture(scope="session")
def databases(servers: Servers, template: str) -> Databases:
    """Clones of the template, for one test after the other."""
    return Databases(servers.postgres, template)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[str]:
    """A database of this test alone, as the template is; gives its DSN."""
    dsn = await databases.take()
    yield dsn
    await databases.give_back(dsn)


@pytest.fixture
async def driver_for(database: str) -> AsyncIterator[Callable[[Service], Awaitable[Driver]]]:
    """Makes a driver for a service, on this test's database."""
    made: list[Driver] = []

    async def make(service: Service) -> Driver:
        driver = await Driver.open(service, database)
        made.append(driver)
        return driver

    yield make
    for driver in made:
        await driver.close()
