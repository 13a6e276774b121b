"""A transaction as the gateway keeps it (留存报文): what was asked, what it has asked the bus, its reply."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import simplejson

from shared.bus.client.unanswered import Asked
from shared.gateway.forms.envelope import Envelope

State = Literal["waiting", "done", "reversed"]


class Kept(NamedTuple):
    """One row: `lane` is whose order it keeps (a person's, or the institution's); `reply` once it is done.

    `until`: what a desk waits for takes no effect after it.
    """

    msgid: str
    infno: str
    lane: str
    digest: str
    body: str
    received_at: str
    until: str
    asked: tuple[Asked, ...] = ()
    state: State = "waiting"
    reply: str = ""

    @property
    def received(self) -> datetime:
        """When it came."""
        return datetime.fromisoformat(self.received_at)

    def is_late(self, now: datetime) -> bool:
        """Whether who asked has gone."""
        return now > datetime.fromisoformat(self.until)


def keep(envelope: Envelope, received: datetime, patience_s: float) -> Kept:
    """A new row; two bodies are one if transaction and input are the same."""
    body = write(envelope.model_dump(mode="python"))
    told = write({"infno": envelope.infno, "input": envelope.input})
    digest = sha256(told.encode()).hexdigest()
    lane = named(envelope, "psn_no") or envelope.fixmedins_code
    until = received + timedelta(seconds=patience_s)
    times = (received.isoformat(), until.isoformat())
    return Kept(envelope.msgid, envelope.infno, lane, digest, body, *times)


def named(envelope: Envelope, field: str) -> str:
    """A field of the input, in whichever of its nodes it stands; "" where it is not there."""
    for node in envelope.input.values():
        first = node[0] if isinstance(node, list) and node else node
        if isinstance(first, dict) and isinstance(first.get(field), str):
            return str(first[field])
    return ""


def write(value: Any) -> str:
    """A value as JSON; amounts are numbers with their decimals, never floats."""
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, sort_keys=True)
    return text


def read(text: str) -> Any:
    """JSON with its numbers exact: int or Decimal."""
    return simplejson.loads(text, use_decimal=True)
