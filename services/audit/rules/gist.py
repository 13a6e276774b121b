"""What the trail keeps of a body: the business ids it names, and its outcome. Never a person's id or text.

The ids make a case traceable through all services; they are pseudonyms that mean nothing outside.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter

from shared.bus.message import Message
from shared.messages.body import Body, DayReached, MessageParked, RequestRefused
from shared.messages.clearing import AdvanceReviewed, BatchChunk, ClaimAdvances
from shared.messages.enrollment import DayOpened
from shared.messages.referral import FilingEnded
from shared.messages.registry import TYPES
from shared.messages.settlement import CasePageReceived, CostsUploaded

IDS = (
    "visit_id",
    "settlement_id",
    "filing_id",
    "statement_id",
    "upload_id",
    "claim_id",
    "page_id",
    "case_id",
    "reversal_id",
    "original_id",
    "request_id",
    "order_id",
)
LONGEST_ID = 128  # a longer one cannot be looked up; the record itself is kept whole

_NESTED: dict[type[Body], Callable[[Body], Iterable[Body]]] = {
    BatchChunk: attrgetter("lines"),
    ClaimAdvances: attrgetter("lines"),
    AdvanceReviewed: attrgetter("verdicts"),
}
_OUTCOMES: dict[type[Body], Callable[[Body], str]] = {
    RequestRefused: attrgetter("code"),
    MessageParked: lambda parked: parked.reason.partition(" ")[0][:40],  # type: ignore[attr-defined]
    FilingEnded: attrgetter("reason"),
    CasePageReceived: lambda page: "late" if page.late else "in time",  # type: ignore[attr-defined]
    CostsUploaded: lambda costs: "late" if costs.late else "in time",  # type: ignore[attr-defined]
}
_NAMES: dict[type[Body], tuple[str, ...]] = {
    kind: tuple(name for name in IDS if name in kind.model_fields) for kind in TYPES.values()
}
_UNMENTIONED = frozenset((DayOpened, DayReached))


def gist_of(body: Body) -> dict[str, str]:
    """The ids a body names and its outcome; empty for a body that could not be read."""
    kind = type(body)
    gist = {name: value for name in _NAMES.get(kind, ()) if (value := getattr(body, name))}
    outcome = _OUTCOMES.get(kind)
    if outcome:
        gist["outcome"] = outcome(body)
    return gist


def mentions_of(message: Message, gist: dict[str, str]) -> tuple[str, ...]:
    """The ids a message is found by; none for the marks of days, which belong to no case.

    The message that led to it is found through the case that both are of.
    """
    kind = type(message.body)
    if kind in _UNMENTIONED:
        return ()
    ids = {message.id, message.correlation_id or message.causation_id}
    ids.update(value for name, value in gist.items() if name != "outcome")
    nested = _NESTED.get(kind)
    if nested:
        ids.update(line.settlement_id for line in nested(message.body))  # type: ignore[attr-defined]
    return tuple(id for id in ids if id and len(id) <= LONGEST_ID and "\0" not in id)
