"""How fast fee lines are: classified, split and kept by two processes, against a plain COPY of the same rows.

The rows that are copied are those the service has kept, a row a line, in chunks of 2 000; copies and rounds
of uploads take turns, and medians are compared.
"""

import asyncio
import signal
import time
from statistics import median
from typing import Any

import asyncpg
import psutil

from services.settlement.model.upload import KeptLine, unpack_lines
from tests.bench import fees, visits
from tests.bench.place import Place, Tell, bench_place
from tests.bench.race import FROZEN_MS, race, until_quiet
from tests.bench.running import Running

PROCESSES = 2
PARTITIONS = 4
ROUNDS = 3
WARM_UP = 400  # uploads, so that each process has its catalogue
CHUNK, COPIED = 2_000, 200_000
SAMPLE = 200
# First bars: of the copy, and memory of a process.
OF_COPY, PROCESS_MB = 0.2, 150

_TABLE = """
CREATE TABLE IF NOT EXISTS public.copied_line (
    visit_id text, upload_id text, line text, item text, category text, quantity_e4 bigint, price_e6 bigint,
    level text, known_item boolean, amount_fen bigint, full_self_pay_fen bigint, over_limit_fen bigint,
    pre_self_pay_fen bigint, price_limit_e6 bigint, pre_self_pay_bp int, local_item text
)
"""
_KEPT = "SELECT visit_id, upload_id, lines FROM settlement.upload WHERE visit_id = ANY($1)"


def measure(uploads: int, items: int, tell: Tell) -> dict[str, float]:
    """Lines a second, of uploads and of copies, CPU a line, and the memory of the larger process, MB."""
    each = max(uploads // ROUNDS, 1)
    with bench_place("lines", PARTITIONS) as place:
        dsn = place.servers.postgres
        asyncio.run(visits.fill(dsn, 0))
        asyncio.run(fees.publish(dsn, items, lambda done: tell("catalogue", done, items)))
        asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))
        copies, rounds, process_mb = _alternate(place, each, items, tell)
    lines_per_s, copy_per_s = median(rate for rate, _ in rounds), median(copies)
    return {
        "catalogue_items": items,
        "lines_per_s": round(lines_per_s),
        "copy_per_s": round(copy_per_s),
        "of_copy": round(lines_per_s / copy_per_s, 3),
        "cpu_us_per_line": round(median(cpu_us for _, cpu_us in rounds), 2),
        "process_mb": process_mb,
    }


def _alternate(
    place: Place, each: int, items: int, tell: Tell
) -> tuple[list[float], list[tuple[float, float]], float]:
    """Uploads and copies in turns; the processes are frozen while it is not theirs."""
    running = Running(place)
    copies, rounds = [], []
    try:
        for ordinal in range(PROCESSES):
            running.start("settlement", "bulk", ordinal, YIDI_SESSION_MS=FROZEN_MS)
        running.wait_ready()
        asyncio.run(until_quiet(place))
        running.signal(signal.SIGSTOP)
        asyncio.run(_round(running, 0, WARM_UP, items))
        for number in range(ROUNDS):
            first = WARM_UP + number * each
            rounds.append(asyncio.run(_round(running, first, each, items)))
            copies.append(asyncio.run(_check_and_copy(place.servers.postgres, first, each, items)))
            tell("rounds", number + 1, ROUNDS)
        process_mb = max(psutil.Process(p.pid).memory_info().rss for p in running.processes.values()) / 1e6
    finally:
        running.stop()
    return copies, rounds, round(process_mb, 1)


async def _round(running: Running, first: int, count: int, items: int) -> tuple[float, float]:
    """Lines a second, and CPU µs each: from the thaw until all facts and answers are on Kafka."""
    kafka = running.place.servers.kafka
    await visits.produce(kafka, visits.NIGHT_TOPIC, PARTITIONS, fees.uploads(count, first, items))
    run = await race(running, 2 * count)
    lines = count * fees.LINES
    return lines / run.seconds, run.cpu_s / lines * 1e6


async def _check_and_copy(dsn: str, first: int, count: int, items: int) -> float:
    """Reads back the lines of a round, and copies as many of them as a plain table takes in a moment."""
    connection = await asyncpg.connect(dsn)
    try:
        kept = await _kept(connection, range(first, first + min(count, COPIED // fees.LINES)))
        numbers = range(first, first + count, max(count // SAMPLE, 1))
        for number, lines in (await _kept(connection, numbers)).items():
            if lines != fees.split(number, items):
                raise RuntimeError(f"the lines of upload {number} are not split as they should be")
        rows = [(f"visit-{n}", f"upload-{n}", *line) for n, lines in kept.items() for line in lines]
        await connection.execute(_TABLE)
        return await _copy(connection, rows)
    finally:
        await connection.close()


async def _kept(connection: Any, numbers: range) -> dict[int, list[KeptLine]]:
    """The lines of uploads as they were kept, by number. Raises RuntimeError if one is not there."""
    found = await connection.fetch(_KEPT, [f"visit-{number}" for number in numbers])
    kept = {int(row["visit_id"].removeprefix("visit-")): unpack_lines(row["lines"]) for row in found}
    if kept.keys() != set(numbers):
        raise RuntimeError(f"{len(numbers)} uploads were sent, {len(kept)} are kept")
    return kept


async def _copy(connection: Any, rows: list[tuple[Any, ...]]) -> float:
    """Rows a second by COPY, a chunk a transaction."""
    started = time.perf_counter()
    for first in range(0, len(rows), CHUNK):
        await connection.copy_records_to_table(
            "copied_line", schema_name="public", records=rows[first : first + CHUNK]
        )
    return len(rows) / (time.perf_counter() - started)
