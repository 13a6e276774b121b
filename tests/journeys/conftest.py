"""The months of the demonstration for all tests of this folder: each takes half a minute."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.given.demo_month import KILLS, Shown, small_month


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Not below pytest's own folder, which the database's user may not enter."""
    with tempfile.TemporaryDirectory(prefix="yidi-demo-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def calm(folder: Path) -> Shown:
    """A month in which nobody is killed."""
    return small_month(folder / "calm")


@pytest.fixture(scope="session")
def killed(folder: Path) -> Shown:
    """The same month, with every service killed on the way."""
    return small_month(folder / "killed", "--kills-each", str(KILLS))
