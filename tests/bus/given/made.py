"""Messages and streams made by hand, for the pure parts of the shell."""

import json
from datetime import UTC, date, datetime
from typing import Any

from shared.bus.message import Message
from shared.bus.outside.envelope import Headers
from shared.bus.stream import Stream
from shared.bus.wire import Raw, decode, encode_fact, encode_request
from shared.messages.body import Body, DayReached, Fact
from shared.messages.enrollment.registers import DayOpened, NodeRegistered
from tests.bus.given.scene import NODE, filing

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def raw(value: bytes | None, headers: Headers, *, offset: int = 0, key: bytes | None = b"P1") -> Raw:
    """A record of `realtime.filings`."""
    return Raw("realtime.filings", 0, offset, key, value, headers, 0)  # type: ignore[arg-type]


def request(
    id: str,
    body: Body | None = None,
    *,
    offset: int = 0,
    source: str = NODE,
    length: int = 0,
    **envelope: str,
) -> Message:
    """A request as it is read from `realtime.filings`, with blanks after it up to so many bytes."""
    record = encode_request(body or filing("f1"), id=id, source=source, time=NOW.isoformat(), **envelope)
    value = record.value.ljust(length)
    return decode(raw(value, record.headers, offset=offset, key=record.key))


def fact(
    offset: int,
    sequence: int,
    previous: int,
    body: Fact | None = None,
    *,
    stream: str = "enrollment/registry.commands/0",
    topic: str = "enrollment.events",
) -> Message:
    """A fact as it is read from a topic of ours."""
    body = body or NodeRegistered(node_id="n1", name="n1", kind="hospital")
    cause = Message("registry.commands", 0, 0, "", "operator", "c1", "", Body())
    service = stream.partition("/")[0] or "enrollment"
    record = encode_fact(
        body, cause, id=f"{stream}:{sequence}", service=service, time=b"2026-03-02T01:00:00Z", key=body.key
    )
    numbers = (("ce_stream", stream), ("ce_sequence", sequence), ("ce_previous", previous))
    headers = [*record.headers, *((name, str(value).encode()) for name, value in numbers)]
    return decode(Raw(topic, 0, offset, record.key, record.value, headers, 0))


def opened(day: date) -> DayOpened:
    """A business day begins."""
    return DayOpened(opened_on=day, is_working_day=True, working_day_number=1)


def reached(stream: str, day: date) -> DayReached:
    """A stream has passed a day."""
    return DayReached(stream=stream, reached_on=day)


def stream_of(*messages: Message, topic: str = "realtime.filings", **known: Any) -> Stream:
    """A stream of referral that was never moved, with this in its backlog."""
    fields: dict[str, Any] = {"turn": 0, "next_offset": 0, "day": None, "passed": None, "relayed": 0}
    fields |= {"sequence": 0, "sources": ()}
    stream = Stream(topic, 0, f"referral/{topic}/0", **{**fields, **known})
    stream.backlog.extend(message.raw for message in messages)
    return stream


def changed(**fields: Any) -> bytes:
    """A filing with fields put in, or taken out by None."""
    body = {**json.loads(filing("f1").model_dump_json()), **fields}
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()
