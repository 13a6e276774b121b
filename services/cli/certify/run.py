"""A certification from the running sandbox to its signed report."""

import asyncio
import shutil
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from services.cli.certify import kit as kits
from services.cli.certify.vendor_broker import FOLDER, vendor_broker
from services.enrollment.opened import read_opened
from shared import contracts
from shared.certify.cases.case import Case
from shared.certify.play.certification import Brokers, Ground, Tell, Wish, certify, open_town
from shared.certify.play.clerk import Clerk
from shared.certify.play.player import Result
from shared.certify.report.document import About, Report, contract_digest, report_of
from shared.settings import Settings
from shared.stack import Servers, StackError, at_work
from shared.trust.key import secret_of

_CONTRACT = Path(contracts.__file__).parent / "asyncapi.json"


class Order(NamedTuple):
    """What is to be certified: a node's adapter, by which clerk, in which cases; how the report names it."""

    node: str
    clerk: Clerk
    cases: list[Case]
    together: int
    adapter: str


def run_certification(order: Order, settings: Settings, telling: AbstractContextManager[Tell]) -> Report:
    """Plays all cases of an order; the signed report. Raises StackError, PassageError, what a client may."""
    servers, began, began_at = at_work(settings), time.monotonic(), datetime.now(UTC)
    center = kits.center_of(order.node)
    name = f"{int(began_at.timestamp()):x}"
    kept = settings.home / FOLDER / "state"
    shutil.rmtree(kept, ignore_errors=True)  # of the run before
    with vendor_broker(settings, order.node) as address, telling as tell:
        places = kits.kit_of(order.node).places
        ground = Ground(name, order.node, address, settings.partitions, places, kept / name, center)
        results = asyncio.run(_play(order, servers, ground, tell))
    about = About(
        order.node,
        "center" if center else "hospital",
        contract_digest(_CONTRACT.read_bytes()),
        order.adapter,
        began_at.isoformat(timespec="seconds"),
        int((time.monotonic() - began) * 1000),
    )
    return report_of(about, results, secret_of(settings.home))


async def _play(order: Order, servers: Servers, ground: Ground, tell: Tell) -> list[Result]:
    opened = await read_opened(servers.postgres)
    if opened is None:
        raise StackError("尚未开启营业日。", "No business day is open.")
    parties = kits.parties_of(ground.center)
    wish = Wish(order.node, order.clerk, order.cases, order.together, ground.center, parties)
    async with open_town(servers.kafka, order.node, opened.day) as town:
        await town.register(kits.kit_of(order.node).requests)
        brokers = Brokers(ground.address, servers.kafka, ground.partitions)
        return await certify(wish, brokers, ground, town, tell)
