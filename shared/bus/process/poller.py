"""Polls (拉取) Kafka for the streams of a process, as much as the next turns take."""

import asyncio
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.errors import NoOffsetForPartitionError

from shared.bus.consumer import Consumer, raw_of
from shared.bus.process.owner import Owner
from shared.bus.stream import Room, Stream, room_left, step_over
from shared.bus.wire import Raw

POLL_MS = 100
POLL_RECORDS = 50  # at once: heavy ones are noticed before there are many of them
HELD_POLL_MS = 20  # how often to look whether messages that stand aside can be decided
UNPOSITIONED_LIMIT = 1_000


class Poller:
    """Fetches records and appends them to their streams' backlogs, each once and in order."""

    def __init__(self, consumer: Consumer, owner: Owner) -> None:
        self._consumer, self._owner = consumer, owner
        self._unpositioned = 0

    async def poll(self, junk_waits: bool) -> None:
        """Fetches what is there, up to a turn's fill; waits only if there is nothing else to do."""
        streams = list(self._owner.streams.values())
        open_ = self.open()
        busy = len(open_) < len(streams) or (any(s.backlog for s in open_) and not junk_waits)
        soon = junk_waits or any(s.wakes for s in streams)
        pause_ms = 0 if busy else HELD_POLL_MS if soon else POLL_MS
        if not open_:
            await asyncio.sleep(pause_ms / 1000)
        room = room_left(open_)
        while open_ and room.is_left:
            if await self._fetch(open_, room, pause_ms) < POLL_RECORDS:
                return
            open_, pause_ms = self.open(), 0

    def open(self) -> list[Stream]:
        """The streams to read: not those with a day's work to do, which comes before their next message."""
        return [stream for stream in self._owner.streams.values() if not stream.jobs_open]

    async def _fetch(self, streams: Sequence[Stream], room: Room, pause_ms: int) -> int:
        """Fetches a few records of these streams, waiting `pause_ms` at most; gives how many came."""
        places = [TopicPartition(stream.topic, stream.partition) for stream in streams]
        limit = min(POLL_RECORDS, room.messages)
        try:
            polled = await self._consumer.getmany(*places, timeout_ms=pause_ms, max_records=limit)
        except NoOffsetForPartitionError:  # polled before the owner has sought its position
            self._unpositioned += 1
            if self._unpositioned > UNPOSITIONED_LIMIT:
                raise
            await asyncio.sleep(HELD_POLL_MS / 1000)
            return 0
        self._unpositioned = 0
        for place, records in polled.items():
            raws = [raw_of(record) for record in records]
            self._receive(place, raws)
            room.fill(len(raws), sum(raw.weight for raw in raws))
        return sum(map(len, polled.values()))

    def _receive(self, place: TopicPartition, raws: Sequence[Raw]) -> None:
        stream = self._owner.streams.get((place.topic, place.partition))
        if stream is None:  # revoked, or not positioned yet
            return
        for raw in raws:
            if raw.offset < stream.fetched:
                continue
            if raw.offset > stream.fetched and stream.sought != stream.fetched:
                stream.sought = stream.fetched  # if it is so again after the seek: a hole in the log
                self._consumer.seek(place, stream.fetched)
                return
            stream.fetched = raw.offset + 1
            stream.backlog.append(raw)
            if step_over(stream):
                self._consumer.seek(place, stream.fetched)
                return
