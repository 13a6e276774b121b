"""How fast a month is closed: a million settled lines of 31 provinces, from the day after to the centers.

The clearing service sorts the lines into statements, works out what institutions are owed, writes the batches
and issues the statements, in its own process as in production; nothing but the lines and the days is put
before it. Then the center that treats most receives its batches, checks and writes them.

The sort is compared with `AGGREGATE`, one SQL statement over the same lines in the same table, which counts
and sums up for each agreement, scheme, month and insured area what a statement needs; all other sums follow
from its rows. It has the memory that the service's own sort takes, runs before the sort, after the batches
and after the center, and its median is taken.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import asyncpg

from services.clearing.months.store import SORT_MEMORY
from shared.adapter import Center, Connection
from shared.adapter.batches.batch import BatchRefusedError
from tests.bench.month import given
from tests.bench.month.days import tell_day
from tests.bench.month.given import LARGE, SMALL, Round
from tests.bench.month.watch import Closed, Watch
from tests.bench.place import Place, Tell, bench_place
from tests.bench.running import Running

PARTITIONS = 2
# The agreements that are closed first have a tenth of the lines: the process's memory at both is compared.
FEWER = 10
BARS = {
    "sort_times_aggregate": "≤ 4",
    "published_lines_per_s": "≥ 20,000",
    "received_lines_per_s": "≥ 20,000",
    "times_memory": "≤ 1.2",
}
AGGREGATE = """
SELECT agreement_id, scheme, month, insured_area, count(*), sum(total_fen), sum(pool_fen),
    sum(large_amount_fen), sum(serious_illness_fen), sum(assistance_fen), sum(account_fen)
FROM clearing.line GROUP BY agreement_id, scheme, month, insured_area
"""


_DAY = timedelta(days=1)


class _Received(NamedTuple):
    """What the center received (接收), and in how many seconds."""

    batches: int
    lines: int
    seconds: float


class _Run(NamedTuple):
    """A run's figures: the month closed, seconds of each aggregate, peak memory before and in the end, MB."""

    closed: Closed
    received: _Received
    aggregates: Sequence[float]
    before_mb: float
    peak_mb: float


def measure(lines: int, tell: Tell) -> dict[str, float]:
    """Seconds of each step, how many times the aggregate's they are, lines a second, and memory, MB."""
    with bench_place("month", PARTITIONS) as place:
        asyncio.run(given.sign_agreements(place.servers.postgres))
        running = Running(place)
        try:
            return _figures(asyncio.run(_run(running, lines, tell)))
        finally:
            running.stop()


async def _run(running: Running, lines: int, tell: Tell) -> _Run:
    place, database = running.place, await asyncpg.connect(running.place.servers.postgres)
    await database.execute(f"SET work_mem = '{SORT_MEMORY}'")
    watch = Watch(running, database, tell)
    await _fill(place, SMALL, max(lines // FEWER, 1), tell)
    running.start("clearing", "bulk")
    running.wait_ready()
    await _close(watch, place, SMALL)
    before_mb = watch.peak_mb
    await _fill(place, LARGE, lines, tell)
    for day in _days(SMALL.closed_on + _DAY, LARGE.closed_on - _DAY):
        await _open(place, day)
        await watch.until_day_done(day)
    aggregates = [await _aggregate(database)]
    closed = await _close(watch, place, LARGE)
    aggregates.append(await _aggregate(database))
    received = await _receive(place, closed)
    aggregates.append(await _aggregate(database))
    await database.close()
    return _Run(closed, received, aggregates, before_mb, watch.peak_mb)


async def _fill(place: Place, round_: Round, lines: int, tell: Tell) -> None:
    told = lambda done: tell(f"lines {round_.name}", done, lines)  # noqa: E731
    await given.fill(place.servers.postgres, round_, lines, told)


async def _close(watch: Watch, place: Place, round_: Round) -> Closed:
    """Opens the day on which the month is sorted, and waits until all that it brings is done."""
    since = time.perf_counter()
    await _open(place, round_.closed_on)
    closed = await watch.until_closed(round_, since)
    await watch.until_day_done(round_.closed_on)
    return closed


async def _open(place: Place, day: date) -> None:
    await tell_day(place.servers.kafka, PARTITIONS, day, (day - SMALL.closed_on).days + 1)


def _days(first: date, last: date) -> list[date]:
    return [first + number * _DAY for number in range((last - first).days + 1)]


async def _aggregate(database: Any) -> float:
    started = time.perf_counter()
    await database.fetch(AGGREGATE)
    return time.perf_counter() - started


async def _receive(place: Place, closed: Closed) -> _Received:
    """The busiest center reads all batches of both rounds, and keeps its own. Raises BatchRefusedError."""
    folder = Path(place.settings.home) / "center"
    center = Center(Connection(place.servers.kafka, "node-center"), given.BUSIEST, folder)
    batches, started = 0, time.perf_counter()
    lines = 0
    async for arrival in center.arrivals():
        if isinstance(arrival, BatchRefusedError):
            raise arrival
        batches, lines = batches + 1, lines + len(arrival.lines)
    return _Received(batches, lines, time.perf_counter() - started)


def _figures(run: _Run) -> dict[str, float]:
    closed, received, aggregate_s = run.closed, run.received, median(run.aggregates)
    return {
        "lines": closed.lines,
        "statements": closed.statements,
        "aggregate_s": round(aggregate_s, 3),
        "sorted_s": round(closed.sorted_s, 2),
        "sort_times_aggregate": round(closed.sorted_s / aggregate_s, 2),
        "published_s": round(closed.published_s, 2),
        "whole_times_aggregate": round((closed.sorted_s + closed.published_s) / aggregate_s, 1),
        "published_lines_per_s": round(closed.lines / closed.published_s),
        "received_lines": received.lines,
        "received_lines_per_s": round(received.lines / received.seconds),
        "process_mb_tenth": round(run.before_mb, 1),
        "process_mb": round(run.peak_mb, 1),
        "times_memory": round(run.peak_mb / run.before_mb, 2),
    }
