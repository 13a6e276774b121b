"""Measures how far a lane is behind (滞后), topic by topic: now, and not when the last message was decided.

A record's time is what its sender wrote: a time older than the topic keeps, or in the future, is ignored. A
silent broker is as bad as one whose messages wait: then the lag is the time since its last answer. Of topics
that other processes read now, this one tells nothing.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from aiokafka import TopicPartition

from shared.bus.consumer import Consumer
from shared.bus.process import metrics
from shared.bus.stream import Stream
from shared.bus.topics import TOPICS
from shared.bus.wire import Raw

SILENT_S = 2.0  # a fetch that brings nothing is answered much sooner
_MEASURE_S = 0.5
_DAY_S = 86_400


class Lag:
    """Measures the lag of each topic's streams, and sets it as a metric."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._since: dict[str, float] = {}  # by stream, when it was first seen to have something to do
        self._told: set[str] = set()
        self._begun = time.time()
        self._measured = 0.0

    def note(self, streams: Iterable[Stream], consumer: Consumer) -> None:
        """Sets the lag of each topic, twice a second at most."""
        now = time.time()
        if now - self._measured < _MEASURE_S:
            return
        self._measured = now
        worst: dict[str, float] = defaultdict(float)
        for stream in streams:
            place = TopicPartition(stream.topic, stream.partition)
            told_ms = consumer.last_poll_timestamp(place) if place in consumer.assignment() else None
            told = told_ms / 1000 if told_ms else self._begun
            worst[stream.topic] = max(worst[stream.topic], self.measure(stream, told, now))
        for topic, lag_s in worst.items():
            metrics.LAG.labels(*self._labels, topic).set(lag_s)
        for topic in self._told - worst.keys():
            metrics.LAG.remove(*self._labels, topic)
        self._told = set(worst)

    def measure(self, stream: Stream, told: float, now: float) -> float:
        """The lag of one stream in seconds; `told`: when the broker last answered a fetch, as Unix time."""
        if not (stream.backlog or stream.jobs_open):
            self._since.pop(stream.name, None)
            return now - told if now - told > SILENT_S else 0.0
        waits = now - self._since.setdefault(stream.name, now)
        return max(waits, age_s(stream.backlog[0], now) if stream.backlog else 0.0)


def age_s(raw: Raw, now: float) -> float:
    """The age of a record in seconds; 0 if its time is in the future, or older than its topic keeps."""
    age = now - raw.timestamp_ms / 1000
    kept_days = TOPICS[raw.topic].retention_days
    return age if age > 0 and (kept_days < 0 or age < kept_days * _DAY_S) else 0.0
