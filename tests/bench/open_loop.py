"""The desks, in an open loop: requests leave by the clock, whatever became of the ones before.

`python -m tests.bench.open_loop KAFKA PARTITIONS FIRST SAMPLES` quotes and settles the visits from FIRST on,
50 requests a second, and beside them 50 echoes. A latency counts from the time the request should have left.
It says how many samples it has, and last the percentiles.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.bus.partition import partition_of
from shared.bus.wire import encode_request
from shared.messages.settlement.visits import QuoteVisit
from tests.bench import echo_service, visits

GAP_S = 0.02
WARM_UP = 100
SETTLES_AFTER = 12  # visits later, so that a quote is long answered
PATIENCE_S = 30.0
KINDS = ("echo", "quote", "settle")


class Sending(NamedTuple):
    """One request, ready to leave at `at_s` after the start."""

    at_s: float
    kind: str
    id: bytes
    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]
    counts: bool


def schedule(first: int, samples: int, partitions: int) -> list[Sending]:
    """What leaves when: a quote or a settlement each 20 ms, and an echo between each two."""
    return sorted(_schedule(first, samples, partitions))


def warm_up(samples: int) -> int:
    """How many visits come before those that are counted."""
    return min(WARM_UP, samples)


def _schedule(first: int, samples: int, partitions: int) -> Iterator[Sending]:
    early = warm_up(samples)
    for number in range(early + samples):
        visit, counts, at_s = first + number, number >= early, 2 * number * GAP_S
        later_s = at_s + (2 * SETTLES_AFTER + 1) * GAP_S
        yield _desk(visit, "quote", at_s, partitions, counts)
        yield _desk(visit, "settle", later_s, partitions, counts)
        for half in (0, 1):
            id = b"echo-%d-%d" % (visit, half)
            place = echo_service.ASKED, visit % echo_service.PARTITIONS
            yield Sending(at_s + (half + 0.5) * GAP_S, "echo", id, *place, id, b"x" * 500, [], counts)


def _desk(visit: int, kind: str, at_s: float, partitions: int, counts: bool) -> Sending:
    settle = visits.settle(visit)
    body = settle if kind == "settle" else QuoteVisit(**visits.names(visit), control=settle.control)
    id = f"{kind}-{visit}"
    now = datetime.now(UTC).isoformat()
    record = encode_request(body, id=id, source=visits.node_of(visit), time=now)
    where = partition_of(record.key.decode(), partitions)
    return Sending(
        at_s, kind, id.encode(), visits.TOPIC, where, record.key, record.value, record.headers, counts
    )


class Desks:
    """Sends by the schedule and listens; `latencies` in seconds by kind."""

    def __init__(self, kafka: str, sendings: list[Sending]) -> None:
        self._sendings = sendings
        self._producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
        self._consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
        self._due: dict[bytes, tuple[float, Sending]] = {}
        self.latencies: dict[str, list[float]] = {kind: [] for kind in KINDS}

    async def run(self) -> None:
        """Until all is answered. Raises TimeoutError, and RuntimeError for a refusal."""
        await self._producer.start()
        await self._consumer.start()
        topics = [echo_service.ECHOED, *(f"reply.{visits.node_of(n)}" for n in range(visits.NODES))]
        self._consumer.assign([TopicPartition(topic, 0) for topic in topics])
        await self._consumer.seek_to_end()
        for place in self._consumer.assignment():
            await self._consumer.position(place)
        gc.freeze()
        gc.disable()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen())
            await self._send()
            async with asyncio.timeout(PATIENCE_S):
                while self._due:  # noqa: ASYNC110 (emptied by the listener, record by record)
                    await asyncio.sleep(0.05)
            listening.cancel()
        await self._producer.stop()
        await self._consumer.stop()

    async def _send(self) -> None:
        start_s = time.perf_counter() + 1
        for sending in self._sendings:
            due_s = start_s + sending.at_s
            self._due[sending.id] = (due_s, sending)
            if (pause_s := due_s - time.perf_counter()) > 0:
                await asyncio.sleep(pause_s)
            await self._producer.send(
                sending.topic, sending.value, sending.key, sending.partition, headers=sending.headers
            )

    async def _listen(self) -> None:
        told = 0
        while True:
            polled = await self._consumer.getmany(timeout_ms=1000)
            now_s = time.perf_counter()
            for record in (record for records in polled.values() for record in records):
                self._hear(record, now_s)
            samples = len(self.latencies["settle"])
            if samples - told >= 50:
                told = samples
                print(samples, flush=True)

    def _hear(self, record: Any, now_s: float) -> None:
        if record.key not in self._due:  # a notice, as of a case page that is missing
            return
        due_s, sending = self._due.pop(record.key)
        if sending.kind != "echo" and b'"outcome":"accepted"' not in record.value:
            raise RuntimeError(f"{sending.id!r} was refused: {record.value!r}")
        if sending.counts:
            self.latencies[sending.kind].append(now_s - due_s)


def percentile_ms(latencies: list[float], percent: float) -> float:
    """The latency that `percent` of all do not exceed."""
    ordered = sorted(latencies)
    return round(ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] * 1000, 2)


def percentiles(latencies: dict[str, list[float]]) -> dict[str, float]:
    """The median and the 99th percentile of each kind, in ms."""
    return {
        f"{kind}_p{percent}_ms": percentile_ms(held, percent)
        for kind, held in latencies.items()
        for percent in (50, 99)
    }


async def main(kafka: str, partitions: int, first: int, samples: int) -> dict[str, float]:
    """Runs once; the percentiles by kind."""
    desks = Desks(kafka, schedule(first, samples, partitions))
    await desks.run()
    return percentiles(desks.latencies)


if __name__ == "__main__":
    given = sys.argv
    print(json.dumps(uvloop.run(main(given[1], int(given[2]), int(given[3]), int(given[4])))))
