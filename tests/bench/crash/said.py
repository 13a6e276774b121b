"""What Kafka holds after the run: each partition's chains of facts, and all answers that were given."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from shared.bus.client.reader import read_partition
from shared.bus.topics import TOPICS, partition_count
from shared.bus.wire import Raw
from shared.identity import derive
from shared.messages.answer import Answer
from tests.bench.crash.stories import nodes

Outlet = tuple[str, int, str]  # a topic, its partition, and the stream that says something there


@dataclass
class Said:
    """Facts once each, by the request that led to them; `last` sequence of each outlet; what is wrong."""

    facts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    last: dict[Outlet, int] = field(default_factory=dict)
    answers: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    records: int = 0
    repeats: int = 0
    faults: list[str] = field(default_factory=list)
    _bodies: dict[tuple[Outlet, int], str] = field(default_factory=dict)

    def hear(self, raw: Raw) -> None:
        """One record of a topic in which services speak. A reader drops a repeat, and stops at a gap."""
        headers = {name: (value or b"").decode() for name, value in raw.headers}
        self.records += 1
        stream, sequence = headers.get("ce_stream", ""), int(headers.get("ce_sequence", 0))
        if not stream:
            return
        outlet, body = (raw.topic, raw.partition, stream), derive(raw.value.decode())
        last = self.last.get(outlet, 0)
        if sequence <= last:
            self.repeats += 1
            if self._bodies.get((outlet, sequence)) != body:
                self.faults.append(f"{outlet} says {sequence} twice, differently")
            return
        if int(headers["ce_previous"]) != last:
            self.faults.append(f"{outlet}: {sequence} follows {headers['ce_previous']}, not {last}")
        self.last[outlet] = sequence
        self._bodies[outlet, sequence] = body
        self.facts[headers["ce_causationid"]][headers["ce_type"]] += 1


async def read_said(bootstrap: str, partitions: int) -> Said:
    """Everything that services said, from the beginning of every log."""
    said = Said()
    for topic in TOPICS:
        for partition in range(partition_count(topic, partitions)):
            async for raw in read_partition(bootstrap, topic, partition):
                said.hear(raw)
    for node in nodes():
        async for raw in read_partition(bootstrap, f"reply.{node}", 0):
            headers = {name: (value or b"").decode() for name, value in raw.headers}
            # What a center is told of stands there too, by the request that led to it.
            if headers["ce_type"] == Answer.wire_type() and b'"TRY_AGAIN"' not in raw.value:
                said.answers[headers["ce_causationid"]].add(raw.value)
    return said
