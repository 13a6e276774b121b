"""The roots that were told to others: whoever computes the whole trail anew cannot change these. Pure.

A root counts only if audit itself said it: in its own stream, in its place in the sequence, no further than
its outlets have come, and as its outbox has it while it keeps it. What the log had no room for yet when the
trail was looked at may be further: the next verification judges it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.audit.check.fault import Fault
from services.audit.model import Root
from services.audit.store.supervision import Said
from shared.bus.message import Message
from shared.bus.partition import partition_of
from shared.bus.topics import events_topic
from shared.bus.turn.outbox import unpack
from shared.bus.wire import decode_body
from shared.messages.audit.trail import RootSealed

TOPIC = events_topic("audit")
FAULTS = 20
_ROOT = RootSealed.wire_type()
_KEY = "days"
_Place = tuple[str, int]


class PublishedRoots:
    """Takes what stands in one partition after another of audit's own topic."""

    def __init__(
        self, ends: Sequence[int], outlets: Mapping[str, Mapping[int, int]], said: Iterable[Said]
    ) -> None:
        """Begins with where each partition ended before the outlets and the pages were read."""
        self._partition = partition_of(_KEY, len(ends))
        self._ends = ends
        self.faults: list[Fault] = []
        self._outlets = outlets
        self._roots: dict[date, tuple[int, str]] = {}
        self._last: dict[_Place, int] = {}
        self._kept: dict[_Place, bytes] = {}  # of the roots that the outbox has: stream and sequence
        self._waiting: set[date] = set()  # said, and perhaps not in the log yet
        for page in said:
            self._keep(page)

    def add(self, message: Message) -> None:
        """The next record of a partition."""
        place = (message.stream, message.partition)
        last = self._last.get(place)
        is_next = last is None or message.previous == last
        if last is None or message.sequence > last:
            self._last[place] = message.sequence
        if isinstance(message.body, RootSealed):
            self._add_root(message, message.body, is_next)

    def compare(self, roots: Mapping[date, Root], lost_until: date | None) -> list[Fault]:
        """What differs from the roots kept; those until `lost_until` went with a broker that was lost."""
        excused = {day for day in roots if lost_until and day <= lost_until} | self._waiting
        for day in sorted({*self._roots, *roots}):
            if day in excused and day not in self._roots:
                continue
            partition, published = self._roots.get(day, (self._partition, ""))
            if day not in roots or roots[day].root.hex() != published:
                self._fault("ROOT_DIFFERS", partition, -1, day)
        return self.faults

    def _add_root(self, message: Message, body: RootSealed, is_next: bool) -> None:
        said = (message.partition, body.root)
        first = self._roots.get(body.sealed_on)
        if self._is_own(message) and (first == said or (first is None and is_next)):
            self._roots[body.sealed_on] = said
        elif not self._is_later(message):
            self._fault("ROOT_FOREIGN", message.partition, message.offset, body.sealed_on)

    def _is_own(self, message: Message) -> bool:
        said = self._outlets.get(message.stream, {}).get(message.partition, 0)
        kept = self._kept.get((message.stream, message.sequence), message.value)
        return message.source == "audit" and 0 < message.sequence <= said and kept == message.value

    def _is_later(self, message: Message) -> bool:
        """Whether it came after the outlets were read, and is further than they were."""
        said = self._outlets.get(message.stream, {}).get(message.partition, 0)
        return message.offset >= self._ends[message.partition] and message.sequence > said

    def _keep(self, page: Said) -> None:
        for sequence, record in enumerate(unpack(page.page), page.first_sequence):
            if dict(record.headers).get("ce_type") != _ROOT.encode():
                continue
            self._kept[page.stream, sequence] = record.value
            body = decode_body(_ROOT, record.value)
            if isinstance(body, RootSealed) and not page.relayed:
                self._waiting.add(body.sealed_on)

    def _fault(self, code: str, partition: int, log_offset: int, day: date) -> None:
        if len(self.faults) < FAULTS:
            self.faults.append(Fault(code, TOPIC, partition, log_offset, f"{day} root"))
