"""The service processes of a benchmark: started, frozen, measured and stopped together."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from shared.stack import kafka_pid, postgres_pid
from shared.stack.watch.process import give_way
from tests.bench.place import ROOT, Place


class DiedError(Exception):
    """A process of the benchmark ended by itself: its figures would mean nothing."""


class Running:
    """Processes by name; those that serve a lane have a health port each."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.processes: dict[str, psutil.Popen] = {}
        self._ports: dict[str, int] = {}

    def start(self, service: str, lane: str, ordinal: int = 0, nice: int = 0, **environment: str) -> None:
        """Starts one lane of a service."""
        name, port = f"{service}-{lane}-{ordinal}", free_port()
        argv = ["services", service, "--lane", lane, "--ordinal", str(ordinal), "--health-port", str(port)]
        self.run(name, argv, nice, **environment)
        self._ports[name] = port

    def run(self, name: str, argv: Sequence[str], nice: int = 0, **environment: str) -> None:
        """Starts a module with its arguments; what it says goes to a log of its name."""
        with (self.place.settings.home / f"{name}.log").open("a") as output:
            process = psutil.Popen(
                [sys.executable, "-m", *argv],
                env=self.place.environment(**environment),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # as the supervisor starts them
            )
        give_way(process, nice)
        self.processes[name] = process

    def wait_ready(self, timeout_s: float = 120) -> None:
        """Waits until each lane has its partitions. Raises TimeoutError, DiedError."""
        until = time.monotonic() + timeout_s
        for name, port in self._ports.items():
            while not ready(port):
                self.check()
                if time.monotonic() > until:
                    raise TimeoutError(f"{name} is not ready: {self._end_of_log(name)}")
                time.sleep(0.05)

    def check(self) -> None:
        """Raises DiedError if one has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise DiedError(f"{name} ended with {process.returncode}: {self._end_of_log(name)}")

    def signal(self, number: signal.Signals) -> None:
        """Sends all of them a signal."""
        for process in self.processes.values():
            process.send_signal(number)

    def cpu_s(self) -> float:
        """CPU seconds the processes have used, user and system."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes.values())

    def stop(self) -> None:
        """Asks them to leave, and waits."""
        for process in self.processes.values():
            with suppress(psutil.NoSuchProcess):
                process.terminate()
                process.send_signal(signal.SIGCONT)
        for left in psutil.wait_procs(self.processes.values(), timeout=12)[1]:
            left.kill()
        self.processes.clear()
        self._ports.clear()

    def _end_of_log(self, name: str) -> str:
        log = Path(self.place.settings.home) / f"{name}.log"
        return log.read_text(errors="replace")[-1000:]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(port: int) -> bool:
    """Whether the process with this health port has partitions."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def memory_mb(place: Place, processes: Mapping[str, psutil.Popen]) -> dict[str, float]:
    """What each service process and the servers hold now; of PostgreSQL, without what its processes share."""
    held = {name: process.memory_info().rss for name, process in processes.items()}
    held["kafka"] = psutil.Process(kafka_pid(place.settings)).memory_info().rss
    postgres = psutil.Process(postgres_pid(place.settings))
    own = (one.memory_info() for one in (postgres, *postgres.children(recursive=True)))
    held["postgres"] = sum(one.rss - one.shared for one in own)
    return {name: round(size / 1e6, 1) for name, size in held.items()}
