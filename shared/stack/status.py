"""What runs in a home and how it is: the rows of `yidi status`."""

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil

from shared.settings import Settings
from shared.stack import ports
from shared.stack.servers import EMBEDDED, given
from shared.stack.watch import record
from shared.stack.watch.process import alive
from shared.stack.watch.record import Entry

STOPPED, FINE, SILENT, RUNNING = "stopped", "ok", "no answer", "running"


@dataclass(frozen=True)
class Row:
    """One server or process. ``health``: ok, running (it has no health address), stopped,
    no answer, or why it is not ready.
    """

    name: str
    pid: int | None
    up_since: datetime | None
    restarts: int
    health: str


def status(settings: Settings) -> list[Row]:
    """Kafka, PostgreSQL, then whatever a supervisor keeps in this home."""
    entries = record.read(settings.home)
    others = [(name, entry) for name, entry in entries.items() if name not in EMBEDDED]
    with ThreadPoolExecutor(len(EMBEDDED) + len(others)) as pool:  # each that is frozen takes its time
        servers = [pool.submit(_server, settings, name, entries.get(name)) for name in EMBEDDED]
        programs = [pool.submit(_program, name, entry) for name, entry in others]
        return [row.result() for row in (*servers, *programs)]


def _server(settings: Settings, name: str, entry: Entry | None) -> Row:
    address, server = given(settings, name), EMBEDDED[name]
    process = None if address else server.running(settings)
    if address is None and process is None:
        return Row(name, None, None, entry.restarts if entry else 0, STOPPED)
    health = FINE if server.answers(address or server.address(settings)) else SILENT
    pid = process.pid if process else None
    return Row(name, pid, _since(process), entry.restarts if entry else 0, health)


def _program(name: str, entry: Entry) -> Row:
    process = entry.process()
    if process is None:
        return Row(name, None, None, entry.restarts, STOPPED)
    return Row(name, entry.pid, _since(process), entry.restarts, _health(entry.health_port))


def _health(port: int | None) -> str:
    if port is None:
        return RUNNING
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}/ready", timeout=2):
            return FINE
    except urllib.error.HTTPError as error:
        return f"not ready: {error.read(200).decode(errors='replace')}"
    except OSError:
        return SILENT


def _since(process: psutil.Process | None) -> datetime | None:
    if process is None or not alive(process):
        return None
    return datetime.fromtimestamp(process.create_time(), UTC)
