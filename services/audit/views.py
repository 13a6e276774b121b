"""Live views (实时视图), by Faust: rates, lateness and amounts by exchange class and area, minute by minute.

For the eye only. It owns no truth, acknowledges nothing that matters, may over-count after a crash, and can
be rebuilt from the topics at any time; a figure that is reported or acted on comes from the database.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import faust
import structlog
from aiohttp import web
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from mode import Service

from services.audit.rules.deadlines import EXCHANGE_TYPES, exchange_of
from shared.bus.admin import Admin
from shared.bus.topics import SERVICES, events_topic
from shared.bus.wire import decode_body
from shared.messages.settlement.visits import SettlementCompleted
from shared.settings import Settings
from shared.stack import StackError, ports, start_kafka

log = structlog.get_logger()
NAME = "audit-views"
WINDOW_S, KEPT_S = 60, 3600
HEARD, LATE, FUND_FEN = range(3)
_APP_ID = "yidi-audit-views"
_TABLE = "exchanges"
_TIMEOUT_S = 20


def main(port: int = 0) -> None:
    """Runs the views until told to stop, with their page on `port` (0: one that is kept in the home)."""
    settings = Settings()
    bootstrap = settings.kafka or start_kafka(settings)
    try:
        asyncio.run(Admin(bootstrap).check_topics(settings.partitions))
    except StackError as error:
        log.error("process.failed", error=str(error), service="audit", lane="views")
        sys.exit(1)
    make_changelog(bootstrap, settings.partitions)
    app = make_app(bootstrap, settings, port or ports.claim(settings.home, NAME))
    sys.argv = [sys.argv[0]]
    worker = faust.Worker(app, quiet=True, loglevel="WARNING", override_logging=False, redirect_stdouts=False)
    worker.spinner = None  # it would print between the lines of the log
    worker.execute_from_commandline()


def make_app(bootstrap: str, settings: Settings, port: int) -> faust.App:
    """The Faust app, and the page of its windows on this machine's `port`."""
    app = faust.App(
        _APP_ID,
        broker=f"kafka://{bootstrap}",
        store="memory://",
        datadir=str(settings.home / NAME),
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=500,
        broker_session_timeout=30.0,
        stream_buffer_maxsize=1000,
        stream_wait_empty=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    table = app.Table(_TABLE, default=_nothing, partitions=settings.partitions)
    windows = table.tumbling(WINDOW_S, expires=timedelta(seconds=KEPT_S)).relative_to_stream()
    topics = [events_topic(name) for name in SERVICES if name != "audit"]
    said = app.topic(*topics, key_serializer="raw", value_serializer="raw", value_type=bytes, key_type=bytes)

    @app.agent(said)
    async def watch(stream: Any) -> None:
        async for event in stream.events():
            observe(windows, event)

    @app.service
    class Page(Service):
        async def on_start(self) -> None:
            self.runner = await serve(table, port)

        async def on_stop(self) -> None:
            await self.runner.cleanup()

    app.on_rebalance_complete.connect(hold_flow)
    return app


async def hold_flow(app: Any, /, *_: Any, **__: Any) -> None:
    """Holds records back until Faust lets the flow go on.

    After it restored the table, Faust goes back to the committed position with the flow still open, and then
    empties its queues: a record that came in between would be gone, its position passed.
    """
    app.consumer.stop_flow()


def observe(windows: Any, event: Any) -> None:
    """Counts an event that reports an exchange in the window of its time."""
    wire_type = (event.headers.get("ce_type") or b"").decode(errors="replace")
    if wire_type not in EXCHANGE_TYPES:
        return
    body = decode_body(wire_type, event.message.value)
    exchange = exchange_of(body)
    if exchange is None:
        return
    fund_fen = body.payments.fund_fen if isinstance(body, SettlementCompleted) else 0
    # Each partition counts for itself, so that what is restored after a start is not another's count.
    key = f"{exchange.exchange} {exchange.area} {event.message.partition}"
    before = windows[key].value()
    windows[key] = [before[HEARD] + 1, before[LATE] + exchange.late, before[FUND_FEN] + fund_fen]


def as_page(items: Iterable[tuple[Any, list[int]]]) -> list[dict[str, Any]]:
    """The windows of all partitions together, newest first; items are ((name, (start, end)), counts)."""
    sums: dict[tuple[float, str, str], list[int]] = defaultdict(_nothing)
    for (name, (start, _)), counts in items:
        exchange, area, _ = name.split(" ")
        held = sums[-start, exchange, area]
        held[:] = [a + b for a, b in zip(held, counts, strict=True)]
    return [
        _as_window(-newest, exchange, area, *sums[newest, exchange, area])
        for newest, exchange, area in sorted(sums)
    ]


def _as_window(
    start: float, exchange: str, area: str, heard: int, late: int, fund_fen: int
) -> dict[str, Any]:
    return {
        "from": datetime.fromtimestamp(start, UTC).isoformat(),
        "seconds": WINDOW_S,
        "exchange": exchange,
        "area": area,
        "heard": heard,
        "late": late,
        "per_s": round(heard / WINDOW_S, 2),
        "fund_fen": fund_fen,
    }


async def serve(table: Any, port: int) -> web.AppRunner:
    """The page for operators, on this machine only: /windows, and /live and /ready as of every process."""

    async def windows(_: web.Request) -> web.Response:
        return web.json_response(as_page(table.items()))

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"windows": len(table)})

    page = web.Application()
    page.add_routes([web.get("/windows", windows), web.get("/live", live), web.get("/ready", live)])
    runner = web.AppRunner(page, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def make_changelog(bootstrap: str, partitions: int) -> None:
    """The table's own topic, compacted; Faust would make it with its own settings."""
    topic = NewTopic(f"{_APP_ID}-{_TABLE}-changelog", partitions, config={"cleanup.policy": "compact"})
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    [made] = client.create_topics([topic]).values()
    try:
        made.result(_TIMEOUT_S)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise


def _nothing() -> list[int]:
    return [0, 0, 0]
