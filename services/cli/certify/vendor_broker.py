"""The vendor's broker (厂商侧Kafka): a second small one, so that bad luck never touches the real one."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from shared.bus.admin import Admin
from shared.bus.topics import reply_topic
from shared.settings import Settings
from shared.stack import start_kafka
from shared.stack.broker.kafka import running
from shared.stack.private import make_folder
from shared.stack.watch.process import wait_gone

FOLDER = "certify"


@contextmanager
def vendor_broker(settings: Settings, node: str) -> Iterator[str]:
    """An empty broker with the real one's topics; its address, the same each time. Raises StackError."""
    own = replace(settings, home=make_folder(settings.home / FOLDER), kafka=None)
    _end(own)  # one that a kill has left
    shutil.rmtree(own.home / "kafka" / "data", ignore_errors=True)
    try:
        address = start_kafka(own)
        asyncio.run(_make_topics(address, settings.partitions, node))
        yield address
    finally:
        _end(own)


def _end(own: Settings) -> None:
    """Ends the broker at once: nothing in it is needed any more."""
    if process := running(own):
        process.kill()
        wait_gone(process)


async def _make_topics(address: str, partitions: int, node: str) -> None:
    admin = Admin(address)
    await admin.ensure_topics(partitions)
    await admin.ensure_reply_topics([reply_topic(node)])
    counts = await admin.compare(partitions)
    await admin.ends({(topic, number) for topic, count in counts.items() for number in range(count)})
