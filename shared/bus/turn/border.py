"""The border: what the shell itself checks of a message before any rule sees it. Pure.

It refuses a request that cannot be read or is in the wrong place, answers one that was decided before, holds
a message that has to wait, and parks one whose sender cannot be answered. Bad input gets one clear answer and
changes nothing.
"""

from collections.abc import Container, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from shared.bus.message import Message, Original, Position
from shared.bus.partition import partition_of, place_of
from shared.bus.store import Decided
from shared.bus.stream import Line
from shared.bus.turn.lines import is_request, lines_of, waits
from shared.bus.wire import MAX_BODY_BYTES, SKIPPED, Undecoded, answer_bytes
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Body, CancelRequest, Paged, QueryOutcome
from shared.messages.outcomes import Cancelled
from shared.messages.wire_types import REQUESTS

CANCELLED_TYPE = ""  # the type of an inbox row whose request was cancelled before it came


@dataclass(slots=True)
class Verdict:
    """What happens to a message: decided by a rule, answered here, held, or parked."""

    way: Literal["decide", "answer", "hold", "park"]
    reason: str = ""
    detail: str = ""
    answer: Answer | None = None
    stored: Decided | None = None  # a first answer to give again
    first: bool = False  # whether `answer` may be the first answer, to be kept
    cancels: str = ""  # the id of a request not heard yet, which shall never take effect


_DECIDE = Verdict("decide")


@dataclass(slots=True)
class Border:
    """What is known at the border of one turn."""

    hears_all: bool
    nodes: Container[str]
    decided: Mapping[tuple[str, str], Decided]
    heard: Container[Position]  # those awaited positions that this service has heard or never reads
    now: datetime
    partitions: int

    def check(self, message: Message, waiting: Set[Line]) -> Verdict:
        """Gives the verdict on one message; `waiting` are the lines that earlier messages hold back."""
        if self.hears_all:
            return _DECIDE
        if type(message.body) is Undecoded and message.body.code == SKIPPED:
            return Verdict("park", SKIPPED, message.body.where)
        if not is_request(message):
            return self._fact(message, waiting)
        return (
            self._repeat(message)
            or self._refusal(message)
            or self._wait(message, waiting)
            or self._own(message)
        )

    def _fact(self, message: Message, waiting: Set[Line]) -> Verdict:
        if _is_behind(message, waiting):
            return Verdict("hold", "BEHIND")
        if type(message.body) is Undecoded:
            return Verdict("park", message.body.code, message.body.where)
        return _DECIDE

    def _repeat(self, message: Message) -> Verdict | None:
        if message.source not in self.nodes or not message.id:
            return self._unanswerable(message)
        stored = self.decided.get((message.source, message.id))
        if stored is None:
            return None
        if stored.type == CANCELLED_TYPE:
            return Verdict("answer", "CANCELLED", answer=refuse("CANCELLED"))
        if stored.digest != digest(message):
            return Verdict("answer", "ID_REUSED", answer=refuse("ID_REUSED", message.id))
        return Verdict("answer", "REPEAT", stored=stored)

    def _unanswerable(self, message: Message) -> Verdict:
        if type(message.body) is Undecoded and not message.id:
            return Verdict("park", message.body.code, message.body.where)
        return Verdict("park", "UNKNOWN_NODE", message.source[:80])

    def _refusal(self, message: Message) -> Verdict | None:
        code, where = _fault(message, self.now, self.partitions)
        return Verdict("answer", code, answer=refuse(code, where), first=True) if code else None

    def _wait(self, message: Message, waiting: Set[Line]) -> Verdict | None:
        if _is_behind(message, waiting):
            return Verdict("hold", "BEHIND")
        if any(position not in self.heard for position in message.after):
            return Verdict("hold", "AWAITS")
        return None

    def _own(self, message: Message) -> Verdict:
        """Answers QueryOutcome and CancelRequest; only the cancelling of an accepted request is a rule's."""
        body = message.body
        if type(body) is QueryOutcome:
            stored = self.decided.get((message.source, body.original_id))
            if stored is None:
                return Verdict("answer", "QUERY", answer=refuse("UNKNOWN_ORIGINAL", body.original_id))
            return Verdict("answer", "QUERY", stored=stored)
        if type(body) is CancelRequest:
            return self._cancel(message, body)
        return _DECIDE

    def _cancel(self, message: Message, body: CancelRequest) -> Verdict:
        done = accept(Cancelled(original_id=body.original_id))
        stored = self.decided.get((message.source, body.original_id))
        if stored is None:
            return Verdict("answer", "CANCEL", answer=done, first=True, cancels=body.original_id)
        if stored.type == CANCELLED_TYPE or stored.code != "OK":
            return Verdict("answer", "CANCEL", answer=done, first=True)
        message.original = Original(body.original_id, stored.type, accepted=True)
        return _DECIDE


def _is_behind(message: Message, waiting: Set[Line]) -> bool:
    return bool(waiting) and any(waits(line, waiting) for line in lines_of(message))


def _fault(message: Message, now: datetime, partitions: int) -> tuple[str, str]:
    body = message.body
    if type(body) is Undecoded:
        return body.code, body.where
    if message.type not in REQUESTS or message.topic not in body.TOPICS:
        return "WRONG_TOPIC", f"{message.type} on {message.topic}; goes to {' or '.join(body.TOPICS)}"
    if (type(body) is QueryOutcome or type(body) is CancelRequest) and body.original_id == message.id:
        return "INVALID_FIELD", "original_id: names this very request"
    if message.key != body.key:
        return "WRONG_KEY", body.KEY
    if partition_of(message.key, partitions) != message.partition:
        return "WRONG_KEY", "partition: not that of the key (murmur2)"
    if elsewhere := _elsewhere(body, message.partition, partitions):
        return "WRONG_KEY", elsewhere
    if len(message.value) > MAX_BODY_BYTES:
        return "BODY_TOO_LARGE", f"{len(message.value)} > {MAX_BODY_BYTES}"
    return _lateness(message.valid_until, now) if message.valid_until else ("", "")


def _elsewhere(body: Body, partition: int, partitions: int) -> str:
    """Names the first row of a page that another partition orders; "" if there is none."""
    keys = body.row_keys if isinstance(body, Paged) else ()
    wrong = (number for number, key in enumerate(keys) if place_of(key, partitions) != partition)
    return next((f"rows.{number}: not of the page's partition (murmur2)" for number in wrong), "")


def _lateness(valid_until: str, now: datetime) -> tuple[str, str]:
    try:
        is_late = datetime.fromisoformat(valid_until) < now
    except (ValueError, TypeError):
        return "INVALID_ENVELOPE", "ce_validuntil: RFC 3339 with an offset"
    return ("EXPIRED", valid_until) if is_late else ("", "")


def digest(message: Message) -> bytes:
    """The fingerprint of a request's type and body: an id that comes again with another one is refused."""
    return blake2b(message.value, key=message.type.encode()[:64], digest_size=16).digest()


def try_again(where: str = "") -> Verdict:
    """An answer, not a first one, where awaited facts did not come in time or too many requests wait."""
    return Verdict("answer", "TRY_AGAIN", answer=refuse("TRY_AGAIN", where))


def decided_row(message: Message, code: str, answer: bytes, position: str) -> Decided:
    """The inbox row of a request and its first answer."""
    return Decided(message.source, message.id, message.type, digest(message), code, answer, position)


def cancelled_row(message: Message, original_id: str) -> Decided:
    """The inbox row of a request that was cancelled before it came."""
    answer = answer_bytes(refuse("CANCELLED"))
    return Decided(message.source, original_id, CANCELLED_TYPE, b"", "CANCELLED", answer, "")
