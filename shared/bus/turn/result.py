"""What a committed turn gives: pages to send, and where its streams stand now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.bus.message import Message
from shared.bus.stream import JunkKept, Stream, Waiting, stand_aside
from shared.bus.topics import REPLY
from shared.bus.turn.outbox import Parcel
from shared.bus.turn.steps import Step


@dataclass
class TurnResult:
    """What a committed turn gives the worker: pages to send, the new state of each stream, and counts."""

    parcels: list[Parcel] = field(default_factory=list)
    step: Step = ()
    sequences: dict[str, int] = field(default_factory=dict)
    outlets: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)
    waiting: dict[str, list[Waiting]] = field(default_factory=dict)
    junk: dict[str, JunkKept] = field(default_factory=dict)
    jobs_open: set[str] = field(default_factory=set)
    new_nodes: list[str] = field(default_factory=list)
    answered: list[Message] = field(default_factory=list)
    decided: int = 0
    repeats: int = 0
    deferred: int = 0
    parked: int = 0
    decide_ms: float = 0.0

    def facts(self) -> list[Parcel]:
        """The pages of facts, which tell the turn's step; not those of answers and notices."""
        return [parcel for parcel in self.parcels if not parcel.page.to_topic.startswith(REPLY)]


def move(streams: Iterable[Stream], said: TurnResult) -> None:
    """Moves streams in memory to where a committed turn has moved them, but for what they were read up to."""
    for stream in streams:
        stream.turn += 1
        stream.sequence = said.sequences.get(stream.name, stream.sequence)
        stream.outlets.update(said.outlets.get(stream.name, {}))
        stream.jobs_open |= stream.name in said.jobs_open
        stream.junk = said.junk.get(stream.name, stream.junk)
        if stream.name in said.waiting:
            stand_aside(stream, said.waiting[stream.name])
