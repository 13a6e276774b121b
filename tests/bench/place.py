"""Where a benchmark runs: servers of its own home, a fresh database, fresh topics."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from services.__main__ import all_services
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import Servers, down, up

ROOT = Path(__file__).parent.parent.parent
# Told how far a benchmark is: what, how much of it is done, how much there is.
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Place:
    """A benchmark's servers and the environment of its processes."""

    settings: Settings
    servers: Servers

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this place is started with."""
        given = {
            "YIDI_HOME": str(self.settings.home),
            "YIDI_KAFKA": self.servers.kafka,
            "YIDI_POSTGRES": self.servers.postgres,
            "YIDI_PARTITIONS": str(self.settings.partitions),
            "PYTHONPATH": str(ROOT),
        }
        return {**os.environ, **given, **more}


@contextmanager
def bench_place(name: str, partitions: int = 6) -> Iterator[Place]:
    """Fresh servers in a folder of their own below the home; stopped and removed at the end."""
    settings = own_settings(name, partitions)
    clear(settings)
    servers = up(settings)
    try:
        asyncio.run(prepare(servers, partitions))
        yield Place(settings, servers)
    finally:
        clear(settings)


def own_settings(name: str, partitions: int) -> Settings:
    """Settings of a benchmark's own home; given servers are not touched."""
    home = Settings().home / f"bench-{name}"
    return replace(Settings(), home=home, kafka=None, postgres=None, partitions=partitions)


def clear(settings: Settings) -> None:
    """Stops what runs in a benchmark's home and removes it."""
    with suppress(Exception):
        down(settings)
    shutil.rmtree(settings.home, ignore_errors=True)


async def prepare(servers: Servers, partitions: int) -> None:
    """Schemas and topics."""
    await migrate(servers.postgres, all_services())
    await Admin(servers.kafka).ensure_topics(partitions)


def run_module(
    module: str, arguments: Sequence[str], place: Place, hear: Callable[[str], None] = lambda line: None
) -> str:
    """Runs another benchmark process, lets each of its lines be heard, and gives the last one."""
    last = ""
    with tempfile.TemporaryFile("w+") as errors:
        argv = [sys.executable, "-m", module, *arguments]
        with subprocess.Popen(
            argv, env=place.environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process:
            for line in process.stdout or ():
                last = line.strip() or last
                hear(last)
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(f"{module} exited with {process.returncode}: {errors.read()[-2000:]}")
    return last
