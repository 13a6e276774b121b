"""A certification from the running sandbox to its signed report."""

import asyncio
import shutil
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from services.cli.certify import kit as kits
from services.cli.certify.alone import FOLDER, alone
from services.cli.certify.vendor_broker import vendor_broker
from services.enrollment.opened import read_opened
from shared import contracts
from shared.bus.admin import Admin
from shared.certify.cases.case import Case
from shared.certify.judging.requests import DESK
from shared.certify.play.certification import Brokers, Ground, Tell, Wish, certify, open_town
from shared.certify.play.clerk import Clerk
from shared.certify.play.player import Result
from shared.certify.play.town import DAY, next_month
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
    by_hand: bool


def run_certification(order: Order, settings: Settings, telling: AbstractContextManager[Tell]) -> Report:
    """Plays all cases of an order, alone in its home; the signed report.

    Raises StackError, PassageError, OSError of a program that cannot start, and what a client may.
    """
    center = kits.center_of(order.node)
    _require_statements(center, len(order.cases))
    servers, began, began_at = at_work(settings), time.monotonic(), datetime.now(UTC)
    with alone(settings.home), telling as tell:
        secret = secret_of(settings.home)
        results = _results(order, settings, servers, tell)
    about = About(
        order.node,
        "center" if center else "hospital",
        contract_digest(_CONTRACT.read_bytes()),
        order.adapter,
        order.by_hand,
        began_at.isoformat(timespec="seconds"),
        int((time.monotonic() - began) * 1000),
    )
    return report_of(about, results, secret)


def _results(order: Order, settings: Settings, servers: Servers, tell: Tell) -> list[Result]:
    """Plays on a broker of the vendor's with as many partitions as the real one has."""
    name, kept = f"{int(time.time()):x}", settings.home / FOLDER / "state"
    shutil.rmtree(kept, ignore_errors=True)  # of the run before
    partitions = asyncio.run(Admin(servers.kafka).partitions(DESK))
    with vendor_broker(settings, partitions) as address:
        places, center = kits.kit_of(order.node).places, kits.center_of(order.node)
        ground = Ground(name, order.node, address, partitions, places, kept / name, center)
        return asyncio.run(_play(order, servers, ground, tell))


def _require_statements(center: str, cases: int) -> None:
    """Raises StackError if a center of the sample has fewer statements a month than there are cases."""
    count = len(kits.parties_of(center)) if center else cases
    if count < cases:
        raise StackError(
            f"样例中该中心每月只有 {count} 份清算单，{cases} 个用例各需一份：请改用节点 {kits.CENTER_NODE}。",
            f"In the sample this center has {count} statements a month, and each of {cases} cases needs one:"
            f" certify as the node {kits.CENTER_NODE}.",
        )


async def _play(order: Order, servers: Servers, ground: Ground, tell: Tell) -> list[Result]:
    opened = await read_opened(servers.postgres)
    if opened is None:
        raise StackError("尚未开启营业日。", "No business day is open.")
    kits.require_agreements(next_month(opened.day) + DAY)
    parties = kits.parties_of(ground.center)
    wish = Wish(order.node, order.clerk, order.cases, order.together, ground.center, parties)
    async with open_town(servers.kafka, order.node, opened.day) as town:
        await town.register(kits.kit_of(order.node).requests)
        brokers = Brokers(ground.address, servers.kafka, ground.partitions)
        return await certify(wish, brokers, ground, town, tell)
