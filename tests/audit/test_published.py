"""A root counts only as audit itself has said it: in its stream, in its place, as its outbox has it."""

from datetime import date
from typing import Any

import pytest

from services.audit.check.published import PublishedRoots
from services.audit.model import Root
from services.audit.store.supervision import Said
from shared.bus.message import Message
from shared.bus.turn.outbox import pack
from shared.bus.wire import Record
from shared.messages.audit.trail import RootSealed
from tests.audit.given.facts import march

STREAM = "audit/daily.costs/0"
TRUE, FALSE = "aa" * 32, "bb" * 32


def sealed(day: int, root: str = TRUE) -> RootSealed:
    """A day's root as it is told."""
    return RootSealed(sealed_on=march(day), root=root, records=1)


def said(day: int, sequence: int, root: str = TRUE, **changes: Any) -> Message:
    """A root in the log, as the nth fact of its stream."""
    body = sealed(day, root)
    fields: dict[str, Any] = {"stream": STREAM, "sequence": sequence, "previous": sequence - 1}
    message = Message("audit.events", 0, sequence, "days", "audit", "r", body.wire_type(), body, **fields)
    message.value = body.model_dump_json().encode()
    for name, value in changes.items():
        setattr(message, name, value)
    return message


def page(day: int, sequence: int, relayed: bool = True) -> Said:
    """A root as the outbox keeps it."""
    body = sealed(day)
    record = Record(b"days", body.model_dump_json().encode(), [("ce_type", body.wire_type().encode())])
    return Said(STREAM, sequence, pack([record]), relayed)


def check(
    log: list[Message],
    held: dict[date, str],
    pages: tuple[Said, ...] = (),
    reached: int = 2,
    lost_until: date | None = None,
    end: int = 9,
) -> list[tuple[str, str]]:
    """What is wrong with a log whose stream has said so many facts, beside the roots held.

    Its partitions had no more than `end` records when that was read; each stands here in its place.
    """
    found = PublishedRoots([end, end], {STREAM: {0: reached}}, pages)
    for message in log:
        found.add(message)
    roots = {day: Root(day, bytes.fromhex(root), 1) for day, root in held.items()}
    return [(fault.code, fault.differs) for fault in found.compare(roots, lost_until)]


BOTH = {march(2): TRUE, march(3): TRUE}
FIRST, SECOND = said(2, 1), said(3, 2)
# fmt: off
STRANGERS = [
    ("beyond what was said", said(3, 3, FALSE)),
    ("from another service", said(3, 2, FALSE, source="clearing")),
    ("without a stream", said(3, 0, FALSE, stream="")),
    ("of no stream of audit", said(3, 1, FALSE, stream="audit/no.such/0")),
    ("with a gap", said(3, 2, FALSE, previous=0)),
    ("a day once more", said(2, 2, FALSE)),
    ("in another partition", said(3, 2, FALSE, partition=1)),
]
# fmt: on


def test_roots_as_they_were_said_are_whole_also_if_sent_twice() -> None:
    assert check([FIRST, SECOND], BOTH) == []
    assert check([FIRST, FIRST, SECOND, SECOND], BOTH) == []


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize("stranger", [s[1] for s in STRANGERS], ids=[s[0] for s in STRANGERS])
def test_a_root_that_audit_never_said_is_named_and_does_not_count(stranger: Message) -> None:
    day = stranger.body.sealed_on  # type: ignore[attr-defined]
    held = BOTH | {day: FALSE}
    found = check([FIRST, stranger], held)
    assert ("ROOT_FOREIGN", f"{day} root") in found
    assert ("ROOT_DIFFERS", f"{day} root") in found


def test_a_root_is_what_the_outbox_has_while_it_keeps_it() -> None:
    forged = [FIRST, said(3, 2, FALSE)]
    held = BOTH | {march(3): FALSE}
    assert check(forged, held) == []
    assert ("ROOT_FOREIGN", "2026-03-03 root") in check(forged, held, (page(3, 2),))


def test_a_root_must_be_published_unless_it_is_on_its_way() -> None:
    assert check([FIRST], BOTH) == [("ROOT_DIFFERS", "2026-03-03 root")]
    assert check([], BOTH) == [("ROOT_DIFFERS", "2026-03-02 root"), ("ROOT_DIFFERS", "2026-03-03 root")]
    assert check([FIRST], BOTH, (page(3, 2, relayed=False),)) == []


def test_a_root_told_while_the_trail_is_looked_at_is_left_to_the_next_verification() -> None:
    held = {march(2): TRUE}
    assert check([FIRST, SECOND], held, reached=1, end=2) == []
    assert ("ROOT_FOREIGN", "2026-03-03 root") in check([FIRST, SECOND], held, reached=1, end=3)
    assert ("ROOT_FOREIGN", "2026-03-02 root") in check([FIRST, said(2, 1, FALSE)], held, reached=1, end=1)


def test_roots_that_went_with_a_lost_broker_are_those_that_were_kept() -> None:
    assert check([SECOND], BOTH, lost_until=march(2)) == []
    assert check([SECOND], BOTH) == [("ROOT_DIFFERS", "2026-03-02 root")]
