"""The desks of hospitals at work: quotes and settlements by the clock, through the adapter's own connection.

`python -m tests.bench.forged.desks KAFKA FIRST SAMPLES` quotes and settles visits from FIRST on, 50 requests
a second; each line it says is how many are answered, the last one what came of them.
"""

import asyncio
import gc
import json
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack

import uvloop

from shared.bus.client.client import Connection
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.messages.body import Request
from shared.messages.settlement.visits import QuoteVisit
from tests.bench import visits
from tests.bench.open_loop import percentile_ms

HOSPITALS = 20
GAP_S = 0.04  # from one visit to the next; each is quoted and, half a second later, settled
SETTLES_AFTER_S = 0.5
WARM_UP = 50
PATIENCE_S = 30.0
TOLD_EACH = 50


class Desks:
    """Asks by the clock, whatever became of the requests before; `latencies` in seconds."""

    def __init__(self, connections: dict[str, Connection]) -> None:
        self._connections = connections
        self.latencies: list[float] = []
        self.unanswered = 0
        self.refused: Counter[str] = Counter()

    async def run(self, numbers: list[int]) -> None:
        """Until every visit is quoted and settled, or is known not to be."""
        start_s = time.perf_counter() + 1
        async with asyncio.TaskGroup() as tasks:
            for place, number in enumerate(numbers):
                tasks.create_task(self._visit(number, start_s + place * GAP_S, place >= WARM_UP))

    async def _visit(self, number: int, at_s: float, counts: bool) -> None:
        settle = visits.settle(number)
        await self._ask(QuoteVisit(**visits.names(number), control=settle.control), number, at_s, counts)
        await self._ask(settle, number, at_s + SETTLES_AFTER_S, counts)

    async def _ask(self, body: Request, number: int, due_s: float, counts: bool) -> None:
        """Asks once it is due; the latency counts from when the request should have left."""
        await asyncio.sleep(due_s - time.perf_counter())
        try:
            reply = await self._connections[visits.node_of(number)].ask(body, timeout_s=PATIENCE_S)
        except OutcomeUnknownError:
            self.unanswered += 1
            return
        if not reply.answer.accepted:
            self.refused[reply.answer.code] += 1
        if counts:
            self.latencies.append(time.perf_counter() - due_s)
            if len(self.latencies) % TOLD_EACH == 0:
                print(len(self.latencies), flush=True)


def own_visits(first: int, samples: int) -> list[int]:
    """The numbers of the visits of these hospitals from `first` on: two samples each, and some to warm up."""
    rounds = range(first, first + reach(samples), visits.NODES)
    numbers = [start + desk for start in rounds for desk in range(HOSPITALS)]
    return numbers[: samples // 2 + WARM_UP]


def reach(samples: int) -> int:
    """How many visits of all hospitals are needed for these ones to have so many samples."""
    return -(-(samples // 2 + WARM_UP) // HOSPITALS) * visits.NODES


async def main(kafka: str, first: int, samples: int) -> dict[str, object]:
    """Runs once; what came of it."""
    async with AsyncExitStack() as stack:
        nodes = [visits.node_of(number) for number in range(HOSPITALS)]
        connections = {node: await stack.enter_async_context(Connection(kafka, node)) for node in nodes}
        gc.freeze()
        desks = Desks(connections)
        await desks.run(own_visits(first, samples))
    return {
        "p50_ms": percentile_ms(desks.latencies or [PATIENCE_S], 50),
        "p99_ms": percentile_ms(desks.latencies or [PATIENCE_S], 99),
        "unanswered": desks.unanswered,
        "refused": dict(desks.refused),
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
