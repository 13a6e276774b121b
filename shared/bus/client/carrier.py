"""Carries records from one broker to another as they are (转发): same topic, partition, key, headers, bytes.

What becomes of each record its taker decides: it puts it there at once, later, twice or never. Records are
packed, as adapters pack theirs, since a broker bounds packed bytes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from shared.bus.admin import Admin
from shared.bus.consumer import UNPACKED_BYTES, Consumer, raw_of
from shared.bus.fault import PlainError, describe
from shared.bus.wire import Raw

log = structlog.get_logger()
POLL_MS = 200
_LOOK_S = 0.02
Take = Callable[[Raw], Awaitable[None]]


class TooLargeError(PlainError):
    """A record is larger, even packed, than the other broker takes."""


class Carrier:
    """Hands each record that comes on some topics of `source` to `take`; `put` writes one to `target`."""

    def __init__(self, source: str, target: str, topics: Sequence[str], take: Take) -> None:
        self._admin, self._topics, self._take = Admin(source), topics, take
        self._consumer = Consumer(source, auto_offset_reset="earliest")
        self._producer = AIOKafkaProducer(
            bootstrap_servers=target,
            acks="all",  # without sequence numbers: after one record that is refused all others would be
            compression_type="zstd",
            max_request_size=UNPACKED_BYTES,
        )
        self._places: list[TopicPartition] = []
        self._reached: dict[tuple[str, int], int] = {}
        self._carrying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Carrier":
        await self._producer.start()
        await self._consumer.start()
        counts = {topic: await self._admin.partitions(topic) for topic in self._topics}
        self._places = [TopicPartition(topic, number) for topic, n in counts.items() for number in range(n)]
        self._consumer.assign(self._places)
        for place, offset in (await self._consumer.end_offsets(self._places)).items():
            self._consumer.seek(place, offset)
        self._carrying = asyncio.create_task(self._carry())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._carrying:
            self._carrying.cancel()
            await asyncio.wait({self._carrying})
        await self._consumer.stop()
        await self._producer.stop()

    @property
    def fault(self) -> str:
        """Why nothing is carried any more; "" while all is well."""
        if self._carrying is None or not self._carrying.done() or self._carrying.cancelled():
            return ""
        error = self._carrying.exception()
        return describe(error) if isinstance(error, Exception) else "ended"

    async def put(self, raw: Raw) -> None:
        """Writes a record to the other broker, and returns once it stands there. Raises TooLargeError."""
        headers = [(name, given) for name, given in raw.headers if _is_text(name)]
        value = b"" if raw.key is None and raw.value is None else raw.value
        try:
            await self._producer.send_and_wait(
                raw.topic, value=value, key=raw.key, headers=headers, partition=raw.partition
            )
        except MessageSizeTooLargeError:
            raise TooLargeError(f"{raw.topic}: a record of {raw.weight} bytes is too large") from None

    async def reach_end(self, within_s: float) -> None:
        """Returns once all is taken that stands on the topics now, or it takes too long."""
        # Not asked of the consumer: its question would wait behind its fetch, half a second.
        ends = await self._admin.ends({(place.topic, place.partition) for place in self._places})
        for _ in range(int(within_s / _LOOK_S)):
            if self.fault or all(self._reached.get(place, -1) >= end for place, end in ends.items()):
                return
            await asyncio.sleep(_LOOK_S)

    async def _carry(self) -> None:
        while True:
            polled: Any = await self._consumer.getmany(timeout_ms=POLL_MS)
            for records in polled.values():
                for record in records:
                    await self._take(raw_of(record))
            self._reached = {
                (place.topic, place.partition): await self._consumer.position(place) for place in self._places
            }


def _is_text(name: str) -> bool:
    """Whether a header's name can be written; one of other bytes means nothing to anybody."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
