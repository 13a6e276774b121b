"""Where the crash run plays: servers and every service under the supervisor, the desk in two processes."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.cli.processes import BULK_NICE
from shared.settings import Settings
from shared.stack import Servers, ports, up
from shared.stack.supervisor import Program, Supervisor
from tests.bench.crash.plan import SERVICES
from tests.bench.place import ROOT, clear, own_settings, prepare

PARTITIONS = 4
SESSION_MS = 3_000


@dataclass(frozen=True)
class Stage:
    """What runs: its settings, the servers, and who keeps it running."""

    settings: Settings
    servers: Servers
    supervisor: Supervisor


@contextmanager
def crash_stage(seed: int) -> Iterator[Stage]:
    """Everything up in a home of its own; kept for a look when something was wrong, else removed."""
    settings = replace(own_settings(f"crash-{seed}", PARTITIONS), session_ms=SESSION_MS)
    clear(settings)
    servers = up(settings)
    try:
        asyncio.run(prepare(servers, PARTITIONS))
        (settings.home / "armed").mkdir()
        with Supervisor(settings, [_program(settings, name) for name in SERVICES]) as supervisor:
            yield Stage(settings, servers, supervisor)
    finally:
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
