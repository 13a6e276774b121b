"""Where the crash run plays: servers and every service under the supervisor, the desk in two processes."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.cli.stack.processes import BULK_NICE
from shared.settings import Settings
from shared.stack import Servers, down, ports, up
from shared.stack.watch.supervisor import Program, Supervisor
from tests.bench.crash.plan import SERVICES
from tests.bench.place import ROOT, clear, own_settings, prepare

PARTITIONS = 4
SESSION_MS = 3_000


@dataclass
class Stage:
    """What runs: its settings, the servers, and who keeps it running; `spoilt`: data and logs are kept."""

    settings: Settings
    servers: Servers
    supervisor: Supervisor
    spoilt: bool = True


@contextmanager
def crash_stage(seed: int) -> Iterator[Stage]:
    """Everything up in a home of its own, which is removed unless something was wrong."""
    settings = replace(own_settings(f"crash-{seed}", PARTITIONS), session_ms=SESSION_MS)
    clear(settings)
    servers = up(settings)
    stage = Stage(settings, servers, Supervisor(settings, [_program(settings, name) for name in SERVICES]))
    try:
        asyncio.run(prepare(servers, PARTITIONS))
        (settings.home / "armed").mkdir()
        with stage.supervisor:
            yield stage
    finally:
        down(settings)
        if not stage.spoilt:
            clear(settings)


def _program(settings: Settings, name: str) -> Program:
    service, lane, ordinal = name.split("-")
    port = ports.claim(settings.home, name)
    argv = ["-m", "tests.bench.crash.armed", name, service, "--lane", lane, "--ordinal", ordinal]
    env = {
        "PYTHONPATH": str(ROOT),
        "YIDI_SESSION_MS": str(settings.session_ms),
        "YIDI_PARTITIONS": str(settings.partitions),
    }
    nice = BULK_NICE if lane == "bulk" else 0
    return Program(name, [sys.executable, *argv, "--health-port", str(port)], env, nice, port)
