"""What was seen of a case (所见): the requests, the services' answers, what the desk was told. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.bus.outside.envelope import read_envelope
from shared.bus.outside.foreign import shortened
from shared.bus.wire import Raw
from shared.messages.wire_types import ANSWER_TYPE

TRY_AGAIN = "TRY_AGAIN"


class Asked(NamedTuple):
    """A request as it came on the vendor's broker; `kind` is its type without prefix and version."""

    sitting: int
    topic: str
    partition: int
    key: str
    id: str
    kind: str
    source: str
    body: Mapping[str, Any]


class Answered(NamedTuple):
    """An answer of a service, whether it was handed on or not; `id` names the request."""

    id: str
    outcome: str
    code: str
    where: str
    result: Mapping[str, Any]


class Telling(NamedTuple):
    """What the desk was told in a sitting: whether all went through, and amounts by step, none if by hand.

    `shown`: the adapter's last words. `broke_off`: how it ended other than by itself, "" if it did; its exit
    code alone says that the desk was told. `killed`: we have killed it, as the case says.
    """

    went_through: bool
    amounts: Mapping[int, Mapping[str, Any]] | None
    shown: str = ""
    broke_off: str = ""
    killed: bool = False

    def after(self, killed: "Telling") -> "Telling":
        """This telling of an adapter that was started again, with what it had told before it was killed."""
        if self.amounts is None:
            return self
        return self._replace(amounts={**(killed.amounts or {}), **self.amounts})


class Seen(NamedTuple):
    """All that was seen of a case; `visits`: how each stood at the end, by its letter, None if unknown.

    `unlucky`: whether the case's bad luck came about. `documents`: what the adapter was given, by sitting.
    """

    asked: tuple[Asked, ...]
    answered: tuple[Answered, ...]
    tellings: tuple[Telling, ...]
    visits: Mapping[str, Mapping[str, Any] | None]
    partitions: int
    unlucky: bool
    documents: tuple[Mapping[str, Any], ...] = ()

    def first_answers(self) -> dict[str, Answered]:
        """The first answer by the request's id; one that only asked to come again does not count."""
        counted = (one for one in self.answered if one.code != TRY_AGAIN)
        return {one.id: one for one in reversed(list(counted))}

    def accepted(self, sitting: int | None = None) -> Iterator[tuple[Asked, Answered]]:
        """Each request that took effect, once, with its answer; of one sitting, or of all."""
        answers, told = self.first_answers(), set[str]()
        for one in self.asked:
            answer = answers.get(one.id)
            if answer is None or answer.outcome != "accepted" or one.id in told:
                continue
            told.add(one.id)
            if sitting in (None, one.sitting):
                yield one, answer


def read_asked(raw: Raw, sitting: int) -> Asked:
    """A record of the vendor's as a request; what cannot be read of it is empty."""
    attributes, data, _ = read_envelope(raw.headers, raw.value)
    get = attributes.get
    return Asked(
        sitting=sitting,
        topic=raw.topic,
        partition=raw.partition,
        key=(raw.key or b"").decode(errors="replace"),
        id=shortened(get("ce_id", "")),
        kind=short(get("ce_type", "")),
        source=get("ce_source", ""),
        body=_object(data),
    )


def read_answer(raw: Raw) -> Answered | None:
    """A record of the reply topic as an answer; None if it is a notice."""
    attributes, data, _ = read_envelope(raw.headers, raw.value)
    if attributes.get("ce_type") != ANSWER_TYPE:
        return None
    body = _object(data)
    outcome, code, where = (str(body.get(name, "")) for name in ("outcome", "code", "where"))
    return Answered(attributes.get("ce_causationid", ""), outcome, code, where, body.get("result") or {})


def short(wire_type: str) -> str:
    """`SettleVisit` of `yidi.SettleVisit.v1`."""
    parts = wire_type.split(".")
    return parts[1] if len(parts) == 3 else wire_type


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
