"""The vendor's broker (厂商侧Kafka): a second small one, so that bad luck never touches the real one."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from services.cli.certify.alone import FOLDER
from shared.bus.admin import Admin
from shared.settings import Settings
from shared.stack import start_kafka
from shared.stack.broker.kafka import running
from shared.stack.private import make_folder
from shared.stack.watch.process import wait_gone


@contextmanager
def vendor_broker(settings: Settings, partitions: int) -> Iterator[str]:
    """An empty broker with the real one's topics; its address, the same each time. Raises StackError."""
    own = _own(settings)
    make_folder(own.home)
    end_vendor_broker(settings)  # one that a kill has left
    shutil.rmtree(own.home / "kafka" / "data", ignore_errors=True)
    try:
        address = start_kafka(own)
        asyncio.run(_make_topics(address, partitions))
        yield address
    finally:
        end_vendor_broker(settings)


def end_vendor_broker(settings: Settings) -> None:
    """Ends the broker at once, if it runs: nothing in it is needed any more."""
    if process := running(_own(settings)):
        process.kill()
        wait_gone(process)


def _own(settings: Settings) -> Settings:
    return replace(settings, home=settings.home / FOLDER, kafka=None)


async def _make_topics(address: str, partitions: int) -> None:
    admin = Admin(address)
    await admin.ensure_topics(partitions)
    counts = await admin.compare(partitions)
    await admin.ends({(topic, number) for topic, count in counts.items() for number in range(count)})
