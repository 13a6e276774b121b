"""How long a desk waits: quote and settle against a bare echo, the bulk lane idle and saturated."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services.cli.stack.processes import BULK_NICE
from tests.bench import echo_service, registered, visits
from tests.bench.open_loop import warm_up
from tests.bench.place import Place, Tell, bench_place, run_module
from tests.bench.running import Running, memory_mb

PARTITIONS = 6
READY_S = 60
VISITS_A_LOG_FILE = 50  # the night fills one in about twice as many
# First bar: p99 of quote and of settle, times the echo's.
TIMES_ECHO = 3
PROCESS_MB = 400  # of each process, whatever is registered


def measure(
    samples: int, tell: Tell, persons: int = 0, institutions: int = 0, items: int = 0
) -> dict[str, float]:
    """At least `samples` of each kind in each load; percentiles in ms, `…_bulk` under the saturated lane.

    Beside so many persons, institutions and items of the catalogue; the most memory of each process in MB.
    """
    each = samples + warm_up(samples)
    with bench_place("echo", PARTITIONS) as place:
        _prepare(place, 2 * each, tell)
        asyncio.run(registered.fill(place.servers.postgres, persons, institutions, items, tell))
        running = Running(place)
        try:
            running.start("settlement", "live")
            running.start("settlement", "bulk", nice=BULK_NICE)
            running.run("echo", ["tests.bench.echo_service", place.servers.kafka])
            running.wait_ready()
            idle = _samples(running, 0, samples, "idle", tell)
            servers = place.servers
            argv = ["tests.bench.night", servers.kafka, servers.postgres, str(PARTITIONS)]
            running.run("night", argv, nice=BULK_NICE)
            _wait_for_night(place)
            bulk = _samples(running, each, samples, "bulk lane saturated", tell)
            fewest = min(_waiting(place))
            memory = memory_mb(place, running.processes)
        finally:
            running.stop()
    if fewest <= 0:
        raise RuntimeError("the bulk lane ran dry: it was not saturated")
    saturated = {f"{name}_bulk": figure for name, figure in _ratios(bulk).items()}
    return {**_ratios(idle), **saturated, **{f"{name}_mb": mb for name, mb in memory.items()}}


def _ratios(figures: dict[str, float]) -> dict[str, float]:
    """With how many times the echo's p99 those of quote and settle are."""
    echo_ms = figures["echo_p99_ms"]
    return {
        **figures,
        **{
            f"{kind}_times_echo": round(figures[f"{kind}_p99_ms"] / echo_ms, 2)
            for kind in ("quote", "settle")
        },
    }


def _prepare(place: Place, count: int, tell: Tell) -> None:
    admin = AdminClient({"bootstrap.servers": place.servers.kafka})
    topics = [NewTopic(echo_service.ASKED, echo_service.PARTITIONS), NewTopic(echo_service.ECHOED, 1)]
    for made in admin.create_topics(topics).values():
        made.result(20)
    files = count // VISITS_A_LOG_FILE
    asyncio.run(_break_in(place.servers.postgres, files, lambda done: tell("log files", done, files)))
    asyncio.run(visits.fill(place.servers.postgres, count, lambda done: tell("visits in hand", done, count)))
    asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))


async def _break_in(dsn: str, files: int, tell: Callable[[int], None]) -> None:
    """Lets the database have its log files already, as after its first busy hour: it writes them again.

    Making one holds up every commit for tens of ms; a fresh database does so for each 16 MB.
    """
    database = await asyncpg.connect(dsn)
    for done in range(files):
        await database.execute("SELECT pg_logical_emit_message(false, 'yidi', 'a file has something in it')")
        await database.execute("SELECT pg_switch_wal()")
        tell(done + 1)
    await database.execute("CHECKPOINT")
    await database.close()


def _samples(running: Running, first: int, samples: int, what: str, tell: Tell) -> dict[str, float]:
    running.check()

    def hear(line: str) -> None:
        if line.isdigit():
            tell(what, int(line), samples)

    given = [running.place.servers.kafka, str(PARTITIONS), str(first), str(samples)]
    line = run_module("tests.bench.open_loop", given, running.place, hear)
    running.check()
    figures: dict[str, float] = json.loads(line)
    tell(what, samples, samples)
    return figures


def _wait_for_night(place: Place) -> None:
    """Until the lane has much to do, and has begun."""
    until = time.monotonic() + READY_S
    while len(_waiting(place)) < 10:
        if time.monotonic() > until:
            raise TimeoutError("the night's uploads do not come")
        time.sleep(0.1)
    _log(place).write_text("")


def _waiting(place: Place) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(line) for line in _log(place).read_text().split()]
    return []


def _log(place: Place) -> Path:
    return place.settings.home / "night.log"
