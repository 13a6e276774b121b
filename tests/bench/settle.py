"""How fast settlements are: two processes of the service, against the baseline and two one-at-a-time peers.

The baseline runs before, between and after the rounds of settlements; medians are compared.
"""

import asyncio
import json
import signal
from statistics import median

import asyncpg
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.bench import visits
from tests.bench.place import Place, Tell, bench_place, run_module
from tests.bench.race import FROZEN_MS, race, until_quiet
from tests.bench.running import Running

PROCESSES = 2
PARTITIONS = 4
ROUNDS = 6  # short ones, in turns: the machine is slower and faster from second to second
FEWEST = 100  # settlements of a round: of fewer nothing is measured
PEERS = ("faust", "faststream")
# First bars: of the baseline, and times each peer.
OF_BASELINE, TIMES_PEER = 0.25, 15


def measure(count: int, peer_count: int, tell: Tell) -> dict[str, float]:
    """Settles `count` in all and `peer_count` by each peer; rates a second, CPU an event, and ratios."""
    turns = max(1, min(ROUNDS, count // FEWEST))
    each = max(count // turns, 1)
    with bench_place("settle", PARTITIONS) as place:
        _fill(place, turns * each + len(PEERS) * peer_count, tell)
        baselines, rounds = _alternate(place, turns, each, tell)
        peers = {
            f"{peer}_per_s": _peer(place, peer, turns * each + number * peer_count, peer_count)
            for number, peer in enumerate(PEERS)
        }
    return _ratios(
        {
            "settle_per_s": round(median(rate for rate, _ in rounds)),
            "baseline_per_s": round(median(baselines)),
            **peers,
            "cpu_us_per_event": round(median(cpu_us for _, cpu_us in rounds), 1),
        }
    )


def _alternate(
    place: Place, turns: int, each: int, tell: Tell
) -> tuple[list[float], list[tuple[float, float]]]:
    """Baseline and settlements in turns; the processes are frozen while it is not theirs."""
    running = Running(place)
    try:
        for ordinal in range(PROCESSES):
            running.start("settlement", "live", ordinal, YIDI_SESSION_MS=FROZEN_MS)
        running.wait_ready()
        asyncio.run(until_quiet(place))
        running.signal(signal.SIGSTOP)
        baselines, rounds = [_baseline(place, each)], []
        for number in range(turns):
            rounds.append(asyncio.run(_race(running, number * each, each)))
            asyncio.run(_expect_settled(place, number * each, each))
            baselines.append(_baseline(place, each))
            tell("rounds", number + 1, turns)
    finally:
        running.stop()
    return baselines, rounds


def _ratios(figures: dict[str, float]) -> dict[str, float]:
    rate = figures["settle_per_s"]
    times = {f"times_{peer}": round(rate / figures[f"{peer}_per_s"], 1) for peer in PEERS}
    return {**figures, "of_baseline": round(rate / figures["baseline_per_s"], 3), **times}


def _fill(place: Place, count: int, tell: Tell) -> None:
    asyncio.run(visits.fill(place.servers.postgres, count, lambda done: tell("visits in hand", done, count)))
    asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))


def _baseline(place: Place, count: int) -> float:
    """Twice as many as settlements, since it is more than twice as fast."""
    given = [place.servers.kafka, place.servers.postgres, str(2 * count)]
    return float(json.loads(run_module("tests.bench.baseline", given, place))["per_s"])


def _peer(place: Place, peer: str, first: int, count: int) -> float:
    kafka, topic = place.servers.kafka, f"bench.{peer}"
    admin = AdminClient({"bootstrap.servers": kafka})
    for made in admin.create_topics([NewTopic(topic, PARTITIONS)]).values():
        made.result(20)
    asyncio.run(visits.produce(kafka, topic, PARTITIONS, visits.commands(count, first)))
    given = [kafka, place.servers.postgres, str(PARTITIONS), topic, str(count)]
    line = run_module(f"tests.bench.peer_{peer}", given, place)
    asyncio.run(_expect_settled(place, first, count))
    return float(json.loads(line)["per_s"])


async def _race(running: Running, first: int, count: int) -> tuple[float, float]:
    """Settlements a second, and CPU µs each: from the thaw until all facts and answers are on Kafka."""
    kafka = running.place.servers.kafka
    await visits.produce(kafka, visits.TOPIC, PARTITIONS, visits.commands(count, first))
    run = await race(running, 2 * count)
    return count / run.seconds, run.cpu_s / count * 1e6


async def _expect_settled(place: Place, first: int, count: int) -> None:
    connection = await asyncpg.connect(place.servers.postgres)
    settled = await connection.fetchval(
        "SELECT count(*) FROM settlement.settlement WHERE visit_id = ANY($1)",
        [visits.names(number)["visit_id"] for number in range(first, first + count)],
    )
    await connection.close()
    if settled != count:
        raise RuntimeError(f"{count} were asked for, {settled} settled")
