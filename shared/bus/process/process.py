"""One service process: one lane of one service, from its first connection to SIGTERM."""

import asyncio
import gc
import os
import signal
import sys
import time

import structlog
import uvloop
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from shared.bus.admin import Admin, TopicsDifferError
from shared.bus.consumer import Consumer
from shared.bus.database import connect_pool
from shared.bus.fault import describe
from shared.bus.process.health import HealthServer
from shared.bus.process.owner import LostBeginningError, LostDatabaseError, Owner, StrangeBrokerError
from shared.bus.process.relay import Relay, make_producer
from shared.bus.process.worker import Worker
from shared.bus.service import Service
from shared.bus.topics import Lane, read_by
from shared.bus.turn.voice import ProcessContext
from shared.log import start_logging
from shared.settings import Settings
from shared.stack import Servers, StackError, up

log = structlog.get_logger()
LEAVE_S = 8.0
EXIT_FAILED, EXIT_STRANGE_BROKER, EXIT_SET_UP, EXIT_LOST_BEGINNING, EXIT_LOST_DATABASE = 1, 4, 5, 6, 7
_EXITS = {
    StrangeBrokerError: EXIT_STRANGE_BROKER,
    TopicsDifferError: EXIT_SET_UP,
    LostBeginningError: EXIT_LOST_BEGINNING,
    LostDatabaseError: EXIT_LOST_DATABASE,
}
# Live requests are fetched at once. In bulk the broker gathers records for some moments: a fetch and a turn
# cost as much for one record as for fifty, and take that time from the live lanes.
_FETCH: dict[Lane, dict[str, int]] = {
    "live": {"fetch_max_wait_ms": 200, "max_partition_fetch_bytes": 1_048_576},
    "bulk": {"fetch_max_wait_ms": 50, "fetch_min_bytes": 65_536, "max_partition_fetch_bytes": 4_194_304},
}
_OUTBOX_STUCK_S = 30.0
_HEARTBEAT_MS = 1_000  # at the longest: so late a process hears that another joined or left its group


def run_service(service: Service, lane: Lane, ordinal: int, health_port: int) -> None:
    """Runs one lane until SIGTERM; exits with 1 on a failure that the loop cannot mend.

    Exits with 4 on a strange broker, with 5 if the topics do not fit the settings, with 6 if a log begins
    after the next offset to read, with 7 if the database was lost and knows nothing.
    """
    start_logging()
    gc.set_threshold(50_000, 20, 50)
    settings = Settings()
    try:
        process = ServiceProcess(service, lane, ordinal, settings, up(settings))
        uvloop.run(_run(process, settings.health_host, health_port))
    except BaseException as error:
        words = str(error) if isinstance(error, StackError) else describe(error)
        log.error("process.failed", error=words, service=service.name, lane=lane)
        sys.stdout.flush()
        os._exit(_EXITS.get(type(error), EXIT_FAILED))


async def _run(process: "ServiceProcess", health_host: str, health_port: int) -> None:
    await process.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, process.leave)
    health = HealthServer(health_host, health_port, process.ticked, process.missing)
    gc.collect()
    gc.freeze()
    names = {"service": process.service.name, "lane": process.lane}
    log.info("process.started", port=health_port, **names)
    await process.wait()
    await health.stop()
    await process.stop()
    log.info("process.stopped", **names)


class ServiceProcess:
    """One lane of one service with its connections; `start`, `wait` until it ends, `stop`."""

    def __init__(
        self, service: Service, lane: Lane, ordinal: int, settings: Settings, servers: Servers
    ) -> None:
        self.service, self.lane, self.ordinal = service, lane, ordinal
        self._settings, self._servers = settings, servers
        self._context = ProcessContext(service, settings.partitions)

    async def start(self) -> None:
        """Connects, joins the group and begins to decide. Raises StackError if the topics are not as set."""
        admin = Admin(self._servers.kafka)
        await admin.check_topics(self._settings.partitions)
        self._pool = await connect_pool(
            self._servers.postgres, self.service.name, silence_ms=self._settings.session_ms
        )
        name = f"yidi-{self.service.name}-{self.lane}-{self.ordinal}"
        self._producer, self._consumer = make_producer(self._servers.kafka, name), self._make_consumer()
        self.relay = Relay(self._producer, admin)
        self.owner = Owner(self._context, self._pool, self._consumer, admin, self.relay)
        self.worker = Worker(self._context, self.lane, self._pool, self._consumer, self.owner, self.relay)
        await self._producer.start()
        topics = [topic.name for topic in read_by(self.service.name, self.lane)]
        self._consumer.subscribe(topics, listener=self.owner)
        await self._consumer.start()
        self._sending = asyncio.create_task(self.relay.run())
        self._working = asyncio.create_task(self.worker.run())

    def leave(self) -> None:
        """Ends the process after the batch in hand, or after LEAVE_S seconds; neither loses anything."""
        self.worker.stopping.set()
        asyncio.get_running_loop().call_later(LEAVE_S, os._exit, EXIT_FAILED)

    async def wait(self) -> None:
        """Waits until the loop has stopped; raises the failure that it could not mend."""
        await asyncio.wait({self._sending, self._working}, return_when=asyncio.FIRST_COMPLETED)
        if self._sending.done():
            await self._sending
        await self._working

    async def stop(self) -> None:
        """Sends the committed pages and disconnects; a static member's place is kept for its next start."""
        self.worker.stopping.set()
        async with asyncio.timeout(LEAVE_S):
            await self._working
            await self.relay.drain()
            await self.worker.note_relayed()
            self._sending.cancel()
            await self._consumer.stop()
            await self._producer.stop()
            await self._pool.close()

    def ticked(self) -> float:
        """When the loop last went round; now if Kafka is away, as a loop that waits for it is not frozen."""
        return time.monotonic() if self.relay.age_s() > _OUTBOX_STUCK_S else self.worker.ticked

    def missing(self) -> str:
        """What keeps this process from being ready; lag does not count."""
        if not self.owner.streams:
            return "no partition is assigned yet"
        return "committed pages do not reach Kafka" if self.relay.age_s() > _OUTBOX_STUCK_S else ""

    def _make_consumer(self) -> Consumer:
        name = f"yidi-{self.service.name}-{self.lane}"
        return Consumer(
            self._servers.kafka,
            group_id=name,
            group_instance_id=f"{name}-{self.ordinal}",
            client_id=f"{name}-{self.ordinal}",
            auto_offset_reset="none",
            partition_assignment_strategy=(RangePartitionAssignor,),
            max_poll_interval_ms=3_600_000,
            session_timeout_ms=self._settings.session_ms,
            heartbeat_interval_ms=min(max(300, self._settings.session_ms // 4), _HEARTBEAT_MS),
            rebalance_timeout_ms=60_000,
            **_FETCH[self.lane],
        )
