"""A transaction as the gateway keeps it (留存报文): what was asked, what it has asked the bus, its reply."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import simplejson

from shared.bus.client.unanswered import Asked
from shared.gateway.forms.envelope import Envelope

State = Literal["waiting", "done", "reversed"]


class Entry(NamedTuple):
    """One step of a transaction: what it asked, if that changes anything; the answer, once it is known.

    Run again after a crash, a transaction is given the answers that it had, and so does what it did before.
    """

    asked: Asked | None
    answer: str = ""


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
    journal: tuple[Entry, ...] = ()
    state: State = "waiting"
    reply: str = ""

    @property
    def received(self) -> datetime:
        """When it came."""
        return datetime.fromisoformat(self.received_at)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What it has asked the bus that changes anything, in order."""
        return tuple(entry.asked for entry in self.journal if entry.asked)

    def left_s(self, now: datetime) -> float:
        """How many seconds who asked still waits; below 0: they have gone."""
        return (datetime.fromisoformat(self.until) - now).total_seconds()


def keep(envelope: Envelope, lane: str, received: datetime, patience_s: float) -> Kept:
    """A new row; two bodies are one if transaction and input are the same."""
    body = write(envelope.model_dump(mode="python"))
    told = write({"infno": envelope.infno, "input": envelope.input})
    digest = sha256(told.encode()).hexdigest()
    until = received + timedelta(seconds=patience_s)
    times = (received.isoformat(), until.isoformat())
    return Kept(envelope.msgid, envelope.infno, lane, digest, body, *times)


def write(value: Any) -> str:
    """A value as JSON; amounts are numbers with their decimals, never floats."""
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, sort_keys=True)
    return text


def read(text: str) -> Any:
    """JSON with its numbers exact: int or Decimal. Raises ValueError, also for what is no text."""
    value = simplejson.loads(text, use_decimal=True)
    write(value).encode()  # half a character, written as an escape, is none
    return value
