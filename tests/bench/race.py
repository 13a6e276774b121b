"""Frozen processes let go until all is said that was asked for: the time it took and the CPU they used."""

import asyncio
import signal
import time
from typing import NamedTuple

from aiokafka import TopicPartition

from shared.bus.admin import Admin
from tests.bench import visits
from tests.bench.place import Place
from tests.bench.running import Running

QUIET_S = 2.0
FROZEN_MS = "40000"  # a session outlasts the freeze


class Race(NamedTuple):
    """From the thaw until all facts and answers are on Kafka."""

    seconds: float
    cpu_s: float


async def race(running: Running, messages: int) -> Race:
    """Lets the processes say this many facts and answers more, to requests that wait for them already."""
    admin = Admin(running.place.servers.kafka)
    before, cpu_s = await _said(admin, running.place), running.cpu_s()
    running.signal(signal.SIGCONT)
    started = time.perf_counter()
    while (said := await _said(admin, running.place) - before) < messages:
        running.check()
        await asyncio.sleep(_pause_s(time.perf_counter() - started, said / messages))
    seconds = time.perf_counter() - started
    running.signal(signal.SIGSTOP)
    return Race(seconds, running.cpu_s() - cpu_s)


def _pause_s(elapsed_s: float, share_done: float) -> float:
    """Half of what is likely left: to look costs as much as a hundred settlements, and shares their cores."""
    left_s = elapsed_s * (1 - share_done) / share_done if share_done else 0.2
    return min(max(left_s / 2, 0.02), 1.0)


async def until_quiet(place: Place) -> None:
    """Returns once nothing more is said: the processes have their partitions and the day."""
    admin = Admin(place.servers.kafka)
    said, since = await _said(admin, place), time.monotonic()
    while time.monotonic() - since < QUIET_S:
        await asyncio.sleep(0.05)
        if (now := await _said(admin, place)) != said:
            said, since = now, time.monotonic()


async def _said(admin: Admin, place: Place) -> int:
    """Facts and answers on Kafka."""
    places = [TopicPartition("settlement.events", n) for n in range(place.settings.partitions)]
    places += [TopicPartition(f"reply.{visits.node_of(node)}", 0) for node in range(visits.NODES)]
    return sum((await admin.ends(places)).values())
