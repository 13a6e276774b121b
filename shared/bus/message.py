"""A message as a service sees it, and the decision that its rules make. Pure: nothing here waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.identity import derive
from shared.messages.answer import Answer
from shared.messages.body import Body, Fact


class Position(NamedTuple):
    """A fact's position (位点); a request names it in `after`, to wait until the fact has been heard."""

    stream: str
    topic: str
    partition: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.stream} {self.topic} {self.partition} {self.sequence}"


class Original(NamedTuple):
    """The accepted request that a `CancelRequest` names."""

    id: str
    type: str
    accepted: bool


@dataclass(slots=True)
class Message:
    """One message (报文), decoded. `day` is the business day its stream has reached.

    `source` is the sending node (or service); `original` is set on a `CancelRequest` of an accepted request.
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
        """Derives an id for a thing that this message leads to; deciding it again gives the same id."""
        return derive(self.source, self.id, step)


class Written(NamedTuple):
    """A fact that is written already (成文事实): its class, its key, and its body as it goes to Kafka.

    For large bodies made of our own rows, whose values are known to be valid: to make objects of them, only
    to write these again, takes ten times as long.
    """

    kind: type[Fact]
    key: str
    value: bytes

    def wire_type(self) -> str:
        """The value of `ce_type`."""
        return self.kind.wire_type()


class Notice(NamedTuple):
    """A message to one node that answers no request of it (通知), on the node's reply topic.

    Like an answer it is sent after COMMIT. Its id is derived from the message that led to it, so that a node
    knows a repeated notice by its id.
    """

    node_id: str
    body: Fact


@dataclass(slots=True)
class Decision:
    """What a rule decided: facts said to all, rows kept by the service alone, the answer, and notices.

    `written` are facts too, said after the others; no row is made of them.

    A refusal is an answer with neither facts nor rows; the shell records it as a fact of its own.
    """

    facts: Sequence[Fact] = ()
    rows: Sequence[Any] = ()
    answer: Answer | None = None
    notices: Sequence[Notice] = ()
    written: Sequence[Written] = ()


@dataclass(slots=True)
class Due:
    """One piece of a day's work, to be decided as a message; `cursor` orders the pieces of a job."""

    cursor: str
    key: str
    body: Body


NOTHING = Decision()
Changes = dict[type[Any], list[Any]]


@dataclass(slots=True)
class SourcePosition:
    """How far a reader has heard one source stream in one inbound partition: its sequence and its day.

    `torn`: some of its facts expired unread and an operator went on: the next may have any `previous`.
    """

    sequence: int = 0
    day: date | None = None
    torn: bool = False
