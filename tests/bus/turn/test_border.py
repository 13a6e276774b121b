"""The border's verdict on every kind of message: one answer, or aside, or to the rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.bus.message import Message, Position
from shared.bus.partition import partition_of
from shared.bus.store import Decided
from shared.bus.turn.border import Border, cancelled_row, decided_row, digest
from shared.bus.wire import MAX_BODY_BYTES, Undecoded, answer_bytes, decode
from shared.errors import REFUSALS, refuse
from shared.messages.answer import accept
from shared.messages.body import CancelRequest, QueryOutcome
from shared.messages.enrollment.register_pages import EnrollPersons
from shared.messages.enrollment.registers import EnrollPerson
from shared.messages.outcomes import Cancelled
from tests.bus.given.made import NOW, fact, raw, request
from tests.bus.given.scene import NODE, filing

SOON, PAST = ((NOW + timedelta(seconds=s)).isoformat() for s in (60, -60))
HEARD, UNHEARD = (f"enrollment/registry.commands/0 enrollment.events 0 {n}" for n in (5, 6))
QUERY = QueryOutcome(subject_id="P1", original_id="r0")
CANCEL = CancelRequest(subject_id="P1", original_id="r0")
ACCEPTED = answer_bytes(accept(Cancelled(original_id="x")))


def stored(message: Message, code: str = "OK") -> Decided:
    """A request that was decided before."""
    return decided_row(message, code, ACCEPTED, "")


def border(*decided: Decided, hears_all: bool = False) -> Border:
    """The border of a service that knows one node, one position and these first answers."""
    heard = {Position("enrollment/registry.commands/0", "enrollment.events", 0, 5)}
    return Border(hears_all, {NODE}, {(row.source, row.id): row for row in decided}, heard, NOW, 1)


def junk(key: str = "P1") -> Message:
    """A message of which nothing can be read."""
    return decode(raw(b"\xff", [], key=key.encode()))


def undecoded(code: str, *, of: Message) -> Message:
    """The same message with a body that cannot be read."""
    return replace(of, body=Undecoded(code=code, where="somewhere"))


DAY_ON_A_NODES_TOPIC = replace(request("r1"), type="yidi.DayOpened.v1")


@pytest.mark.requirement("HUB-21")
@pytest.mark.requirement("SET-35")
@pytest.mark.parametrize(
    ("message", "way", "reason"),
    [
        (request("r1"), "decide", ""),
        (request("r1", valid_until=SOON), "decide", ""),
        (request("r1", after=HEARD), "decide", ""),
        (undecoded("NOT_JSON", of=request("r1")), "answer", "NOT_JSON"),
        (undecoded("UNKNOWN_TYPE", of=request("r1")), "answer", "UNKNOWN_TYPE"),
        (undecoded("INVALID_FIELD", of=request("r1")), "answer", "INVALID_FIELD"),
        (DAY_ON_A_NODES_TOPIC, "answer", "WRONG_TOPIC"),
        (replace(request("r1"), topic="realtime.encounters"), "answer", "WRONG_TOPIC"),
        (replace(request("r1"), key="P2"), "answer", "WRONG_KEY"),
        (replace(request("r1"), key=""), "answer", "WRONG_KEY"),
        (request("r1", length=MAX_BODY_BYTES), "decide", ""),
        (request("r1", length=MAX_BODY_BYTES + 1), "answer", "BODY_TOO_LARGE"),
        (request("r1", valid_until=PAST), "answer", "EXPIRED"),
        (request("r1", valid_until="tomorrow"), "answer", "INVALID_ENVELOPE"),
        (request("r1", valid_until="2026-03-02"), "answer", "INVALID_ENVELOPE"),
        (request("r1", after=UNHEARD), "hold", "AWAITS"),
        (request("r1", after=f"{HEARD},{UNHEARD}"), "hold", "AWAITS"),
        (request("r1", source="stranger"), "park", "UNKNOWN_NODE"),
        (junk(), "park", "JUNK"),
        (request("r0", QUERY), "answer", "INVALID_FIELD"),
        (request("r0", CANCEL), "answer", "INVALID_FIELD"),
        (fact(0, 1, 0), "decide", ""),
        (undecoded("UNKNOWN_TYPE", of=fact(0, 1, 0)), "park", "UNKNOWN_TYPE"),
    ],
)
def test_what_becomes_of_a_message_at_the_border(message: Message, way: str, reason: str) -> None:
    verdict = border().check(message, set())
    assert (verdict.way, verdict.reason) == (way, reason)
    if way == "answer":
        assert verdict.first
        assert verdict.answer == refuse(reason, verdict.answer.where if verdict.answer else "")


def page(*persons: str) -> Message:
    """A page of persons' coverages."""
    covered = {"scheme": "390", "insured_area": "511900", "status": "normal", "covered_from": NOW.date()}
    body = EnrollPersons(
        rows=tuple(EnrollPerson.model_validate({"person_id": p, **covered}) for p in persons)
    )
    return replace(request("r1", body), topic="registry.commands", key=body.key)


def test_a_page_is_of_one_partition_and_waits_behind_what_stands_aside_of_any_row() -> None:
    at, elsewhere = "P1", next(p for p in ("P2", "P3", "P4") if partition_of(p, 6) != partition_of("P1", 6))
    message = replace(page(at, elsewhere), partition=partition_of(at, 6))
    verdict = replace(border(), partitions=6).check(message, set())
    assert verdict.answer and verdict.answer.code == "WRONG_KEY" and verdict.answer.where.startswith("rows.1")

    for line, way in ((("P2", NODE), "hold"), (("P2", ""), "hold"), (("P2", "renmin"), "decide")):
        assert border().check(page("P1", "P2"), {line}).way == way


MINE, FACTS, OTHERS = ("P1", NODE), ("P1", ""), ("P1", "renmin")
FACT = replace(fact(0, 1, 0), key="P1")


@pytest.mark.parametrize(
    ("message", "waiting", "way", "reason"),
    [
        (request("r1"), MINE, "hold", "BEHIND"),
        (request("r1"), FACTS, "hold", "BEHIND"),
        (request("r1"), OTHERS, "decide", ""),
        (request("r1", after=UNHEARD), MINE, "hold", "BEHIND"),
        (request("r1", QUERY), MINE, "hold", "BEHIND"),
        (FACT, FACTS, "hold", "BEHIND"),
        (FACT, MINE, "decide", ""),
        (request("r1", filing("f1", person_id="P2")), MINE, "decide", ""),
        (undecoded("NOT_JSON", of=request("r1")), MINE, "answer", "NOT_JSON"),
        (request("r1", source="stranger"), MINE, "park", "UNKNOWN_NODE"),
        (junk(), FACTS, "park", "JUNK"),
    ],
)
def test_a_request_waits_behind_its_own_nodes_and_behind_facts_and_a_fact_behind_facts_alone(
    message: Message, waiting: tuple[str, str], way: str, reason: str
) -> None:
    verdict = border().check(message, {waiting})
    assert (verdict.way, verdict.reason) == (way, reason)


OTHER_BODY = request("r1", filing("f2"))
CANCELLED = cancelled_row(request("c1", CANCEL), "r1")


@pytest.mark.requirement("SET-12")
@pytest.mark.parametrize(
    ("known", "message", "reason", "code", "again"),
    [
        (stored(request("r1")), request("r1"), "REPEAT", "", True),
        (stored(request("r1")), request("r1", valid_until=PAST), "REPEAT", "", True),
        (stored(request("r1")), request("r1", after=UNHEARD), "REPEAT", "", True),
        (stored(request("r1")), OTHER_BODY, "ID_REUSED", "ID_REUSED", False),
        (
            stored(request("r1")),
            replace(request("r1"), type="yidi.EndFiling.v1"),
            "ID_REUSED",
            "ID_REUSED",
            False,
        ),
        (CANCELLED, request("r1"), "CANCELLED", "CANCELLED", False),
        (stored(request("r0")), request("q1", QUERY), "QUERY", "", True),
        (stored(request("r0"), "NOT_OPENED"), request("q1", QUERY), "QUERY", "", True),
        (stored(request("r9")), request("q1", QUERY), "QUERY", "UNKNOWN_ORIGINAL", False),
        (stored(request("r9")), request("c1", CANCEL), "CANCEL", "OK", False),
        (stored(request("r0"), "NOT_OPENED"), request("c1", CANCEL), "CANCEL", "OK", False),
        (cancelled_row(request("c0"), "r0"), request("c1", CANCEL), "CANCEL", "OK", False),
    ],
)
def test_what_was_decided_before_is_answered_at_the_border(
    known: Decided, message: Message, reason: str, code: str, again: bool
) -> None:
    verdict = border(known).check(message, set())
    assert (verdict.way, verdict.reason) == ("answer", reason)
    assert verdict.stored == (known if again else None)
    assert (verdict.answer.code if verdict.answer else "") == code


@pytest.mark.parametrize(
    ("known", "cancels"),
    [(stored(request("r9")), "r0"), (stored(request("r0"), "NOT_OPENED"), "")],
)
def test_a_cancelled_id_that_was_never_heard_can_never_take_effect(known: Decided, cancels: str) -> None:
    assert border(known).check(request("c1", CANCEL), set()).cancels == cancels


def test_cancelling_what_took_effect_is_for_the_rules_which_are_told_the_original() -> None:
    message = request("c1", CANCEL)
    assert border(stored(request("r0"))).check(message, set()).way == "decide"
    assert message.original is not None
    assert (message.original.id, message.original.type) == ("r0", request("r0").type)


def test_another_nodes_id_is_another_request() -> None:
    of_another = stored(request("r1", source="other"))
    assert border(of_another).check(request("r1"), set()).way == "decide"


def test_audit_takes_everything_as_it_comes() -> None:
    for message in (junk(), undecoded("NOT_JSON", of=request("r1")), request("r1", source="stranger")):
        assert border(hears_all=True).check(message, {FACTS}).way == "decide"


def test_the_fingerprint_tells_bodies_and_types_apart() -> None:
    messages = [request("r1"), OTHER_BODY, replace(request("r1"), type="yidi.EndFiling.v1")]
    assert len({digest(message) for message in messages}) == len(messages)
    assert digest(request("r1")) == digest(request("r2", correlation_id="other"))


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_what_happened_and_what_to_do_in_both_languages(code: str) -> None:
    said: Any = refuse(code)
    assert all((said.text_zh, said.text_en, said.advice_zh, said.advice_en))
    assert said.text_zh.isascii() is False
    assert said.text_en.isascii()
