"""A hospital that was offline: its kept messages are delivered in order and once, and no desk notices.

The gateway that delivers them is a process of its own, as users start it: other desks are no part of it.

Each patient's fee lines go in and out by turns: a return that came before its line would be refused, so that
all of them accepted shows their order, and as many as were sent that each took effect once.
"""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import simplejson

from shared.bus.client.client import Connection
from shared.gateway.forms.envelope import read_envelope
from shared.gateway.gateway import Gateway
from shared.gateway.kept import read
from shared.messages.settlement.found import VisitFound
from shared.messages.settlement.queries import QueryVisit
from shared.messages.settlement.visits import QuoteVisit, UploadCosts
from tests.adapter.gateway.given.his import His, Json
from tests.adapter.gateway.given.running import free_port, running_gateway
from tests.bench import visits
from tests.bench.open_loop import percentile_ms
from tests.bench.place import Tell, bench_place
from tests.bench.running import Running

PARTITIONS, PATIENTS = 6, 50
GAP_S, AT_ONCE = 0.04, 100
TIMES_QUIET = 2
"""The bar: the p99 of other desks' quotes while the messages are delivered, times that before."""


def measure(messages: int, tell: Tell) -> dict[str, float]:
    """Seconds to keep and deliver, what was lost or doubled, the p99 of others before and meanwhile."""
    with bench_place("outage", PARTITIONS) as place:
        count = PATIENTS * visits.NODES
        asyncio.run(
            visits.fill(place.servers.postgres, count, lambda done: tell("visits in hand", done, count))
        )
        asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))
        running = Running(place)
        try:
            running.start("settlement", "live")
            running.start("settlement", "bulk", nice=10)
            running.wait_ready()
            return asyncio.run(_measure(place.servers.kafka, place.settings.home / "gateway", messages, tell))
        finally:
            running.stop()


async def _measure(kafka: str, folder: Path, messages: int, tell: Tell) -> dict[str, float]:
    his = His("", visits.hospital_of(0))
    began = time.perf_counter()
    async with Gateway(f"127.0.0.1:{free_port()}", visits.node_of(0), folder, 0.0) as away:
        his.sign_no = (await _tell(away, his.envelope("9001", {"signIn": {}})))["output"]["signinoutb"][
            "sign_no"
        ]
        for number in range(messages):
            envelope = his.envelope("2301", _fee(number), f"{his.hospital}2026030209{number:08d}")
            assert "KEPT" in (await _tell(away, envelope))["err_msg"]
            tell("kept while the bus is away", number + 1, messages)
    kept_s = time.perf_counter() - began
    async with Connection(kafka, visits.node_of(1)) as others:
        quiet = await _quotes(others, lambda: False)
        began = time.perf_counter()
        with running_gateway(kafka, folder, node=visits.node_of(0)) as address:
            left = [messages]

            def busy() -> bool:
                return left[0] > 0

            beside = asyncio.create_task(_quotes(others, busy))
            while busy():
                await asyncio.sleep(0.5)
                left[0] = await asyncio.to_thread(_waiting, address)
                tell("delivered", messages - left[0], messages)
            delivered_s = time.perf_counter() - began
            meanwhile = await beside
    async with Connection(kafka, visits.node_of(0)) as own:
        held = sum([await _lines(own, patient) for patient in range(PATIENTS)])
    p99 = percentile_ms(quiet, 99), percentile_ms(meanwhile, 99)
    return {
        "messages": messages,
        "kept_seconds": round(kept_s, 1),
        "delivered_seconds": round(delivered_s, 1),
        "lost_or_doubled": abs(held - messages),
        "others_quiet_p99_ms": p99[0],
        "others_meanwhile_p99_ms": p99[1],
        "times_quiet": round(p99[1] / p99[0], 2),
    }


def _waiting(address: str) -> int:
    with urlopen(f"{address}/health", timeout=30) as response:
        return int(json.load(response)["waiting"])


async def _tell(gateway: Gateway, envelope: Json) -> Json:
    reply: Json = read(
        await gateway.answer(read_envelope(read(simplejson.dumps(envelope, use_decimal=True))))
    )
    return reply


def _fee(number: int) -> Json:
    told = visits.names(number % PATIENTS * visits.NODES)
    day = next(
        body for body in visits.stay(number % PATIENTS * visits.NODES) if isinstance(body, UploadCosts)
    )
    line: dict[str, Any] = {
        "mdtrt_id": told["visit_id"],
        "psn_no": told["person_id"],
        "feedetl_sn": f"k{number}",
        "fee_ocur_time": day.cost_on.isoformat(),
        "med_list_codg": day.lines[0].item,
        "med_chrgitm_type": day.lines[0].category,
        "cnt": -1 if number // PATIENTS % 2 else 1,
        "pric": 37,
        "det_item_fee_sumamt": -37 if number // PATIENTS % 2 else 37,
    }
    return {"feedetail": [line]}


async def _quotes(connection: Connection, more: Callable[[], bool]) -> list[float]:
    """Quotes of another hospital by the clock, 300 at least; their latencies in seconds."""
    latencies: list[float] = []

    async def quote(number: int, due_s: float) -> None:
        visit = number % PATIENTS * visits.NODES + 1
        body = QuoteVisit(**visits.names(visit), control=visits.settle(visit).control)
        assert (await connection.ask(body)).answer.accepted
        latencies.append(time.perf_counter() - due_s)

    asked, number = [], 0
    while number < 300 or more():
        due_s = time.perf_counter()
        asked.append(asyncio.create_task(quote(number, due_s)))
        number += 1
        await asyncio.sleep(GAP_S)
    await asyncio.gather(*asked)
    return latencies


async def _lines(connection: Connection, patient: int) -> int:
    """How many lines are held of a patient beyond those they had."""
    answer = (await connection.ask(QueryVisit(**visits.names(patient * visits.NODES)))).answer
    assert isinstance(answer.result, VisitFound)
    return sum(day.lines for day in answer.result.days) - visits.LINES
