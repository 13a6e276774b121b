"""Servers of their own for the tests that prepare a database and run a lane as a container would."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shared.settings import Settings
from shared.stack import Servers, down, up


@pytest.fixture(scope="package")
def own_servers() -> Iterator[Servers]:
    """A broker and a database with nothing in them."""
    with TemporaryDirectory(prefix="yidi-deploy-") as folder:
        settings = Settings(home=Path(folder), kafka=None, postgres=None)
        yield up(settings)
        down(settings)


@pytest.fixture
def environment(own_servers: Servers, tmp_path: Path) -> dict[str, str]:
    """What a process needs to find them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIDI_")}
    given = {"YIDI_KAFKA": own_servers.kafka, "YIDI_POSTGRES": own_servers.postgres}
    return {**kept, **given, "YIDI_HOME": str(tmp_path / "home")}
