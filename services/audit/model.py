"""Nouns of the audit service: records of the trail, heads, seals, exchanges. No rules, nothing that waits."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.messages.audit.trail import ExchangeClass
from shared.messages.body import Fact

Chain = tuple[str, int]
START = bytes(32)


class Envelope(NamedTuple):
    """What the log says around a body (信封): who said what, when and why; its key only as a digest."""

    topic: str
    partition: int
    number: int
    log_offset: int
    timestamp_ms: int
    type: str
    id: str
    source: str
    time: str
    correlation_id: str
    causation_id: str
    valid_until: str
    stream: str
    sequence: int
    previous: int
    key_digest: str


class Record(NamedTuple):
    """One record of the trail (存证记录); `number` counts the records of its chain from 1.

    `envelope` is the canonical text of an Envelope and a gist; `mentions` are the ids it is found by.
    """

    topic: str
    partition: int
    number: int
    log_offset: int
    envelope: str
    body_digest: bytes
    chain_hash: bytes
    mentions: tuple[str, ...] = ()


class Head(NamedTuple):
    """The end of a chain (链头): how many records it has, and the hash of the last."""

    topic: str
    partition: int
    number: int = 0
    chain_hash: bytes = START


class Adoption(NamedTuple):
    """A chain goes on with another topic on the broker (接管); `generation`: how often offsets began anew."""

    topic: str
    partition: int
    topic_id: str
    generation: int


class Root(NamedTuple):
    """A day's Merkle root (每日存证根) over the heads of all chains."""

    sealed_on: date
    root: bytes
    records: int


class SealedHead(NamedTuple):
    """Where a chain stood when a day was sealed."""

    sealed_on: date
    topic: str
    partition: int
    number: int
    chain_hash: bytes


class Exchange(NamedTuple):
    """One exchange with its deadline (时限); `heard_on` is empty while it has not come."""

    exchange: ExchangeClass
    subject_id: str
    party: str
    area: str
    due_on: date
    heard_on: date | None

    @property
    def late(self) -> bool:
        """Whether it came after its day, or has not come although its day has passed."""
        return self.heard_on is None or self.heard_on > self.due_on


class Missed(NamedTuple):
    """A deadline that was missed (逾期), told once; `heard_on` is filled if the exchange comes after all."""

    exchange: ExchangeClass
    subject_id: str
    party: str
    area: str
    due_on: date
    heard_on: date | None


class Tally(NamedTuple):
    """A change of the counts of one class, area, party and month of the due day."""

    exchange: ExchangeClass
    area: str
    party: str
    month: str
    on_time: int = 0
    late: int = 0
    overdue: int = 0


class KnownStatement(NamedTuple):
    """A copy of what clearing has said of a statement's payment (清算单拨付)."""

    statement_id: str
    party: str = ""
    area: str = ""
    pay_by: date | None = None
    paid_on: date | None = None
    issued_on: date | None = None
    booked_on: date | None = None


class LastSeals(NamedTuple):
    """The day the service has reached, the last day it sealed, and how long the chains were a seal before."""

    reached: date | None
    last: date | None
    before: dict[Chain, int]


class SealDay(Fact):
    """The service's day: all streams have reached it; its root falls due."""

    sealed_on: date


class StatementUnpaid(Fact):
    """A statement is not paid although its day has passed."""

    statement_id: str


@dataclass(slots=True)
class Known:
    """What a batch needs to know."""

    heads: dict[Chain, Head]
    adopted: dict[Chain, Adoption] = field(default_factory=dict)  # not in the chain yet
    missed: dict[tuple[str, str], Missed] = field(default_factory=dict)
    statements: dict[str, KnownStatement] = field(default_factory=dict)
    all_heads: list[Head] = field(default_factory=list)
