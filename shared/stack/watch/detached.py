"""The supervisor as a process of its own, which outlives the command that started it."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import psutil

from shared.settings import Settings
from shared.stack.private import make_folder, write_text
from shared.stack.servers import Servers, down, up
from shared.stack.watch import record
from shared.stack.watch.process import find_by, spawn, stop, wait_until
from shared.stack.watch.supervisor import Program, Supervisor, end_leftovers

START_S, STOP_S = 120.0, 60.0
MODULE = "shared.stack.watch.detached"


def is_supervised(settings: Settings) -> bool:
    """A detached or other supervisor keeps this home."""
    return _supervisor(settings.home) is not None


def detach(settings: Settings, programs: Sequence[Program]) -> Servers:
    """Servers up and a supervisor left running in the background. Raises StackError."""
    home = settings.home
    servers = up(settings)
    write_text(make_folder(home) / "programs.json", json.dumps([asdict(program) for program in programs]))
    env = {**os.environ, "YIDI_HOME": str(home)}
    env |= {f"YIDI_{name.upper()}": address for name, address in _given(settings).items()}
    log = home / "logs" / "supervisor.log"
    process = spawn([sys.executable, "-m", MODULE, str(home)], log, env=env)
    wait_until(lambda: _has_begun(home, process.pid), process, START_S, log)
    return servers


def end(settings: Settings) -> None:
    """Stop the supervisor with all it keeps, what a killed one left behind, and the embedded servers."""
    process = _supervisor(settings.home)
    if process is not None:
        stop(process, signal.SIGTERM, STOP_S)
    end_leftovers(settings)
    record.erase(settings.home)
    down(settings)


def _supervisor(home: Path) -> psutil.Process | None:
    """The supervisor of a home: as recorded, or a detached one that a full disk kept from being recorded."""
    entry = record.read(home).get(record.SUPERVISOR)
    return (entry.process() if entry else None) or find_by((MODULE, str(home)))


def _given(settings: Settings) -> dict[str, str]:
    return {name: address for name in ("kafka", "postgres") if (address := getattr(settings, name))}


def _has_begun(home: Path, pid: int) -> bool:
    entries = record.read(home)
    mine = entries.get(record.SUPERVISOR)
    expected = json.loads((home / "programs.json").read_text())
    return mine is not None and mine.pid == pid and {one["name"] for one in expected} <= entries.keys()


def main() -> None:
    """Keep everything running until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    settings = Settings()
    programs = [Program(**program) for program in json.loads((settings.home / "programs.json").read_text())]
    with Supervisor(settings, programs):
        told.wait()
    down(settings)


if __name__ == "__main__":
    main()
