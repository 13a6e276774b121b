"""Keeps the servers and the service processes of one home running. The processes are named by the caller."""

import fcntl
import os
import signal
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import IO

import psutil

from shared.settings import Settings
from shared.stack.error import StackError
from shared.stack.private import make_folder, mend, opener
from shared.stack.servers import EMBEDDED, Servers, given, up
from shared.stack.watch import record
from shared.stack.watch.process import MARK, give_way, marked, spawn, stop
from shared.stack.watch.watch import Watch

PATIENCE_S = 10.0


@dataclass(frozen=True)
class Program:
    """A process to keep running: its command line, what it adds to the environment, its niceness.

    ``health_port``: where it answers about its health, if it does.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    nice: int = 0
    health_port: int | None = None


class Supervisor:
    """Starts the servers and the programs, restarts what exits, stops all in order.

    Plain blocking calls; from asyncio use ``asyncio.to_thread``. One a home: a second one is refused.
    """

    def __init__(self, settings: Settings, programs: Sequence[Program]) -> None:
        self._settings = settings
        self._programs = {program.name: program for program in programs}
        self._watches: dict[str, Watch] = {}
        self._own_servers: set[str] = set()
        self._lock = threading.Lock()
        self._claim: IO[str] | None = None
        self.servers = Servers("", "")

    def __enter__(self) -> "Supervisor":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Servers:
        """Servers up, then all programs started. Raises StackError; then what was started is stopped."""
        self._claim = _claim(self._settings)
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return self.servers

    def stop(self) -> None:
        """Programs first (asked, killed after 10 s), then the servers that this supervisor started."""
        for name in self._watches.keys() - self._programs.keys() - self._own_servers:
            self._watches[name].let_go()
        self._end(self._programs)
        self._end(self._own_servers)
        self._watches.clear()
        record.erase(self._settings.home)
        if self._claim:
            self._claim.close()

    def pids(self) -> dict[str, int]:
        """Process ids by name, of what runs at this moment."""
        running = {name: watch.process for name, watch in self._watches.items()}
        return {name: process.pid for name, process in running.items() if process and process.is_running()}

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal. Freezing and thawing reach the processes below it too: a database's sessions."""
        process = self._watches[name].process
        if process is None:
            return
        reached = [process]
        if number in (signal.SIGSTOP, signal.SIGCONT):
            with suppress(psutil.NoSuchProcess):
                reached += process.children(recursive=True)
        for one in reached:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)

    def _start_all(self) -> None:
        end_leftovers(self._settings)
        mend(self._settings.home)
        embedded = [name for name in EMBEDDED if not given(self._settings, name)]
        self._own_servers = {name for name in embedded if not EMBEDDED[name].running(self._settings)}
        for name in [*embedded, *self._programs]:
            port = self._programs[name].health_port if name in self._programs else None
            self._watches[name] = Watch(name, self._start_one, self._write_record, port)
        self.servers = up(self._settings)
        for watch in list(self._watches.values()):
            watch.begin()

    def _end(self, names: Iterable[str]) -> None:
        with ThreadPoolExecutor(len(self._watches) or 1) as pool:
            ended = [name for name in names if name in self._watches]
            list(pool.map(lambda name: self._watches[name].end(partial(self._stop_one, name)), ended))

    def _stop_one(self, name: str) -> None:
        process = self._watches[name].process
        if name in EMBEDDED:
            EMBEDDED[name].stop(self._settings)
        elif process is not None:
            _stop_program(process)

    def _start_one(self, name: str) -> psutil.Process:
        return self._start_server(name) if name in EMBEDDED else self._start_program(self._programs[name])

    def _start_server(self, name: str) -> psutil.Process:
        """Start a server again. Should it have to move to another port, the programs start anew too."""
        servers = replace(self.servers, **{name: EMBEDDED[name].start(self._settings)})
        if servers != self.servers:
            self.servers = servers
            for program in self._programs:
                self.kill(program, signal.SIGTERM)
        process = EMBEDDED[name].running(self._settings)
        if process is None:
            raise StackError(f"{name} 启动后随即退出。", f"{name} exited right after its start.")
        return process

    def _start_program(self, program: Program) -> psutil.Process:
        env = {
            **os.environ,
            **program.env,
            "YIDI_HOME": str(self._settings.home),
            "YIDI_KAFKA": self.servers.kafka,
            "YIDI_POSTGRES": self.servers.postgres,
            MARK: str(self._settings.home.resolve()),
        }
        process = spawn(program.argv, self._settings.home / "logs" / f"{program.name}.log", env=env)
        give_way(process, program.nice)
        return process

    def _write_record(self) -> None:
        with self._lock:
            entries = {record.SUPERVISOR: record.entry_of(psutil.Process())}
            for name, watch in self._watches.items():
                port = self._programs[name].health_port if name in self._programs else None
                with suppress(psutil.NoSuchProcess):
                    if watch.process:
                        entries[name] = record.entry_of(watch.process, watch.restarts, port)
            record.write(self._settings.home, entries)


def end_leftovers(settings: Settings) -> None:
    """Stop programs that outlived a supervisor, those too that it could not record. The servers may stay."""
    entries = [entry for name, entry in record.read(settings.home).items() if name not in EMBEDDED]
    found = {*marked(settings.home), *(process for entry in entries if (process := entry.process()))}
    left = [process for process in found if process.pid != os.getpid()]
    with ThreadPoolExecutor(len(left) or 1) as pool:
        list(pool.map(_stop_program, left))


def _stop_program(process: psutil.Process) -> None:
    stop(process, signal.SIGTERM, PATIENCE_S)


def _claim(settings: Settings) -> IO[str]:
    """Be the one supervisor of a home, until the returned file is closed or we are gone."""
    lock = make_folder(settings.home) / "supervisor.lock"
    handle = open(lock, "w", opener=opener)  # noqa: SIM115 (Path has no opener; it stays open)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise StackError(
            f"{settings.home} 已在运行。请先执行 yidi down,或用 YIDI_HOME 指定另一目录。",
            f"{settings.home} is up already. Run `yidi down` first, or name another folder with YIDI_HOME.",
        ) from error
    return handle
