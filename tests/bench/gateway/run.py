"""Quotes and settlements through `yidi gateway`, beside the same quotes asked of the bus by the adapter."""

import asyncio
import json

from tests.adapter.gateway.given.running import running_gateway
from tests.bench import visits
from tests.bench.open_loop import warm_up
from tests.bench.place import Tell, bench_place, run_module
from tests.bench.running import Running

PARTITIONS = 6
TIMES_DIRECT = 3
"""The bar: the p99 of a quote through the gateway, which asks twice, times that of one asked directly."""


def measure(samples: int, tell: Tell) -> dict[str, float]:
    """Percentiles in ms of both ways, and how many times the direct one's p99 the gateway's is."""
    count = (samples + warm_up(samples)) * visits.NODES  # one node in so many is the gateway's
    with bench_place("gateway", PARTITIONS) as place:
        told = lambda done: tell("visits in hand", done, count)  # noqa: E731
        asyncio.run(visits.fill(place.servers.postgres, count, told))
        asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))
        running = Running(place)
        try:
            running.start("settlement", "live")
            running.start("settlement", "bulk")
            running.wait_ready()
            folder = place.settings.home / "gateway"
            with running_gateway(place.servers.kafka, folder, node=visits.node_of(0)) as address:
                given = [place.servers.kafka, address, str(samples)]
                line = run_module(
                    "tests.bench.gateway.desks", given, place, lambda said: _tell(said, samples, tell)
                )
        finally:
            running.stop()
    figures: dict[str, float] = json.loads(line)
    return {**figures, "times_direct": round(figures["quote_p99_ms"] / figures["direct_p99_ms"], 2)}


def _tell(said: str, samples: int, tell: Tell) -> None:
    if said.isdigit():
        tell("desks", int(said), samples)
