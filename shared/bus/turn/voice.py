"""The voice (发言): encodes and numbers what a turn says, facts to all, answers to those who asked. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.bus.fault import PlainError
from shared.bus.message import Message, Notice, Written
from shared.bus.partition import partition_of
from shared.bus.service import Service
from shared.bus.store import Decided
from shared.bus.stream import Stream
from shared.bus.topics import TOPICS, events_topic, feeds, partition_count, reply_topic
from shared.bus.turn.border import decided_row
from shared.bus.turn.outbox import Outbox, Parcel
from shared.bus.turn.steps import Steps
from shared.bus.wire import MAX_BODY_BYTES, answer_bytes, encode_answer, encode_fact, format_positions
from shared.errors import NOT_FIRST
from shared.identity import derive
from shared.messages.answer import Answer
from shared.messages.body import Fact, MessageParked, RequestRefused
from shared.messages.enrollment.registers import DayOpened, NodeRegistered

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class ProcessContext:
    """What a process knows besides its streams: the service, the number of partitions, the nodes' kinds.

    `strangers`: senders that were not registered when last looked up, and when, in monotonic seconds.
    `steps`: what its turns took and the log does not tell yet.
    """

    service: Service
    partitions: int
    nodes: dict[str, str] = field(default_factory=dict)
    strangers: dict[str, float] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)
    _last: datetime = _NEVER

    def moment(self) -> datetime:
        """The moment of a new turn: now, to the millisecond, and later than the process's turn before.

        So the times of its facts tell the order of its turns, even where the clock is set back.
        """
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._last = max(now, self._last + timedelta(milliseconds=1))
        return self._last


@dataclass(slots=True)
class _Reply:
    stream: Stream
    index: int
    request: Message
    body: bytes
    code: str  # of a first answer, which is kept; "" for one given again or not kept
    position: str


class TooLargeError(PlainError):
    """A fact, answer or notice does not fit a record: the message that led to it takes no effect."""


class Voice:
    """Collects what is said in one turn and packs it into pages."""

    def __init__(self, context: ProcessContext, now: datetime) -> None:
        self._context = context
        self._time = now.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
        self._replies: list[_Reply] = []
        self.outboxes: dict[str, Outbox] = {}
        self.nodes: list[tuple[str, str, str]] = []
        self.new_nodes: list[str] = []
        self.firsts: list[Decided] = []

    def fact(self, stream: Stream, index: int, cause: Message, step: int, fact: Fact | Written) -> None:
        """Says a fact that `cause` led to, message number `index` of the turn. Raises TooLargeError."""
        if type(fact) is NodeRegistered:
            self.node(fact)
            self.new_nodes.append(fact.node_id)
        id = derive(
            cause.source,
            cause.id or f"{cause.topic}/{cause.partition}/{cause.offset}",
            fact.wire_type(),
            str(step),
        )
        service, key = self._context.service.name, fact.key
        outbox = self._outbox(stream)
        for topic, partition in self._destinations(stream, fact, key):
            record = encode_fact(fact, cause, id=id, service=service, time=self._time, key=key)
            _not_too_large(record.value)
            outbox.fact(topic, partition, record, index)

    def everywhere(self, stream: Stream, cause: Message, fact: Fact) -> None:
        """Says a fact in every partition of the service's events that the stream feeds."""
        service = self._context.service.name
        topic = events_topic(service)
        for partition in feeds(service, stream.partition, self._context.partitions):
            record = encode_fact(
                fact, cause, id=cause.derive(fact.wire_type()), service=service, time=self._time, key=fact.key
            )
            self._outbox(stream).fact(topic, partition, record, -1)

    def answer(self, stream: Stream, index: int, request: Message, answer: Answer, *, first: bool) -> None:
        """Answers a request; a first answer is kept, and a first refusal is a fact too.

        A refusal that concerns our state or the envelope (NOT_FIRST) is neither kept nor a fact: the same
        request may be sent again. Raises TooLargeError.
        """
        first = first and answer.code not in NOT_FIRST
        body = answer_bytes(answer)
        _not_too_large(body)
        if first and not answer.accepted:
            self.fact(stream, index, request, 0, _refused(request, answer.code))
        code = answer.code if first else ""
        self._replies.append(_Reply(stream, index, request, body, code, ""))

    def notice(self, stream: Stream, cause: Message, step: int, notice: Notice) -> None:
        """Sends a node a notice that `cause` led to; packed with the answers, after the facts it speaks of.

        Raises TooLargeError.
        """
        body = notice.body
        record = encode_fact(
            body,
            cause,
            id=cause.derive(f"notice {notice.node_id} {body.wire_type()} {step}"),
            service=self._context.service.name,
            time=self._time,
            key=body.key,
        )
        _not_too_large(record.value)
        self._outbox(stream).answer(reply_topic(notice.node_id), record)

    def again(self, stream: Stream, request: Message, stored: Decided) -> None:
        """Answers a request with a stored first answer: its own, or that of the request it asks about."""
        self._replies.append(_Reply(stream, -1, request, stored.answer, "", stored.position))

    def node(self, body: NodeRegistered) -> None:
        """Notes a node whose registration this turn decided or heard."""
        self.nodes.append((body.node_id, body.name, body.kind))

    def pack(self, steps: bytes) -> list[Parcel]:
        """Numbers and packs everything: facts first, since an answer carries the positions of its facts.

        `steps` is the header by which the facts tell what the turn took.
        """
        positions = {name: outbox.number_facts(steps) for name, outbox in self.outboxes.items()}
        for reply in self._replies:
            own = positions.get(reply.stream.name, {}).get(reply.index, [])
            position = reply.position or format_positions(own)
            self._pack_reply(reply, position)
        for outbox in self.outboxes.values():
            outbox.number_answers()
        return [parcel for outbox in self.outboxes.values() for parcel in outbox.parcels]

    def answered(self) -> list[Message]:
        """The requests that this turn answers, repeats too."""
        return [reply.request for reply in self._replies]

    def _pack_reply(self, reply: _Reply, position: str) -> None:
        request = reply.request
        record = encode_answer(
            reply.body, request, service=self._context.service.name, time=self._time, position=position
        )
        self._outbox(reply.stream).answer(reply_topic(request.source), record)
        if reply.code:
            self.firsts.append(decided_row(request, reply.code, reply.body, position))

    def _outbox(self, stream: Stream) -> Outbox:
        found = self.outboxes.get(stream.name)
        if found is None:
            found = self.outboxes[stream.name] = Outbox(stream)
        return found

    def _destinations(self, stream: Stream, fact: Fact | Written, key: str) -> list[tuple[str, int]]:
        count, kind = self._context.partitions, fact.kind if isinstance(fact, Written) else type(fact)
        if kind is DayOpened:
            return [(topic, p) for topic in kind.TOPICS for p in range(partition_count(topic, count))]
        topic = kind.TOPICS[0]
        if kind is RequestRefused:
            topic = events_topic(self._context.service.name)
        elif kind is MessageParked:
            topic = f"{self._context.service.name}.dead"
        if TOPICS[topic].follows_key:
            return [(topic, stream.partition)]
        return [(topic, partition_of(key, partition_count(topic, count)))]


def _not_too_large(value: bytes) -> None:
    if len(value) > MAX_BODY_BYTES:
        raise TooLargeError(f"{len(value)} bytes are more than the {MAX_BODY_BYTES} of a record")


def _refused(request: Message, code: str) -> RequestRefused:
    return RequestRefused(
        subject_id=request.key,
        request_id=request.id,
        request_type=request.type,
        node_id=request.source,
        code=code,
    )
