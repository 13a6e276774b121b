"""What the trail keeps of a body: its case's ids, its outcome, its deadline. Never a person's id or text.

The ids come from the message classes: every field that ends in `_id` names the case, unless UNFOUND says why
not. They are pseudonyms that mean nothing outside and make a case traceable through all services.

    mentions   hexadecimal SHA-256 of the ids that stand deeper in the body (lines of a batch), sorted, one a
               line: so the index of the trail can be proved from the trail alone
    deadline   class, subject, party, area, due day and day of the exchange that the body reports
    payment    which words of a statement's payment a fact of clearing sets
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple, get_args

from services.audit.rules.deadlines import exchange_of, write_exchange
from services.audit.rules.payments import FOLLOWED, write_payment
from services.audit.rules.trail import ADOPTED
from shared.bus.message import Message
from shared.messages.body import Body, DayReached, MessageParked, RequestRefused
from shared.messages.enrollment.registers import DayOpened
from shared.messages.referral.filings import FilingEnded
from shared.messages.referral.reviews import FilingReviewed
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.visits import CostsUploaded

UNFOUND = {  # fields that are ids, and why no case is found by them
    "person_id": "the trail names no person",
    "credential_id": "a hash of what a person shows, so as good as the person's",
    "subject_id": "a record's key, which may be a person's",
    "institution_id": "a place, of thousands of cases",
    "center_id": "a place, of thousands of cases",
    "node_id": "a sender, of thousands of cases; it stands in the envelope",
    "agreement_id": "terms, of thousands of cases",
    "policy_id": "terms, of thousands of cases",
}
LONGEST_ID = 128  # a longer one cannot be looked up; the record itself is kept whole

_OUTCOMES: dict[type[Body], Callable[[Body], str]] = {
    RequestRefused: attrgetter("code"),
    MessageParked: lambda parked: parked.reason.partition(" ")[0][:40],  # type: ignore[attr-defined]
    FilingEnded: attrgetter("reason"),
    FilingReviewed: attrgetter("conclusion"),
    CasePageReceived: lambda page: "late" if page.late else "in time",  # type: ignore[attr-defined]
    CostsUploaded: lambda costs: "late" if costs.late else "in time",  # type: ignore[attr-defined]
}
_UNMENTIONED = frozenset((DayOpened.wire_type(), DayReached.wire_type(), ADOPTED))


class _Plan(NamedTuple):
    """Where a class has ids: its own fields, and the fields that hold bodies with ids."""

    names: tuple[str, ...]
    deeper: tuple[str, ...]


def is_case_id(name: str) -> bool:
    """Whether a field of this name names a case."""
    return name.endswith("_id") and name not in UNFOUND


def bodies_in(annotation: Any) -> Iterator[type[Body]]:
    """The classes of body that a field of this type may hold."""
    if isinstance(annotation, type) and issubclass(annotation, Body):
        yield annotation
    for argument in get_args(annotation):
        yield from bodies_in(argument)


@cache
def _plan(kind: type[Body]) -> _Plan:
    fields = kind.model_fields.items()
    deeper = (name for name, field in fields if any(map(_has_ids, bodies_in(field.annotation))))
    return _Plan(tuple(name for name, _ in fields if is_case_id(name)), tuple(deeper))


def _has_ids(kind: type[Body]) -> bool:
    return any(_plan(kind))


def gist_of(body: Body) -> dict[str, str]:
    """What is kept of a body; empty for one that could not be read."""
    kind = type(body)
    names, deeper = _plan(kind)
    gist = {name: value for name in names if (value := getattr(body, name))}
    outcome = _OUTCOMES.get(kind)
    if outcome:
        gist["outcome"] = outcome(body)
    if deeper:
        gist["mentions"] = digest_of(_deeper_ids(body))
    if exchange := exchange_of(body):
        gist["deadline"] = write_exchange(exchange)
    elif kind in FOLLOWED:
        gist["payment"] = write_payment(body)
    return gist


def _deeper_ids(body: Body) -> set[str]:
    found: set[str] = set()
    for name in _plan(type(body)).deeper:
        held = getattr(body, name)
        for inner in held if isinstance(held, tuple) else (held,):
            if inner is not None:
                found |= _ids(inner) | _deeper_ids(inner)
    return found


def _ids(body: Body) -> set[str]:
    return {value for name in _plan(type(body)).names if (value := getattr(body, name))}


def digest_of(ids: Iterable[str]) -> str:
    """The digest of ids that stand deeper in a body."""
    return sha256("\n".join(sorted(ids)).encode()).hexdigest()


def mentions_of(message: Message, gist: Mapping[str, str]) -> tuple[str, ...]:
    """The ids a message is found by: those of its envelope and gist, then those deeper in its body."""
    named = named_by(message.type, message.id, message.correlation_id or message.causation_id, gist)
    return (*named, *_deeper_ids(message.body)) if "mentions" in gist else named


def named_by(wire_type: str, id: str, case: str, gist: Mapping[str, str]) -> tuple[str, ...]:
    """The ids that an envelope and its gist name; none for marks of days and topics, which have no case.

    The message that led to it is found through the case that both are of.
    """
    if wire_type in _UNMENTIONED:
        return ()
    ids = {id, case, *(value for name, value in gist.items() if is_case_id(name))}
    return tuple(id for id in ids if id and len(id) <= LONGEST_ID and "\0" not in id)
