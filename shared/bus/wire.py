"""The wire form: CloudEvents 1.0 in Kafka's binary mode, body JSON.

Attributes are headers `ce_…`; extensions: `causationid` (the message that led to this one), `correlationid`
(the whole case), `traceparent`, `after` (positions to wait for), `position` (of an answer's facts),
`validuntil`; and on facts `stream`, `sequence`, `previous`, which let a reader see repeats and gaps, and
`steps`, by which a service that lost its database decides again in the order of before.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import ValidationError

from shared.bus.message import Message, Position, Written
from shared.bus.outside import foreign
from shared.bus.outside.envelope import Headers, fault_of, read_envelope, without_body
from shared.bus.topics import TOPICS
from shared.findings import Finding, words_of
from shared.messages.answer import Answer
from shared.messages.body import Body
from shared.messages.enrollment.registers import DayOpened
from shared.messages.wire_types import ANSWER_TYPE, TYPES

MAX_BODY_BYTES = 900_000  # the broker's limit is 1 MiB for a record with its headers
_MAX_PARTITION, _MAX_SEQUENCE = 2**31, 2**63  # exclusive; what the tables hold
SKIPPED = "SKIPPED"
STEPS = "ce_steps"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,100}")  # of a stream or topic
_DIGITS = re.compile(r"[0-9]{1,19}")
_DAY, _OPENS_DAYS = DayOpened.wire_type(), re.compile(r"enrollment/registry\.commands/[0-9]{1,5}")
_FIXED = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


class Record(NamedTuple):
    """What goes to Kafka as one record."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Raw(NamedTuple):
    """A record as it came from Kafka, or as a table kept it."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int
    envelope_weight: int = 0

    @property
    def weight(self) -> int:
        """The record's bytes: those of its body and, if it came from Kafka, those of its key and headers."""
        return len(self.value or b"") + self.envelope_weight


class Undecoded(Body):
    """Stands in for a body that could not be read; `code` and `where` say why."""

    code: str
    where: str = ""


_UNREAD = Undecoded(code="UNREAD")


def decode(raw: Raw) -> Message:
    """Decodes a record into a message; a body that cannot be read becomes `Undecoded`, with a code.

    `JUNK` means that the envelope itself cannot be read, so that nobody can be answered. Raises nothing, so
    that a bad record does not stop the records behind it.
    """
    try:
        return _decode(raw)
    except Exception as error:
        return _junk(raw, f"cannot be read: {type(error).__name__}")


def _decode(raw: Raw) -> Message:
    attributes, data, fault = read_envelope(raw.headers, raw.value)
    try:
        key = raw.key.decode() if raw.key else ""
        if fault := fault or fault_of(attributes, key):
            return _faulty(raw, attributes, fault)
        message = _message(raw, attributes, key)
    except UnicodeDecodeError:
        return _faulty(raw, attributes, fault or "key: no text")
    except ValueError as error:
        return _faulty(raw, attributes, str(error))
    message.body = decode_body(message.type, data)
    fault = foreign.fault_of(message)  # it also hides a name that stands where an id should
    if fault and not message.stream:  # facts of our services may quote an id that a node sent
        message.body = Undecoded(code=foreign.INVALID_ID, where=fault)
    return message


def _message(raw: Raw, attributes: Mapping[str, str], key: str) -> Message:
    """The message of a good envelope, its body not read yet. Raises ValueError for a number that is none."""
    get = attributes.get
    stream = _trusted_stream(raw.topic, get("ce_stream", ""), attributes["ce_type"])
    return Message(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=key,
        source=attributes["ce_source"],
        id=attributes["ce_id"],
        type=attributes["ce_type"],
        body=_UNREAD,
        raw=raw,
        value=raw.value or b"",
        correlation_id=get("ce_correlationid", ""),
        causation_id=get("ce_causationid", ""),
        time=get("ce_time", ""),
        valid_until=get("ce_validuntil", ""),
        trace_parent=get("ce_traceparent", ""),
        after=_after(attributes["ce_after"]) if "ce_after" in attributes else (),
        stream=stream,
        sequence=_number(attributes, "ce_sequence") if stream else 0,
        previous=_number(attributes, "ce_previous") if stream else 0,
        timestamp_ms=raw.timestamp_ms,
    )


def _number(attributes: Mapping[str, str], name: str) -> int:
    """Reads a sequence number; 0 if there is none. Raises ValueError if it does not fit its column."""
    text = attributes.get(name)
    if text is None:
        return 0
    if not _DIGITS.fullmatch(text) or int(text) >= _MAX_SEQUENCE:
        raise ValueError(f"{name}: no number that it may have")
    return int(text)


def _after(text: str) -> tuple[Position, ...]:
    try:
        if foreign.names_person(text):
            raise ValueError(text)
        return parse_positions(text)
    except (ValueError, IndexError) as error:
        raise ValueError("ce_after: `stream topic partition sequence`, several with commas") from error


def _faulty(raw: Raw, attributes: Mapping[str, str], reason: str) -> Message:
    """The message of a bad envelope: a request whose node and id can be read is refused, all else is junk."""
    message, topic = _junk(raw, reason), TOPICS.get(raw.topic)
    source, id = attributes.get("ce_source"), attributes.get("ce_id")
    if topic and topic.asks and source and id:
        message.source, message.id = foreign.shortened(source), foreign.shortened(id)
        message.type = foreign.shortened(attributes.get("ce_type", ""))
        message.body = Undecoded(code="INVALID_ENVELOPE", where=reason[:200])
    return message


def _trusted_stream(topic: str, stream: str, wire_type: str) -> str:
    """Gives a fact's stream; "" on a topic where nodes write, unless it is a day mark of enrollment."""
    declared = TOPICS.get(topic)
    is_mark = wire_type == _DAY and _OPENS_DAYS.fullmatch(stream)
    return "" if declared and declared.asks and not is_mark else stream


def _junk(raw: Raw, reason: str) -> Message:
    key = (raw.key or b"").decode(errors="replace").replace("\0", "\ufffd")
    body = Undecoded(code="JUNK", where=foreign.unquoted(reason)[:200])
    return Message(
        raw.topic,
        raw.partition,
        raw.offset,
        foreign.shortened(key),
        "",
        "",
        "",
        body,
        raw=raw,
        value=raw.value or b"",
    )


def decode_body(wire_type: str, value: bytes | None) -> Body:
    """Decodes a body by its wire type; `Undecoded` names the first fault and its place."""
    kind = TYPES.get(wire_type)
    if kind is None:
        return Undecoded(code="UNKNOWN_TYPE", where=foreign.masked(wire_type)[:80])
    if value and b"\\u0000" in value:  # PostgreSQL keeps no zero character
        return Undecoded(code="INVALID_FIELD", where="零字符 / a zero character")
    try:
        return kind.model_validate_json(value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return Undecoded(code="NOT_JSON", where=first["msg"][:120])
        told = Finding(foreign.place_of(first["loc"]), *words_of(first))
        return Undecoded(code="INVALID_FIELD", where=str(told)[:200])


def skipped(raw: Raw, because: str) -> Message:
    """The message of a record to step over, as an operator said: its envelope is decoded, its body is not."""
    message = decode(raw._replace(value=without_body(raw.headers, raw.value)))
    message.raw, message.value = raw, raw.value or b""
    message.body = Undecoded(code=SKIPPED, where=because[:200])
    return message


def is_skipped(message: Message) -> bool:
    """Whether the message is a record that an operator has the stream step over."""
    return type(message.body) is Undecoded and message.body.code == SKIPPED


def parse_positions(text: str) -> tuple[Position, ...]:
    """Parses the positions in a header, which are comma-separated. Raises ValueError, IndexError."""
    if not text:
        return ()
    parts = [item.split() for item in text.split(",")]
    positions = tuple(Position(p[0], p[1], int(p[2]), int(p[3])) for p in parts)
    for position in positions:
        if not (_NAME.fullmatch(position.stream) and _NAME.fullmatch(position.topic)):
            raise ValueError("no such position")
        if not (0 <= position.partition < _MAX_PARTITION and 0 <= position.sequence < _MAX_SEQUENCE):
            raise ValueError("no such position")
    return positions


def format_positions(positions: Iterable[Position]) -> str:
    """The header form of positions."""
    return ",".join(str(position) for position in positions)


def encode_request(
    body: Body,
    *,
    id: str,
    source: str,
    time: str,
    correlation_id: str = "",
    after: str = "",
    valid_until: str = "",
    trace_parent: str = "",
) -> Record:
    """Encodes a request as a node sends it; its class has validated the body, without unknown fields."""
    headers = [
        *_FIXED,
        ("ce_id", id.encode()),
        ("ce_type", body.wire_type().encode()),
        ("ce_source", source.encode()),
        ("ce_time", time.encode()),
        ("ce_correlationid", (correlation_id or id).encode()),
    ]
    optional = (("ce_after", after), ("ce_validuntil", valid_until), ("ce_traceparent", trace_parent))
    headers += [(name, value.encode()) for name, value in optional if value]
    return Record(body.key.encode(), body.__pydantic_serializer__.to_json(body), headers)


def encode_fact(
    body: Body | Written, cause: Message, *, id: str, service: str, time: bytes, key: str
) -> Record:
    """Encodes a fact without stream and sequence numbers, which the outbox adds when it packs its pages."""
    headers = [
        *_FIXED,
        ("ce_id", id.encode()),
        ("ce_type", body.wire_type().encode()),
        ("ce_source", service.encode()),
        ("ce_time", time),
        ("ce_causationid", cause.id.encode()),
        ("ce_correlationid", (cause.correlation_id or cause.id).encode()),
    ]
    if cause.trace_parent:
        headers.append(("ce_traceparent", cause.trace_parent.encode()))
    value = body.value if isinstance(body, Written) else body.__pydantic_serializer__.to_json(body)
    return Record(key.encode(), value, headers)


def encode_answer(body: bytes, request: Message, *, service: str, time: bytes, position: str) -> Record:
    """The answer to a request; its causation id is the request's id, which is also the record's key."""
    headers = [
        *_FIXED,
        ("ce_id", request.derive("answer").encode()),
        ("ce_type", ANSWER_TYPE.encode()),
        ("ce_source", service.encode()),
        ("ce_time", time),
        ("ce_causationid", request.id.encode()),
        ("ce_correlationid", (request.correlation_id or request.id).encode()),
    ]
    if position:
        headers.append(("ce_position", position.encode()))
    if request.trace_parent:
        headers.append(("ce_traceparent", request.trace_parent.encode()))
    return Record(request.id.encode(), body, headers)


def answer_bytes(answer: Answer) -> bytes:
    """The body of an answer."""
    return answer.__pydantic_serializer__.to_json(answer)
