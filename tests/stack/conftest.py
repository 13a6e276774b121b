"""A home of their own for the tests that kill, stop and damage servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.stack import Servers, down, up


@pytest.fixture(scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Embedded servers in a folder no other test uses; stopped at the end of the run."""
    settings = Settings(home=tmp_path_factory.mktemp("stack"), kafka=None, postgres=None)
    yield settings
    down(settings)


@pytest.fixture
def own_servers(own_settings: Settings) -> Servers:
    """These servers, running, whatever the test before did to them."""
    return up(own_settings)


@pytest.fixture
def empty_settings(tmp_path: Path) -> Iterator[Settings]:
    """A home in which nothing was ever started."""
    settings = Settings(home=tmp_path / "home", kafka=None, postgres=None)
    yield settings
    down(settings)
