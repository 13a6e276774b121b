"""Records are carried as they are: null headers as null, packed, and one too large stops none behind it."""

import random
from typing import Any

import pytest

from shared.bus.client.carrier import Carrier, TooLargeError
from shared.bus.wire import Raw
from shared.certify.play.certification import Brokers

TOPIC = "audit.dead"  # nobody reads it on the vendor's broker
HEADERS = [("ce_id", b"a"), ("ce_correlationid", None), ("ce_after", b""), ("\udcff", b"x")]
PLAIN = Raw(TOPIC, 0, 0, b"key", b"{}", HEADERS, 0)
NULL: Any = None
MANY, RANDOM = b"0" * 3_000_000, random.Random(1).randbytes(2_000_000)


@pytest.mark.requirement("HUB-30")
async def test_records_are_carried_as_they_are_and_one_too_large_stops_none(brokers: Brokers) -> None:
    taken: list[Raw] = []

    async def take(raw: Raw) -> None:
        taken.append(raw)

    async with Carrier(brokers.vendor, brokers.vendor, [TOPIC], take) as carrier:
        await carrier.put(PLAIN)
        with pytest.raises(TooLargeError):
            await carrier.put(PLAIN._replace(value=RANDOM))
        await carrier.put(PLAIN._replace(value=MANY))
        await carrier.put(PLAIN._replace(value=NULL))
        await carrier.put(PLAIN._replace(key=NULL, value=NULL))
        await carrier.reach_end(20)
        assert not carrier.fault
    assert [(one.key, one.value) for one in taken] == [
        *((b"key", b"{}"), (b"key", MANY), (b"key", None)),
        (None, b""),
    ]
    assert {tuple(one.headers) for one in taken} == {tuple(HEADERS[:3])}
