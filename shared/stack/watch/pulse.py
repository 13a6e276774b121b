"""Whether a program still answers at its health address, or is frozen. Never knows what it is."""

import time
import urllib.request

import psutil

from shared.stack import ports

START_S, SILENT_S, ASK_S = 120.0, 20.0, 2.0


class Pulse:
    """The pulse of one program, asked for again and again; a program without a port always has one."""

    def __init__(self, port: int | None) -> None:
        self._port = port
        self._process: psutil.Process | None = None
        self._well_at = self._patience_s = 0.0

    def is_lost(self, process: psutil.Process) -> bool:
        """The process was not live for too long; before its first answer it has more time."""
        if self._port is None:
            return False
        now = time.monotonic()
        if process != self._process:
            self._process, self._well_at, self._patience_s = process, now, START_S
        if _is_live(self._port):
            self._well_at, self._patience_s = now, SILENT_S
        return now - self._well_at > self._patience_s


def _is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}/live", timeout=ASK_S):
            return True
    except OSError:
        return False
