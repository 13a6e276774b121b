"""The desks of one node: each 60 ms a quote over the bus, one through the gateway, a settlement through it.

`python -m tests.bench.gateway.desks KAFKA ADDRESS SAMPLES` says how many it has, and last the percentiles.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from shared.bus.client.client import Connection
from shared.messages.settlement.visits import QuoteVisit
from tests.adapter.gateway.given.his import His
from tests.bench import visits
from tests.bench.open_loop import percentiles, warm_up

GAP_S = 0.06
KINDS = ("direct", "quote", "settle")


class Desks:
    """One node's desks; `latencies` in seconds by kind, from when a request should have left."""

    def __init__(self, connection: Connection, session: aiohttp.ClientSession, his: His) -> None:
        self._connection, self._session, self._his = connection, session, his
        self.latencies: dict[str, list[float]] = {kind: [] for kind in KINDS}

    async def run(self, samples: int) -> None:
        """Asks by the clock, whatever became of the ones before."""
        start_s, early = time.perf_counter() + 1, warm_up(samples)
        asked: list[asyncio.Task[None]] = []
        for number in range(early + samples):
            at_s, counts = start_s + number * GAP_S, number >= early
            for part, (kind, ask) in enumerate(self._of(number * visits.NODES)):
                due_s = at_s + part * GAP_S / len(KINDS)
                asked.append(asyncio.create_task(self._ask(kind, ask, due_s, counts=counts)))
            await asyncio.sleep(max(at_s - time.perf_counter(), 0))
            if number % 20 == 0:
                print(number, flush=True)
        await asyncio.gather(*asked)

    def _of(self, visit: int) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        return [
            ("direct", lambda: self._direct(visit)),
            ("quote", lambda: self._through("2303", visit)),
            ("settle", lambda: self._through("2304", visit)),
        ]

    async def _ask(
        self, kind: str, ask: Callable[[], Awaitable[None]], due_s: float, *, counts: bool
    ) -> None:
        await asyncio.sleep(max(due_s - time.perf_counter(), 0))
        await ask()
        if counts:
            self.latencies[kind].append(time.perf_counter() - due_s)

    async def _direct(self, visit: int) -> None:
        body = QuoteVisit(**visits.names(visit), control=visits.settle(visit).control)
        assert (await self._connection.ask(body)).answer.accepted

    async def _through(self, infno: str, visit: int) -> None:
        told = visits.names(visit)
        bill: dict[str, Any] = {"mdtrt_id": told["visit_id"], "psn_no": told["person_id"]}
        envelope = self._his.envelope(infno, {"data": {**bill, "medfee_sumamt": visits.TOTAL_FEN // 100}})
        async with self._session.post(f"{self._his.address}/{infno}", json=envelope) as response:
            reply = await response.json()
        assert reply["infcode"] == 0, reply


async def main(kafka: str, address: str, samples: int) -> dict[str, float]:
    """Runs once; the percentiles by kind."""
    his = His(address, visits.hospital_of(0))
    his.sign_in()
    async with Connection(kafka, visits.node_of(0)) as connection, aiohttp.ClientSession() as session:
        desks = Desks(connection, session, his)
        gc.freeze()
        gc.disable()
        await desks.run(samples)
    return percentiles(desks.latencies)


if __name__ == "__main__":
    given = sys.argv
    print(json.dumps(asyncio.run(main(given[1], given[2], int(given[3])))))
