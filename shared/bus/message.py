"""A message as a service sees it, and what it decides about it. Pure: nothing here waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.identity import derive
from shared.messages.answer import Answer
from shared.messages.body import Body, Fact


class Position(NamedTuple):
    """Where a fact stands (位点): sent on as `after`, so that a reader waits until it has heard it."""

    stream: str
    topic: str
    partition: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.stream} {self.topic} {self.partition} {self.sequence}"


class Original(NamedTuple):
    """The decided request that a `CancelRequest` names."""

    id: str
    type: str
    accepted: bool


@dataclass(slots=True)
class Message:
    """One message (报文), decoded. `day` is the business day its stream has reached.

    `source` is the sending node (or service); `original` is set on a `CancelRequest` of a decided request.
    """

    topic: str
    partition: int
    offset: int
    key: str
    source: str
    id: str
    type: str
    body: Body
    raw: Any = None  # the record as it came, kept for parking
    value: bytes = b""
    correlation_id: str = ""
    causation_id: str = ""
    subject: str = ""
    time: str = ""
    valid_until: str = ""
    trace_parent: str = ""
    after: tuple[Position, ...] = ()
    stream: str = ""
    sequence: int = 0
    previous: int = 0
    timestamp_ms: int = 0
    day: date | None = None
    original: Original | None = None

    def derive(self, step: str) -> str:
        """An id for what this message brings about; the same whenever it is decided."""
        return derive(self.source, self.id, step)


class Notice(NamedTuple):
    """What a service tells one node without being asked (通知), on the node's reply topic.

    It is told once committed, like an answer, but is none: nobody's request waits for it, and its id is
    derived from the message that led to it, so that a notice heard twice is known by its id.
    """

    node_id: str
    body: Fact


@dataclass(slots=True)
class Decision:
    """What a rule decided: facts said to all, rows kept by the service alone, the answer, and notices.

    A refusal is an answer with neither facts nor rows; the shell records it as a fact of its own.
    """

    facts: Sequence[Fact] = ()
    rows: Sequence[Any] = ()
    answer: Answer | None = None
    notices: Sequence[Notice] = ()


@dataclass(slots=True)
class Due:
    """One piece of work that a day brought, as a message to decide: `cursor` orders the work of a job."""

    cursor: str
    key: str
    body: Body


NOTHING = Decision()
Changes = dict[type[Any], list[Any]]


@dataclass(slots=True)
class SourcePosition:
    """What a reader knows of one source stream in one inbound partition.

    `torn`: the log had let go of some of it, as an operator was told: the next fact is taken as it comes.
    """

    sequence: int = 0
    day: date | None = None
    torn: bool = False
