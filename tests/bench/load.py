"""How much memory the processes hold with many visits in hand; also fills a home's own database."""

import asyncio
import time

import asyncpg
import psutil

from services.cli.stack.processes import LANES, VIEWS
from shared.settings import Settings
from shared.stack import kafka_pid, postgres_pid, up
from shared.stack.status import status
from tests.bench import visits
from tests.bench.place import Tell, bench_place
from tests.bench.running import Running

PARTITIONS = 6
TRAFFIC = 5_000  # settlements that go through the services before their memory is read
QUIET_S, PATIENCE_S = 3.0, 300.0
# First bars.
SERVICE_MB, KAFKA_MB = 150, 450


def measure(count: int, tell: Tell) -> dict[str, float]:
    """Loads a throw-away database, lets every service work, and reads the memory of each process, MB."""
    with bench_place("load", PARTITIONS) as place:
        began = time.monotonic()
        _fill(place.servers.postgres, count, tell)
        seconds = time.monotonic() - began
        asyncio.run(visits.open_desk(place.servers.kafka, PARTITIONS))
        running = Running(place)
        try:
            _start_all(running)
            asyncio.run(_settle_some(running, min(count, TRAFFIC), tell))
            memory = {f"{name}_mb": _mb(process.pid) for name, process in running.processes.items()}
            memory |= _servers_mb(place.settings)
        finally:
            running.stop()
    return {"visits": count, "load_seconds": round(seconds, 1), **memory}


def measure_home(count: int, tell: Tell) -> dict[str, float]:
    """Adds visits to the home's own database, and reads the memory of whatever runs there, MB."""
    settings = Settings()
    began = time.monotonic()
    _fill(up(settings).postgres, count, tell)
    seconds = time.monotonic() - began
    memory = {
        f"{row.name}_mb": _mb(row.pid) for row in status(settings) if row.pid and row.name != "postgres"
    }
    return {"visits": count, "load_seconds": round(seconds, 1), **_servers_mb(settings), **memory}


def _fill(dsn: str, count: int, tell: Tell) -> None:
    first = asyncio.run(_count(dsn))
    asyncio.run(visits.fill(dsn, count, lambda done: tell("visits in hand", done, count), first))
    held = asyncio.run(_count(dsn)) - first
    if held != count:
        raise RuntimeError(f"{count} visits were to be loaded, {held} were")


async def _count(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        found = "SELECT count(*) FROM settlement.visit WHERE visit_id LIKE 'visit-%'"
        return int(await connection.fetchval(found))
    finally:
        await connection.close()


def _start_all(running: Running) -> None:
    for service, lane, nice in LANES:
        running.start(service, lane, nice=nice)
    running.run(VIEWS, ["services", VIEWS])
    running.wait_ready()


async def _settle_some(running: Running, count: int, tell: Tell) -> None:
    """Settlements through every service that hears of them, until all is heard."""
    place = running.place
    await visits.produce(place.servers.kafka, visits.TOPIC, PARTITIONS, visits.commands(count))
    connection = await asyncpg.connect(place.servers.postgres)
    until, since, heard = time.monotonic() + PATIENCE_S, time.monotonic(), -1
    while time.monotonic() - since < QUIET_S:
        running.check()
        if time.monotonic() > until:
            raise TimeoutError("the services do not come to rest")
        await asyncio.sleep(0.2)
        settled = await connection.fetchval("SELECT count(*) FROM settlement.settlement")
        tell("settlements", min(settled, count), count)
        if (now := await connection.fetchval(_HEARD)) != heard or settled < count:
            heard, since = now, time.monotonic()
    await connection.close()


_HEARD = """
SELECT ((SELECT coalesce(sum(next_offset), 0) FROM settlement.stream)
      + (SELECT coalesce(sum(next_offset), 0) FROM clearing.stream)
      + (SELECT coalesce(sum(next_offset), 0) FROM audit.stream))::bigint
"""


def _servers_mb(settings: Settings) -> dict[str, float]:
    """Kafka's memory; PostgreSQL's with what its sessions share counted once."""
    kafka, postgres = kafka_pid(settings), postgres_pid(settings)
    figures = {"kafka_mb": _mb(kafka)} if kafka else {}
    if postgres:
        first = psutil.Process(postgres)
        sessions = [first, *first.children(recursive=True)]
        figures["postgres_mb"] = round(sum(p.memory_full_info().pss for p in sessions) / 1e6, 1)
    return figures


def _mb(pid: int) -> float:
    return round(psutil.Process(pid).memory_info().rss / 1e6, 1)
