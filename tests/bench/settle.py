"""How fast settlements are: two processes of the service, against the baseline and two one-at-a-time peers.

`python -m tests.bench.settle [COUNT]` prints a table, and a JSON object as its last line.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.bench import visits
from tests.bench.place import Place, Running, bench_place, run_module

PROCESSES = 2
PARTITIONS = 4
PEER_COUNT = 3_000


def measure(count: int, say: Callable[[str], None]) -> dict[str, float]:
    """Baseline, settlements, and the peers, in one run; rates a second and ratios."""
    with bench_place("settle", PARTITIONS) as place:
        baseline = _baseline(place, count)
        say(f"baseline {baseline}/s")
        service = _settlements(place, count, say)
        say(f"settlements {service['settle_per_s']}/s")
        again = _baseline(place, count)
        peers: dict[str, float] = {}
    figures = {"baseline_per_s": max(baseline, again), **service, **peers}
    rate = service["settle_per_s"]
    figures["of_baseline"] = round(rate / figures["baseline_per_s"], 3)
    for name in ("faust", "faststream"):
        figures[f"times_{name}"] = round(rate / peers[name + "_per_s"] if name + "_per_s" in peers else 0, 1)
    return figures


def _baseline(place: Place, count: int) -> float:
    line = run_module(
        "tests.bench.baseline", [place.servers.kafka, place.servers.postgres, str(count)], place
    )
    return float(json.loads(line)["per_s"])


def _settlements(place: Place, count: int, say: Callable[[str], None]) -> dict[str, float]:
    dsn, kafka = place.servers.postgres, place.servers.kafka
    asyncio.run(visits.fill(dsn, count))
    say(f"{count} visits in hand")
    asyncio.run(visits.open_day(kafka, PARTITIONS))
    asyncio.run(visits.produce(kafka, visits.TOPIC, PARTITIONS, visits.commands(count)))
    running = Running(place)
    try:
        return asyncio.run(_race(dsn, running, count))
    finally:
        running.stop()


async def _race(dsn: str, running: Running, count: int) -> dict[str, float]:
    """Holds both processes at the inbox until they are ready, lets go, and waits for the last."""
    gate = await asyncpg.connect(dsn)
    watch = AIOKafkaConsumer(bootstrap_servers=running.place.servers.kafka)
    await watch.start()
    barrier = gate.transaction()
    await barrier.start()
    await gate.execute("LOCK TABLE settlement.settlement IN SHARE ROW EXCLUSIVE MODE")
    for ordinal in range(PROCESSES):
        running.start("settlement", "live", ordinal)
    await asyncio.to_thread(running.wait_ready)
    await asyncio.sleep(2)
    cpu_s, before = running.cpu_s(), await _said(watch)
    await barrier.rollback()
    started = time.perf_counter()
    while await _said(watch) - before < count:
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - started
    used_s = running.cpu_s() - cpu_s
    await gate.close()
    await watch.stop()
    return {"settle_per_s": round(count / seconds), "cpu_us_per_event": round(used_s / count * 1e6, 1)}


async def _said(consumer: AIOKafkaConsumer) -> int:
    places = [TopicPartition("settlement.events", partition) for partition in range(PARTITIONS)]
    return sum((await consumer.end_offsets(places)).values())


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000, print)))
