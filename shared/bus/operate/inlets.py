"""Reads inbound partitions (入流) up to the offsets that a told step names."""

from collections import defaultdict, deque
from collections.abc import Collection

from aiokafka import TopicPartition

from shared.bus.client.reader import UnreadableLogError
from shared.bus.consumer import Consumer, raw_of
from shared.bus.stream import Stream
from shared.bus.wire import Raw

_WAIT_MS, _RECORDS = 1_000, 500
_STALLED = 20  # empty polls in a row


class Inlets:
    """All inbound partitions of a service, over one connection."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = Consumer(bootstrap, auto_offset_reset="earliest", fetch_max_wait_ms=10)
        self._ahead: dict[TopicPartition, deque[Raw]] = defaultdict(deque)

    async def open(self, places: Collection[tuple[str, int]]) -> None:
        """Stands at the beginning of these partitions."""
        await self._consumer.start()
        self._consumer.assign([TopicPartition(*place) for place in places])
        await self._consumer.seek_to_beginning()

    async def close(self) -> None:
        """Lets the broker go."""
        await self._consumer.stop()

    async def fill(self, stream: Stream, until: int) -> None:
        """Adds the records before offset `until` to a stream's backlog. Raises UnreadableLogError."""
        place, polls = TopicPartition(stream.topic, stream.partition), 0
        ahead = self._ahead[place]
        while stream.fetched < until:
            while ahead and ahead[0].offset < until:
                stream.backlog.append(ahead.popleft())
            if ahead or await self._consumer.position(place) >= until:
                stream.fetched = until
                return
            polled = await self._consumer.getmany(place, timeout_ms=_WAIT_MS, max_records=_RECORDS)
            polls = 0 if polled else polls + 1
            if polls > _STALLED:
                raise UnreadableLogError(f"{stream.topic}/{stream.partition}: nothing came before {until}")
            ahead.extend(raw_of(record) for records in polled.values() for record in records)
