"""The outbox (发件箱): what a turn says, numbered and packed into pages, one an outgoing partition. Pure.

Facts carry their stream, its sequence and the previous sequence sent to the same outgoing partition, so that
a reader sees each repeat and each gap. Facts are numbered before answers: an answer tells their position.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import cramjam
import msgpack

from shared.bus.message import Position
from shared.bus.store import Page
from shared.bus.stream import Stream
from shared.bus.wire import STEPS, Record

Place = tuple[str, int]
COUNTER: Place = ("", 0)
PAGE_BYTES = 600_000
PAGE_RECORDS = 1_000


class Parcel(NamedTuple):
    """A page on its way to Kafka: its row of the table, and its records in memory."""

    stream: Stream
    page: Page
    records: list[Record]


class Outbox:
    """Numbers and packs what one stream says in one turn."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.sequence = stream.sequence
        self.outlets: dict[Place, int] = {}
        self.parcels: list[Parcel] = []
        self._facts: dict[Place, list[tuple[Record, int]]] = defaultdict(list)
        self._answers: dict[Place, list[Record]] = defaultdict(list)

    def fact(self, topic: str, partition: int, record: Record, cause: int) -> None:
        """Adds a fact; `cause` is the turn's index of the message that led to it."""
        self._facts[topic, partition].append((record, cause))

    def answer(self, topic: str, record: Record) -> None:
        """Adds an answer or a notice on a reply topic."""
        self._answers[topic, 0].append(record)

    def number_facts(self, steps: bytes) -> dict[int, list[Position]]:
        """Numbers the facts and packs them; gives each cause's last position in each partition.

        The first of each page tells the turn's `steps`: a page may be all of the turn that reaches the log.
        """
        positions: dict[int, dict[Place, Position]] = defaultdict(dict)
        name = self.stream.name.encode()
        for place, facts in self._facts.items():
            previous = self.stream.outlets.get(place, 0)
            for chunk in _chunks([record for record, _ in facts]):
                for record in chunk:
                    self.sequence += 1
                    record.headers.extend(
                        (
                            ("ce_stream", name),
                            ("ce_sequence", b"%d" % self.sequence),
                            ("ce_previous", b"%d" % previous),
                        )
                    )
                    previous = self.sequence
                chunk[0].headers.append((STEPS, steps))
                self._page(place, chunk)
            first = self.sequence - len(facts)
            for index, (_, cause) in enumerate(facts):
                positions[cause][place] = Position(self.stream.name, *place, first + index + 1)
            self.outlets[place] = previous
        return {cause: list(places.values()) for cause, places in positions.items()}

    def number_answers(self) -> None:
        """Numbers and packs the answers and notices, after the facts they speak of."""
        for place, records in self._answers.items():
            for chunk in _chunks(records):
                self.sequence += len(chunk)
                self._page(place, chunk)

    def outlet_rows(self) -> list[tuple[str, int, str, int, int]]:
        """The rows of `outlet`: the last sequence to each outgoing partition, and the stream's counter."""
        here = (self.stream.topic, self.stream.partition)
        return [(*here, *place, last) for place, last in self.outlets.items()] + [
            (*here, *COUNTER, self.sequence)
        ]

    def _page(self, place: Place, chunk: list[Record]) -> None:
        first = self.sequence - len(chunk) + 1
        here = (self.stream.topic, self.stream.partition)
        page = Page(*here, first, len(chunk), *place, pack(chunk))
        self.parcels.append(Parcel(self.stream, page, chunk))


def _chunks(records: list[Record]) -> Iterable[list[Record]]:
    chunk: list[Record] = []
    size = 0
    for record in records:
        weight = len(record.value) + 600
        if chunk and (size + weight > PAGE_BYTES or len(chunk) >= PAGE_RECORDS):
            yield chunk
            chunk, size = [], 0
        chunk.append(record)
        size += weight
    if chunk:
        yield chunk


def pack(records: list[Record]) -> bytes:
    """Packs records into a page of an eighth of their size; the database writes and logs that much less."""
    return bytes(cramjam.lz4.compress_block(msgpack.packb(records)))


def unpack(page: bytes) -> list[Record]:
    """Unpacks the records of a page."""
    return [
        Record(key, value, [(name, text) for name, text in headers])
        for key, value, headers in msgpack.unpackb(bytes(cramjam.lz4.decompress_block(page)))
    ]
