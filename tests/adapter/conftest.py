"""One town for all tests of the adapters: its services take seconds to start."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.cli.demo.stage import Stage
from shared.adapter import Connection, Hospital
from tests.adapter.given.town import open_town

GROUP = "H51010000001"


@pytest.fixture(scope="package")
def town(stack_home: Path) -> Iterator[Stage]:
    """The town."""
    before = os.environ.get("YIDI_PARTITIONS")
    os.environ["YIDI_PARTITIONS"] = "2"
    try:
        with open_town(stack_home / "town") as running:
            yield running
    finally:
        os.environ.pop("YIDI_PARTITIONS")
        if before is not None:
            os.environ["YIDI_PARTITIONS"] = before


@pytest.fixture
async def connection(town: Stage) -> AsyncIterator[Connection]:
    """A hospital group's connection."""
    async with Connection(town.servers.kafka, "jinsha") as opened:
        yield opened


@pytest.fixture
def hospital(connection: Connection) -> Hospital:
    """A hospital of the group."""
    return Hospital(connection, GROUP)
