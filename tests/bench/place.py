"""Where a benchmark runs: servers of its own home, a fresh database, fresh topics, and service processes."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from services.__main__ import all_services
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.settings import Settings
from shared.stack import Servers, down, up


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
        }
        return {**os.environ, **given, **more}


@contextmanager
def bench_place(name: str, partitions: int = 6) -> Iterator[Place]:
    """Fresh servers in a folder of their own below the home; stopped at the end."""
    settings = replace(Settings(), partitions=partitions)
    settings = replace(settings, home=settings.home / f"bench-{name}", kafka=None, postgres=None)
    with suppress(Exception):
        down(settings)
    shutil.rmtree(settings.home, ignore_errors=True)
    servers = up(settings)
    try:
        asyncio.run(prepare(servers, partitions))
        yield Place(settings, servers)
    finally:
        down(settings)
        shutil.rmtree(settings.home, ignore_errors=True)


async def prepare(servers: Servers, partitions: int) -> None:
    """Schemas and topics."""
    await migrate(servers.postgres, all_services())
    await Admin(servers.kafka).ensure_topics(partitions)


class Running:
    """Service processes, each with a health port; stopped together."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.processes: list[psutil.Popen] = []
        self.ports: list[int] = []

    def start(self, service: str, lane: str, ordinal: int = 0, nice: int = 0, **environment: str) -> None:
        """Starts one lane."""
        port = free_port()
        argv = [sys.executable, "-m", "services", service, "--lane", lane]
        argv += ["--ordinal", str(ordinal), "--health-port", str(port)]
        log = Path(self.place.settings.home) / f"{service}-{lane}-{ordinal}.log"
        with log.open("a") as output:
            process = psutil.Popen(
                argv, env=self.place.environment(**environment), stdout=output, stderr=subprocess.STDOUT
            )
        process.nice(nice)
        self.processes.append(process)
        self.ports.append(port)

    def wait_ready(self, timeout_s: float = 60) -> None:
        """Waits until each has its partitions. Raises TimeoutError."""
        until = time.monotonic() + timeout_s
        for port in self.ports:
            while not _ready(port):
                if time.monotonic() > until:
                    raise TimeoutError(f"no answer on port {port}; see {self.place.settings.home}")
                time.sleep(0.05)

    def cpu_s(self) -> float:
        """CPU seconds the processes have used, user and system."""
        return sum(sum(p.cpu_times()[:2]) for p in self.processes if p.is_running())

    def stop(self) -> None:
        """Asks them to leave, and waits."""
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        psutil.wait_procs(self.processes, timeout=12)
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run_module(module: str, arguments: Sequence[str], place: Place) -> str:
    """Runs another benchmark process and gives its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=place.environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{module} exited with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1]
