"""Servers of this folder's own, where enrollment runs, for the commands that ask it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from services.enrollment import SERVICE
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import down, up


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A home folder with servers of its own, where enrollment runs."""
    with TemporaryDirectory(prefix="yidi-import-") as folder:
        yield from _served(Path(folder))


def _served(home: Path) -> Iterator[Path]:
    settings = Settings(home=home, kafka=None, postgres=None)
    servers = up(settings)
    asyncio.run(migrate(servers.postgres, [SERVICE]))
    asyncio.run(Admin(servers.kafka).ensure_topics(settings.partitions))
    given = {name: value for name, value in os.environ.items() if not name.startswith("YIDI_")}
    service = [sys.executable, "-m", "services", "enrollment"]
    with (home / "enrollment.log").open("wb") as out:
        running = subprocess.Popen(service, env={**given, "YIDI_HOME": str(home)}, stdout=out, stderr=out)
    yield home
    running.terminate()
    running.wait(20)
    down(settings)


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that runs within a test has its key ring in a home of the test's own."""
    monkeypatch.setenv("YIDI_HOME", str(tmp_path / "home"))


@pytest.fixture
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds those servers."""
    for name in ("YIDI_KAFKA", "YIDI_POSTGRES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YIDI_HOME", str(home))
