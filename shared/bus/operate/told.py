"""What a service's own topics tell (自述): in which steps its turns were taken, and which facts it said.

Facts are kept as digests, 16 bytes each, so that what is said again can be compared with them.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from shared.bus.admin import Admin
from shared.bus.client.reader import open_log
from shared.bus.fault import PlainError
from shared.bus.topics import TOPICS, partition_count
from shared.bus.wire import SKIPPED, STEPS, Raw, decode
from shared.messages.body import MessageParked

Chain = tuple[str, str, int]  # the stream that said facts, and the partition in which they stand
Place = tuple[str, int, int]
_Steps = dict[tuple[bytes, bytes], list[tuple[Chain, int]]]  # by time and header, the first facts of pages


class DiffersError(PlainError):
    """What is decided again is not what the log tells: it is of another version, or was changed by hand."""

    def __init__(self, chain: Chain, number: int) -> None:
        stream, topic, partition = chain
        super().__init__(
            "重新受理的结果与日志不符（程序版本不同，或曾被改动），请从备份恢复数据库"
            " / what is decided again is not what the log tells (it is of another version, or was changed by"
            " hand), so restore a backup"
            f" ({topic}/{partition}: {stream} {number})"
        )


class DriftError(Exception):
    """A stream says the facts of the log under other numbers: so many answers more were said before."""

    def __init__(self, chain: Chain, told: int, said: int) -> None:
        super().__init__(f"{told} instead of {said}")
        self.chain, self.told, self.by = chain, told, told - said


class ToldStep(NamedTuple):
    """The steps that one turn tells, when it was, and the first fact of each of its pages."""

    time: datetime
    header: bytes
    firsts: list[tuple[Chain, int]]


@dataclass(slots=True)
class Facts:
    """The facts that one stream said in one partition: numbers and digests, those before `at` said again."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    digests: "array[int]" = field(default_factory=lambda: array("Q"))
    at: int = 0

    def keep(self, number: int, digest: int) -> None:
        """Keeps the next fact; one that a restart sent twice once."""
        if not self.numbers or number > self.numbers[-1]:
            self.numbers.append(number)
            self.digests.append(digest)

    @property
    def is_said(self) -> bool:
        """Whether all of them have been said again."""
        return self.at == len(self.numbers)


@dataclass
class Told:
    """Everything that a service's topics tell of its turns.

    `failed` has why a message was parked, each time that a rule failed on it, and `skipped` why others were
    stepped over: what the program and the operators were then. `begins`: where the logs begin by now.
    """

    steps: list[ToldStep] = field(default_factory=list)
    facts: dict[Chain, Facts] = field(default_factory=dict)
    failed: dict[Place, list[str]] = field(default_factory=dict)
    skipped: dict[Place, str] = field(default_factory=dict)
    begins: Mapping[tuple[str, int], int] = field(default_factory=dict)
    _taken: list[Facts] = field(default_factory=list)

    def holds(self, chain: Chain, number: int, digest: int) -> bool:
        """Takes one fact that is said again; gives whether the log holds it, or once did.

        Raises DriftError if it stands there under another number, DiffersError if another fact does.
        """
        found = self.facts.get(chain)
        if found is None:
            return self._was_there(*chain[1:])
        if found.is_said:
            return False
        first = found.numbers[found.at]
        if found.digests[found.at] != digest:
            if found.at == 0 and number < first and self._was_there(*chain[1:]):
                return True
            raise DiffersError(chain, first)
        if first != number:
            raise DriftError(chain, first, number)
        found.at += 1
        self._taken.append(found)
        return True

    def _was_there(self, topic: str, partition: int) -> bool:
        """Whether a partition without the fact may have held it: not read here, or begun anew since."""
        declared = TOPICS[topic]
        return declared.asks or declared.compacted or self.begins[topic, partition] > 0

    def keep(self) -> int:
        """Keeps what was taken since, as its turn is committed; gives how many facts."""
        count = len(self._taken)
        self._taken.clear()
        return count

    def undo(self) -> None:
        """Puts back what was taken since, as its turn comes to nothing."""
        for found in self._taken:
            found.at -= 1
        self._taken.clear()

    def lacks(self, firsts: Iterable[tuple[Chain, int]]) -> Iterable[tuple[Chain, int]]:
        """Which of these facts have not been said again."""
        for chain, number in firsts:
            found = self.facts.get(chain)
            if found and not found.is_said and found.numbers[found.at] <= number:
                yield chain, number


def digest_of(id: bytes, value: bytes) -> int:
    """The digest of a fact: its id and its body."""
    return int.from_bytes(blake2b(id + b"\0" + value, digest_size=8).digest())


async def read_told(bootstrap: str, service: str, partitions: int) -> Told:
    """Reads all that a service said in its own topics. Raises UnreadableLogError."""
    own = [topic.name for topic in TOPICS.values() if topic.owner == service]
    places = [(topic, partition) for topic in own for partition in range(partition_count(topic, partitions))]
    told, steps = Told(begins=await Admin(bootstrap).begins(places)), _Steps()
    async with open_log(bootstrap) as log:
        for place in places:
            async for raw in log.read(*place):
                _keep(told, steps, raw, f"{service}/".encode())
    moments = [(datetime.fromisoformat(time.decode()), header) for time, header in steps]
    told.steps = [
        ToldStep(moment, header, firsts)
        for (moment, header), firsts in sorted(zip(moments, steps.values(), strict=True))
    ]
    return told


def _keep(told: Told, steps: _Steps, raw: Raw, ours: bytes) -> None:
    headers = {name: value or b"" for name, value in raw.headers}
    if not headers.get("ce_stream", b"").startswith(ours):  # somebody else wrote it
        return
    chain = (headers["ce_stream"].decode(), raw.topic, raw.partition)
    number = int(headers["ce_sequence"])
    if not TOPICS[raw.topic].compacted:
        told.facts.setdefault(chain, Facts()).keep(number, digest_of(headers["ce_id"], raw.value))
    if STEPS in headers:
        steps.setdefault((headers["ce_time"], headers[STEPS]), []).append((chain, number))
    body = decode(raw).body if raw.topic.endswith(".dead") else None
    if isinstance(body, MessageParked):
        place = (body.origin_topic, body.origin_partition, body.origin_offset)
        if body.reason == SKIPPED:
            told.skipped[place] = body.detail
        elif body.reason == "FAILED":
            told.failed.setdefault(place, []).append(body.detail)
