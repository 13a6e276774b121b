"""Which of the messages that stand aside can be decided now: in order, key by key."""

from datetime import date, timedelta

import pytest

from shared.bus.border import Verdict
from shared.bus.held import Freed, held_row, parking_way, select_ready
from shared.bus.message import Message, Position
from shared.bus.store import Held
from shared.bus.stream import Room
from shared.messages.body import CancelRequest, QueryOutcome
from tests.bus.made import NOW, fact, opened, request
from tests.bus.scene import filing

NEEDED = Position("enrollment/registry.commands/0", "enrollment.events", 0, 5)
LATER = NOW + timedelta(minutes=1)
QUERY = QueryOutcome(subject_id="P1", original_id="r1")
CANCEL = CancelRequest(subject_id="P1", original_id="r1")


def row(message: Message, why: str, *, released: bool = False) -> Held:
    """A message as it stands aside."""
    return held_row(message, Verdict("hold", why), why, NOW)._replace(released=released)


def r(id: str, offset: int, person: str = "P1", after: str = "") -> Message:
    """A request for a person."""
    return request(id, filing("f1", person_id=person), offset=offset, after=after)


def awaits(id: str, offset: int, person: str = "P1") -> Held:
    """A request that awaits the position `NEEDED`."""
    return row(r(id, offset, person, str(NEEDED)), "AWAITS")


A1, B2, B3, OTHER = (
    awaits("r1", 1),
    row(r("r2", 2), "BEHIND"),
    row(r("r3", 3), "BEHIND"),
    awaits("o", 4, "P2"),
)
REPEAT = row(r("r1", 2), "BEHIND")


def freed(rows: list[Held], heard: set[Position], seconds: int = 0, limit: int = 200) -> Freed:
    """What can be decided so many seconds later."""
    return select_ready(rows, heard, NOW + timedelta(seconds=seconds), Room(limit), set())


@pytest.mark.parametrize(
    ("rows", "heard", "seconds", "ready", "expired"),
    [
        ([A1, B2], False, 0, [], []),
        ([A1, B2], True, 0, ["r1", "r2"], []),
        ([A1, B2], False, 60, ["r1", "r2"], ["r1"]),
        ([A1, B2], True, 60, ["r1", "r2"], []),
        ([A1, B2, OTHER], True, 0, ["r1", "r2", "o"], []),
        ([B2, B3], False, 0, ["r2", "r3"], []),
        ([A1, row(r("o", 2, "P2"), "BEHIND")], False, 0, ["o"], []),
        ([row(r("r1", 1), "PARKED", released=True), B2], False, 0, ["r1", "r2"], []),
        ([row(r("r1", 1), "JUNK", released=True)], False, 0, ["r1"], []),
        ([row(r("r1", 1), "PARKED"), B2], True, 60, [], []),
        ([A1, REPEAT, B3], True, 0, ["r1"], []),
        ([A1, row(request("q1", QUERY, offset=2), "BEHIND")], True, 0, ["r1"], []),
        ([A1, row(request("c1", CANCEL, offset=2), "BEHIND")], True, 0, ["r1"], []),
    ],
)
def test_what_can_be_decided_now(
    rows: list[Held], heard: bool, seconds: int, ready: list[str], expired: list[str]
) -> None:
    found = freed(rows, {NEEDED} if heard else set(), seconds)
    assert [message.id for message in found.messages] == ready
    assert sorted(id for _, id in found.expired) == expired


def test_no_more_are_freed_than_a_turn_may_hold() -> None:
    assert [message.id for message in freed([A1, B2, B3], {NEEDED}, limit=2).messages] == ["r1", "r2"]


def test_no_more_bytes_are_freed_than_a_turn_may_hold() -> None:
    room = Room(200, len(r("r1", 1).value) + 1)
    assert [m.id for m in select_ready([A1, B2, B3], {NEEDED}, NOW, room, set()).messages] == ["r1", "r2"]
    assert not room.is_left


def test_one_that_waited_behind_another_still_awaits_what_it_needs_itself() -> None:
    behind = row(r("r2", 2, after=str(NEEDED)), "BEHIND")
    assert freed([behind], set()).messages[0].after == (NEEDED,)
    assert freed([A1], set(), 60).messages[0].after == ()


def test_an_id_that_is_in_the_turn_already_waits_for_the_next_one() -> None:
    taken = {("huaxi", "r1")}
    assert select_ready([A1, OTHER], {NEEDED}, NOW, Room(200), taken).messages[0].id == "o"


@pytest.mark.parametrize(
    ("message", "way"),
    [
        (request("r1"), "JUNK"),
        (fact(0, 1, 0), "PARKED"),
        (fact(0, 1, 0, opened(date(2026, 3, 2)), topic="realtime.filings"), "PARKED"),
        (fact(0, 0, 0, stream=""), "PARKED"),
    ],
)
def test_a_parked_message_blocks_its_key_only_on_topics_that_services_write(
    message: Message, way: str
) -> None:
    assert parking_way(message) == way


def test_a_message_stands_aside_with_its_bytes() -> None:
    message = r("r1", 7)
    again = freed([row(message, "BEHIND")], set()).messages[0]
    assert (again.raw, again.body, again.offset) == (message.raw, message.body, 7)
