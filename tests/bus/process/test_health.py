"""The health of a process is told by threads beside its loop; a loop that is stuck is told as not well."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from shared.bus.process import health
from shared.bus.process.health import STALE_S, HealthServer


class Process:
    """What a process tells of itself."""

    missing = ""
    age_s = 0.0


@pytest.fixture
async def served() -> AsyncIterator[tuple[HealthServer, Process]]:
    """A server of the health of a process."""
    process = Process()
    server = HealthServer("127.0.0.1", 0, lambda: time.monotonic() - process.age_s, lambda: process.missing)
    yield server, process
    await server.stop()


def _look(server: HealthServer, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{server.server_address[1]}{path}", timeout=30) as page:
            return page.status, page.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


async def look(server: HealthServer, path: str) -> tuple[int, str]:
    """The status and the text of a page."""
    return await asyncio.to_thread(_look, server, path)


async def test_a_process_that_is_well_says_so(served: tuple[HealthServer, Process]) -> None:
    server, _ = served
    status, text = await look(server, "/live")
    assert (status, json.loads(text)["ticked_s_ago"] < STALE_S) == (200, True)
    assert await look(server, "/ready") == (200, '{"ready": true, "missing": ""}')
    status, text = await look(server, "/metrics")
    assert status == 200
    assert "python_info" in text
    assert (await look(server, "/else"))[0] == 404


async def test_what_is_missing_and_a_loop_that_no_longer_turns_are_told(
    served: tuple[HealthServer, Process],
) -> None:
    server, process = served
    process.missing, process.age_s = "no partition is assigned yet", STALE_S + 1
    status, text = await look(server, "/ready")
    assert (status, json.loads(text)["missing"]) == (503, process.missing)
    assert (await look(server, "/live"))[0] == 503


async def test_a_loop_that_is_stuck_is_told_as_not_well(
    served: tuple[HealthServer, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ANSWER_S", 0.2)
    with ThreadPoolExecutor() as pool:  # waited for in the loop itself, which is stuck meanwhile
        assert pool.submit(_look, served[0], "/live").result()[0] == 503
