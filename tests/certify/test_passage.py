"""What passes to the vendor's broker before its adapter listens."""

import asyncio

import pytest

from shared.bus.topics import reply_topic
from shared.bus.wire import Raw
from shared.certify.play.certification import Brokers
from shared.certify.play.passage import Passage

NODE = "not-listening-yet"


@pytest.mark.requirement("HUB-30")
async def test_what_comes_for_an_adapter_that_has_not_listened_yet_waits_for_it(brokers: Brokers) -> None:
    notice = Raw(reply_topic(NODE), 0, 0, b"key", b"{}", [], 0)
    async with Passage(brokers.vendor, brokers.real, NODE) as passage, asyncio.timeout(10):
        await passage.hand_out([notice])
