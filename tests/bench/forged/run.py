"""The forged run from the first visit to the last dropped letter: hospitals alone, then beside a forger."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from services.cli.stack.processes import LANES
from shared.bus.operate.parking import list_parked
from tests.bench import visits
from tests.bench.forged import tables
from tests.bench.forged.desks import GAP_S, reach
from tests.bench.forged.shapes import FORGERS
from tests.bench.place import ROOT, Place, Tell, bench_place, run_module
from tests.bench.running import Running

PARTITIONS = 6
TIMES_CALM = 2
GROWTH_MB, HELD_MB = 64, 32
BARS = {
    "unanswered": "0",
    "refused": "0",
    "times_calm": f"≤ {TIMES_CALM}",
    "restarted": "0",
    "growth_mb": f"< {GROWTH_MB}",
    "held_mb": f"< {HELD_MB}",
    "next_day": "true",
    "left": "0",
    "faults": "0",
}


class Phase(NamedTuple):
    """What came of the hospitals' requests in one phase."""

    p50_ms: float
    p99_ms: float
    unanswered: int
    refused: dict[str, int]


def measure(records: int, samples: int, seed: int, tell: Tell) -> dict[str, Any]:
    """Runs once; the figures, and under `faults` whatever is above its bar."""
    with bench_place("forged", PARTITIONS) as place:
        visit_count = 2 * reach(samples)
        _prepare(place, visit_count, tell)
        running = Running(place)
        try:
            for service, lane, nice in LANES:
                running.start(service, lane, nice=nice)
            running.wait_ready()
            figures = _play(running, records, samples, seed, tell)
        finally:
            running.stop()
    return {**figures, "faults": _faults(figures), "seed": seed}


def _prepare(place: Place, count: int, tell: Tell) -> None:
    dsn = place.servers.postgres
    asyncio.run(visits.fill(dsn, count, lambda done: tell("visits in hand", done, count)))
    forgers = [f"forger-{number:02d}" for number in range(FORGERS)]
    asyncio.run(tables.register(dsn, forgers))
    asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS, forgers))


def _play(running: Running, records: int, samples: int, seed: int, tell: Tell) -> dict[str, Any]:
    half = reach(samples)
    calm = _work(running, 0, samples, "hospitals alone", tell)
    before = _memory(running)
    with _forging(running.place, records, samples, seed, tell):
        beside = _work(running, half, samples, "hospitals beside the forger", tell)
    restarted = _restarted(running)
    held = asyncio.run(tables.held(running.place.servers.postgres))
    figures = {
        "records": records,
        "calm_p99_ms": calm.p99_ms,
        "forged_p99_ms": beside.p99_ms,
        "times_calm": round(beside.p99_ms / calm.p99_ms, 2),
        "unanswered": calm.unanswered + beside.unanswered,
        "refused": sum(beside.refused.values()) + sum(calm.refused.values()),
        "restarted": len(restarted),
        "growth_mb": round(max(now - before[name] for name, now in _memory(running).items()), 1),
        "held_rows": held.rows,
        "held_mb": held.megabytes,
        "parked": held.parked,
    }
    figures["next_day"] = asyncio.run(tables.next_day(running.place, PARTITIONS))
    figures["left"] = _drop_all(running.place)
    return figures


def _work(running: Running, first: int, samples: int, what: str, tell: Tell) -> Phase:
    """Lets the hospitals work; their figures."""

    def hear(line: str) -> None:
        if line.isdigit():
            tell(what, int(line), samples)

    given = [running.place.servers.kafka, str(first), str(samples)]
    return Phase(**json.loads(run_module("tests.bench.forged.desks", given, running.place, hear)))


@contextmanager
def _forging(place: Place, records: int, samples: int, seed: int, tell: Tell) -> Iterator[None]:
    """The forger at work for as long as the hospitals are; all is sent at the end."""
    seconds, persons = samples / 2 * GAP_S, reach(samples) // 2
    given = [place.servers.kafka, *map(str, (PARTITIONS, records, seconds, persons, seed))]

    def hear(line: str) -> None:
        tell("forged records", int(line), records)

    with ThreadPoolExecutor(1) as beside:
        forging = beside.submit(run_module, "tests.bench.forged.forger", given, place, hear)
        yield
        forging.result()


def _restarted(running: Running) -> list[str]:
    """The services that ended by themselves."""
    return [name for name, process in running.processes.items() if process.poll() is not None]


def _memory(running: Running) -> dict[str, float]:
    return {
        name: process.memory_info().rss / 1e6
        for name, process in running.processes.items()
        if process.poll() is None
    }


def _drop_all(place: Place) -> int:
    """Drops all letters by the one command for it; how many are left."""
    yidi = Path(sys.executable).with_name("yidi")
    argv = [str(yidi), "dead", "drop", "--all-junk", "--yes", "--because", "a forged run"]
    subprocess.run(argv, env=place.environment(), cwd=ROOT, check=True)
    return len(asyncio.run(list_parked(place.servers.postgres)))


def _faults(figures: dict[str, Any]) -> list[str]:
    """Each figure that is above its bar, in words."""
    wrong = {
        "unanswered": figures["unanswered"] > 0,
        "refused": figures["refused"] > 0,
        "times_calm": figures["times_calm"] > TIMES_CALM,
        "restarted": figures["restarted"] > 0,
        "growth_mb": figures["growth_mb"] >= GROWTH_MB,
        "held_mb": figures["held_mb"] >= HELD_MB,
        "next_day": not figures["next_day"],
        "left": figures["left"] > 0,
    }
    return [f"{name}: {figures[name]}, to be {BARS[name]}" for name, is_wrong in wrong.items() if is_wrong]
