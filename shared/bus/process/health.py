"""The health address of a service process: /live, /ready, /metrics; open to this machine only, unless set.

Threads of its own serve it, with what Python brings along: a library for web pages took a sixth of the time
that a process needs to start, and a tenth of its memory. What the pages say is asked of the loop.
"""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# Longer than a statement may take on a frozen database: a new start of the process would mend nothing there.
STALE_S = 90.0
ANSWER_S = 5.0  # a loop that is busy for longer is told as not well, and so is a client that says nothing
Told = TypeVar("Told")


class _Page(NamedTuple):
    status: int
    kind: str
    body: bytes


class HealthServer(ThreadingTCPServer):
    """Serves the health of a process until it is stopped. `ready` gives what is missing, or "".

    A process that is not /live, or does not answer, is frozen: the supervisor kills it and starts it again.
    """

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, host: str, port: int, ticked: Callable[[], float], ready: Callable[[], str]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._loop, self._ticked, self._ready = asyncio.get_running_loop(), ticked, ready
        self.pages = {"/live": self._live, "/ready": self._is_ready, "/metrics": _measure}
        super().__init__((host, port), _Handler)
        Thread(target=self.serve_forever, daemon=True, name="health").start()

    async def stop(self) -> None:
        """Closes the address."""
        await asyncio.to_thread(self.shutdown)
        self.server_close()

    def _live(self) -> _Page:
        ticked = self._in_loop(self._ticked)
        age_s = time.monotonic() - ticked
        return _as_json(age_s < STALE_S, ticked_s_ago=round(age_s, 1))

    def _is_ready(self) -> _Page:
        missing = self._in_loop(self._ready)
        return _as_json(not missing, ready=not missing, missing=missing)

    def _in_loop(self, asked: Callable[[], Told]) -> Told:
        async def ask() -> Told:
            return asked()

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(ANSWER_S)


def _measure() -> _Page:
    return _Page(200, CONTENT_TYPE_LATEST, generate_latest())


def _as_json(well: bool, **said: Any) -> _Page:
    return _Page(200 if well else 503, "application/json", json.dumps(said).encode())


class _Handler(BaseHTTPRequestHandler):
    timeout = ANSWER_S
    server_version, sys_version = "yidi", ""
    server: HealthServer

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        try:
            said = page() if page else _Page(404, "application/json", b"{}")
        except (TimeoutError, RuntimeError):  # the loop is busy, or closed
            said = _as_json(False, missing="the loop does not answer")
        self.send_response(said.status)
        self.send_header("Content-Type", said.kind)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *_: Any) -> None:
        """Logs nothing: a look at the health of a process is no event."""
