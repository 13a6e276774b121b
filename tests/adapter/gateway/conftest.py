"""One gateway for the tests of this folder, on the town of the adapters."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from services.cli.demo.stage import Stage
from tests.adapter.gateway.given.his import His
from tests.adapter.gateway.given.running import running_gateway

NUMBERS = count(1, 40)  # no two tests use one msgid


@pytest.fixture(scope="package")
def address(town: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where it listens."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(town.servers.kafka, folder) as at:
        yield at


@pytest.fixture
def his(address: str) -> His:
    """An operator who is signed in at another hospital of the node, so that the golden books stay alone."""
    operator = His(address, "H51010000001", first=next(NUMBERS))
    operator.sign_in()
    return operator
