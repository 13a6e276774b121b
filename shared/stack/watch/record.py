"""The supervisor's record in the home folder: which processes it keeps, for `status` and after a kill -9."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from shared.stack.private import write_text

SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Entry:
    """One process: its id, when it began (s since the system did), restarts, health port if any."""

    pid: int
    began_s: float
    restarts: int
    health_port: int | None = None

    def process(self) -> psutil.Process | None:
        """The very process recorded, None when it is gone; a stranger with its pid does not count."""
        try:
            process = psutil.Process(self.pid)
            is_it = _began_s(process) == self.began_s and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if is_it else None


def entry_of(process: psutil.Process, restarts: int = 0, health_port: int | None = None) -> Entry:
    """Entry for a running process; raises psutil.NoSuchProcess when it is gone."""
    return Entry(process.pid, _began_s(psutil.Process(process.pid)), restarts, health_port)


def _began_s(process: psutil.Process) -> float:
    """Counted from the start of the system, to 0.01 s: what a clock says of it changes when the clock is set.

    Of a process just found, since one that was asked before remembers what the clock said then.
    """
    return round(process.create_time() - psutil.boot_time(), 2)


def read(home: Path) -> dict[str, Entry]:
    """The record by process name; empty when there is none."""
    path = _path(home)
    if not path.exists():
        return {}
    return {name: Entry(**entry) for name, entry in json.loads(path.read_text()).items()}


def write(home: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the record in one step, so that a reader or a kill sees the old or the new one whole."""
    fresh = _path(home).with_suffix(".new")
    write_text(fresh, json.dumps({name: asdict(entry) for name, entry in entries.items()}, indent=1))
    fresh.replace(_path(home))


def erase(home: Path) -> None:
    """Nothing is supervised any more."""
    _path(home).unlink(missing_ok=True)


def _path(home: Path) -> Path:
    return home / "supervisor.json"
