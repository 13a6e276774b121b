"""The steps (轮次) of a process: which turn took what, told in the log beside the facts. Pure.

The topics hold what came in; what was decided with what is known to the database alone. So the first record
of each page of facts tells in `ce_steps` what the process took since it last said facts, and what this turn
took. What a lost database held is decided again in that order (`shared/bus/operate/rebuild.py`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.bus.store import OpenJob
from shared.bus.stream import Slice, Stream
from shared.bus.topics import TOPICS

SILENT_BYTES = 24_000  # of steps that said nothing, before they are told as where the streams stand
MOST_ASIDE = 2_000  # of the messages that stand aside are named: all of them, or none

Place = tuple[str, int]


class Taken(NamedTuple):
    """What a turn took of one stream: up to which offset, and the offsets of messages that stood aside.

    `expired`: those of the `freed` that had waited too long and were answered TRY_AGAIN.
    """

    topic: str
    partition: int
    next_offset: int
    freed: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()


class Worked(NamedTuple):
    """One page of a day's work in one stream: the job's day and number, and where the page began."""

    topic: str
    partition: int
    day: str
    number: int
    cursor: str


class Standing(NamedTuple):
    """Where one stream stands, however it came there, and which messages stand aside (None: not named)."""

    topic: str
    partition: int
    next_offset: int
    aside: tuple[int, ...] | None


Step = tuple[Taken, ...] | tuple[Worked, ...] | tuple[Standing, ...]


@dataclass
class Steps:
    """The steps of a process; `silent` are those since it last said facts, to be told with the next."""

    silent: list[bytes] = field(default_factory=list)

    @property
    def are_many(self) -> bool:
        """Whether it is time to tell where the streams stand instead: headers must stay small."""
        return sum(map(len, self.silent)) > SILENT_BYTES

    def tell(self, step: Step) -> bytes:
        """The header of a turn that says facts: the silent steps before it, then its own."""
        return b"[%b]" % b",".join([*self.silent, encode(step)])

    def committed(self, step: Step, *, is_told: bool) -> None:
        """Notes a committed step: it stands in the log with its facts, or is told with the next ones."""
        if is_told:
            self.silent.clear()
        elif step:
            self.silent.append(encode(step))

    def stand(self, streams: Iterable[Stream], aside: Mapping[Place, Sequence[int]]) -> None:
        """Tells where streams stand, that are taken over or were long silent, instead of how they came there.

        `aside`: the offsets of the messages that stand aside in them. Where nothing has moved since it was
        told, it is not told again: on a full disk, streams are taken over every few seconds.
        """
        numbers = {place: tuple(found) for place, found in aside.items()}
        are_named = sum(map(len, numbers.values())) <= MOST_ASIDE
        step = tuple(
            Standing(s.topic, s.partition, s.next_offset, numbers.get((s.topic, s.partition), ()))
            if are_named
            else Standing(s.topic, s.partition, s.next_offset, None)
            for s in streams
            if s.next_offset
        )
        if encode(step) not in self.silent:
            self.committed(step, is_told=False)


def facts_first(stream: Stream) -> tuple[bool, str, int]:
    """The order of streams in a turn: facts of other services before requests, which may rest on them."""
    return (TOPICS[stream.topic].asks, stream.topic, stream.partition)


def step_of(slices: Sequence[Slice]) -> Step:
    """The step of a turn over these slices."""
    return tuple(_taken(slice_) for slice_ in slices)


def _taken(slice_: Slice) -> Taken:
    freed = tuple(message.offset for message in slice_.freed)
    expired = tuple(m.offset for m in slice_.freed if (m.source, m.id) in slice_.expired)
    return Taken(slice_.stream.topic, slice_.stream.partition, slice_.next_offset, freed, expired)


def step_of_page(job: OpenJob) -> Step:
    """The step of one page of a job."""
    return (Worked(job.topic, job.partition, job.day.isoformat(), job.number, job.cursor),)


def encode(step: Step) -> bytes:
    """The form of a step in a header; the parts of one stream without the empty ones at their end."""
    parts = [one[:3] if isinstance(one, Taken) and not one.freed else one for one in step]
    return json.dumps(parts, separators=(",", ":")).encode()


def decode(header: bytes) -> list[Step]:
    """The steps that a header tells, in order."""
    return [_step(step) for step in json.loads(header)]


def _step(step: Sequence[Sequence[Any]]) -> Step:
    if step and isinstance(step[0][2], str):
        return tuple(Worked(*parts) for parts in step)
    if step and len(step[0]) == len(Standing._fields):
        return tuple(Standing(*parts)._replace(aside=_tuple(parts[3])) for parts in step)
    return tuple(Taken(*parts[:3], *map(tuple, parts[3:])) for parts in step)


def _tuple(numbers: list[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(numbers)
