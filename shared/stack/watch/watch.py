"""Keeps one process running: started again when it exits or freezes, with growing pauses.

Never knows what it is.
"""

import logging
import threading
import time
from collections.abc import Callable

import psutil

from shared.stack.error import StackError
from shared.stack.watch.process import ending_of, wait_gone
from shared.stack.watch.pulse import Pulse

FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.2, 10.0, 30.0
LOOK_S = 2.0
FROZEN = "无应答（已冻结），已被终止", "did not answer, was frozen and is killed"
log = logging.getLogger(__name__)


class Watch:
    """One process under watch.

    ``start`` starts what is named (or finds it running); ``changed`` is told after every start, and again
    later where it fails: on a full disk a process runs, though it cannot be recorded.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[str], psutil.Process],
        changed: Callable[[], None],
        health_port: int | None = None,
    ) -> None:
        self.name = name
        self.process: psutil.Process | None = None
        self.restarts = -1
        self._start, self._changed = start, changed
        self._told = True
        self._pulse = Pulse(health_port)
        self._ending = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"watch-{name}", daemon=True)

    def begin(self) -> None:
        """Start the process and keep it running from now on."""
        self._begin_once()
        self._thread.start()

    def let_go(self) -> None:
        """Start it no more, whatever becomes of it."""
        self._ending.set()

    def end(self, stop: Callable[[], None]) -> None:
        """Start it no more and stop it with the given function."""
        self.let_go()
        with self._starting:
            stop()
        if self._thread.is_alive():
            self._thread.join()

    def _begin_once(self) -> None:
        with self._starting:
            if self._ending.is_set():
                return
            self.process = self._start(self.name)
            self.restarts += 1
        self._tell()

    def _tell(self) -> None:
        try:
            self._changed()
        except OSError as error:
            if self._told:
                log.error("%s 已启动，但无法记录 / runs, but cannot be recorded: %s", self.name, error)
            self._told = False
        else:
            self._told = True

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._ending.is_set():
            began = time.monotonic()
            how = self._until_ended(self.process) if self.process else ("未能启动", "could not be started")
            if how != FROZEN and time.monotonic() - began > STEADY_S:
                pause_s = FIRST_PAUSE_S
            pause_s = self._begin_after(pause_s, how)

    def _until_ended(self, process: psutil.Process) -> tuple[str, str]:
        """Wait for the process to end, and end it if it is frozen; how it ended."""
        while not wait_gone(process, LOOK_S):
            if not self._told:
                self._tell()
            if self._pulse.is_lost(process) and not self._ending.is_set():
                process.kill()
                wait_gone(process)
                ending_of(process)
                return FROZEN
        return ending_of(process)

    def _begin_after(self, pause_s: float, how: tuple[str, str]) -> float:
        """Start again after a pause, unless we are ending meanwhile; the pause to make the next time."""
        if not self._ending.wait(pause_s):
            chinese, english = how
            log.warning(
                "%s %s，%.1f 秒后重启 / %s, started again after %.1f s",
                self.name,
                chinese,
                pause_s,
                english,
                pause_s,
            )
            try:
                self._begin_once()
            except (StackError, OSError, psutil.Error):
                log.exception("%s could not be started", self.name)
                self.process = None
        return min(2 * pause_s, LONGEST_PAUSE_S)
