"""Keeps one process running: started again when it exits, with growing pauses. Never knows what it is."""

import logging
import threading
import time
from collections.abc import Callable

import psutil

from shared.stack.error import StackError
from shared.stack.process import wait_gone

FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.2, 10.0, 30.0
log = logging.getLogger(__name__)


class Watch:
    """One process under watch.

    ``start`` starts what is named (or finds it running); ``changed`` is told after every start.
    """

    def __init__(
        self, name: str, start: Callable[[str], psutil.Process], changed: Callable[[], None]
    ) -> None:
        self.name = name
        self.process: psutil.Process | None = None
        self.restarts = -1
        self._start, self._changed = start, changed
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
        self._changed()

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._ending.is_set():
            began = time.monotonic()
            if self.process is not None:
                wait_gone(self.process)
            if time.monotonic() - began > STEADY_S:
                pause_s = FIRST_PAUSE_S
            pause_s = self._begin_after(pause_s)

    def _begin_after(self, pause_s: float) -> float:
        """Start again after a pause, unless we are ending meanwhile; the pause to make the next time."""
        if not self._ending.wait(pause_s):
            log.warning("%s exited, started again after %.1f s", self.name, pause_s)
            try:
                self._begin_once()
            except (StackError, OSError, psutil.Error):
                log.exception("%s could not be started", self.name)
                self.process = None
        return min(2 * pause_s, LONGEST_PAUSE_S)
