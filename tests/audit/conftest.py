"""A broker of these tests alone, with one partition a topic: its disk is theirs to reach into."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.bus.admin import Admin
from shared.settings import Settings
from shared.stack import start_kafka, stop_kafka


@pytest.fixture(scope="session")
def broker_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the broker."""
    folder = tmp_path_factory.mktemp("own-broker")
    yield folder
    stop_kafka(Settings(home=folder))


@pytest.fixture(scope="session")
def bootstrap(broker_home: Path) -> str:
    """The broker's address; every topic is there."""
    started = start_kafka(Settings(home=broker_home))
    asyncio.run(Admin(started).ensure_topics(partitions=1))
    return started
