"""What a turn takes from a stream: in order, each fact once, no gap, a day at a time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.message import Message, SourcePosition
from shared.bus.stream import (
    BATCH,
    TURN_BYTES,
    GapError,
    Room,
    Slice,
    advance,
    hear_released,
    room_left,
    take,
)
from shared.bus.turn.held import parking_way
from shared.bus.wire import Undecoded, decode
from shared.messages.body import CancelRequest, QueryOutcome
from tests.bus.given.made import fact, opened, raw, reached, request, stream_of

FACTS = "enrollment.events"
DAY1, DAY2, DAY3 = (date(2026, 3, day) for day in (2, 3, 4))
SOURCES = ("enrollment/registry.commands/0", "enrollment/registry.commands/1")
OF = SOURCES[0]


def _offsets(messages: list[Message]) -> list[int]:
    return [message.offset for message in messages]


@pytest.mark.parametrize(
    ("heard", "numbers", "taken", "repeats", "last"),  # numbers: (sequence, previous)
    [
        (0, [(1, 0), (2, 1), (3, 2)], [0, 1, 2], 0, 3),
        (0, [(4, 0), (9, 4)], [0, 1], 0, 9),
        (5, [(4, 3), (5, 4), (6, 5)], [2], 2, 6),
        (0, [(1, 0), (1, 0), (2, 1)], [0, 2], 1, 2),
        (0, [(1, 0), (2, 1), (1, 0), (2, 1), (3, 2)], [0, 1, 4], 2, 3),
        (7, [(7, 3)], [], 1, 7),
    ],
)
def test_a_fact_is_taken_once(
    heard: int, numbers: list[tuple[int, int]], taken: list[int], repeats: int, last: int
) -> None:
    facts = [fact(offset, *number) for offset, number in enumerate(numbers)]
    stream = stream_of(*facts, topic=FACTS, heard={OF: SourcePosition(heard)})
    slice_ = take(stream, Room(500), set())
    assert (_offsets(slice_.messages), slice_.repeats, slice_.next_offset) == (taken, repeats, len(facts))
    advance(slice_)
    assert stream.heard[OF].sequence == last
    assert not stream.backlog


@pytest.mark.parametrize(
    ("heard", "numbers"),
    [(0, [(2, 1)]), (3, [(5, 4)]), (3, [(4, 2)])],
)
def test_a_gap_stops_the_stream(heard: int, numbers: list[tuple[int, int]]) -> None:
    facts = [fact(offset, *number) for offset, number in enumerate(numbers)]
    with pytest.raises(GapError, match=OF):
        take(stream_of(*facts, topic=FACTS, heard={OF: SourcePosition(heard)}), Room(500), set())


def test_what_comes_before_a_gap_is_decided_first() -> None:
    stream = stream_of(fact(0, 1, 0), fact(1, 3, 2), topic=FACTS)
    slice_ = take(stream, Room(500), set())
    assert _offsets(slice_.messages) == [0]
    advance(slice_)
    with pytest.raises(GapError):
        take(stream, Room(500), set())


def test_each_source_stream_is_followed_by_itself() -> None:
    facts = [fact(0, 1, 0), fact(1, 7, 0, stream="enrollment/registry.commands/1"), fact(2, 2, 1)]
    assert _offsets(take(stream_of(*facts, topic=FACTS), Room(500), set()).messages) == [0, 1, 2]


def test_where_old_records_are_compacted_away_a_gap_is_none() -> None:
    kept = [fact(4, 9, 6, topic="registry.catalogues")]
    assert _offsets(take(stream_of(*kept, topic="registry.catalogues"), Room(500), set()).messages) == [4]


@given(limits=st.lists(st.integers(1, 4), min_size=30, max_size=30), repeated=st.lists(st.integers(1, 12)))
def test_however_a_log_is_cut_into_turns_each_fact_is_decided_once(
    limits: list[int], repeated: list[int]
) -> None:
    told = [*range(1, 13)]
    for number in repeated:  # a relay that was killed sends a run of them again
        told += range(number, 13)
    stream = stream_of(*(fact(i, n, n - 1) for i, n in enumerate(told)), topic=FACTS)
    decided: list[int] = []
    for limit in limits:
        slice_ = take(stream, Room(limit), set())
        decided += [message.sequence for message in slice_.messages]
        advance(slice_)
    assert decided == list(range(1, 13))


def test_a_day_ends_the_turn_and_is_the_day_of_what_comes_after() -> None:
    stream = stream_of(
        request("r1", offset=0),
        fact(1, 1, 0, opened(DAY1), topic="realtime.filings"),
        request("r2", offset=2),
        request("r3", offset=3),
        fact(4, 2, 1, opened(DAY2), topic="realtime.filings"),
        request("r4", offset=5),
    )
    days: list[list[tuple[int, date | None]]] = []
    while stream.backlog:
        slice_ = take(stream, Room(500), set())
        days.append([(message.offset, message.day) for message in slice_.messages])
        assert slice_.day_raised == (len(days) < 3)
        advance(slice_)
    assert days == [[(0, None), (1, None)], [(2, DAY1), (3, DAY1), (4, DAY1)], [(5, DAY2)]]


@pytest.mark.parametrize("day", [DAY1, DAY2])
def test_a_day_that_was_heard_already_changes_nothing(day: date) -> None:
    marks = [fact(0, 1, 0, opened(day), topic="realtime.filings"), request("r1", offset=1)]
    slice_ = take(stream_of(*marks, day=DAY2), Room(500), set())
    assert (len(slice_.messages), slice_.day, slice_.day_raised) == (2, DAY2, False)


def mark(offset: int, sequence: int, previous: int, day: date) -> Message:
    """A day as it stands where nodes write."""
    return fact(offset, sequence, previous, opened(day), topic="realtime.filings")


FORGED: dict[str, list[Message]] = {  # what a stranger writes between the first day and the second
    "a sequence far ahead": [mark(1, 2**62, 2**61, DAY2)],
    "a sequence far ahead, on a day that was": [mark(1, 2**62, 1, DAY1)],
    "a day far ahead": [mark(1, 2**62, 7, DAY3 + timedelta(days=9_999))],
    "a day far ahead that names the mark before it": [mark(1, 2, 1, DAY3 + timedelta(days=9_999))],
    "a hundred of them": [mark(1 + n, 2**40 + n, 7, DAY3 + timedelta(days=n)) for n in range(100)],
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_no_mark_that_a_stranger_writes_makes_true_days_repeats(forged: list[Message]) -> None:
    true = [mark(200, 2, 1, DAY2), mark(201, 3, 2, DAY3)]
    stream = stream_of(mark(0, 1, 0, DAY1), *forged, *true)
    reached_days = []
    while stream.backlog:
        slice_ = take(stream, Room(500), set())
        reached_days += [slice_.day] * slice_.day_raised
        advance(slice_)
    assert reached_days == [DAY1, DAY2, DAY3]
    assert stream.heard[OF].sequence == 3


def test_a_day_that_follows_none_is_junk_and_counts_once_an_operator_released_it() -> None:
    lost = mark(1, 30, 29, DAY3)
    slice_ = take(stream_of(lost, day=DAY1), Room(500), set())
    [message] = slice_.messages
    assert (type(message.body), slice_.day_raised) == (Undecoded, False)
    assert parking_way(message) == "JUNK"
    slice_ = Slice(stream_of(day=DAY1), [], 2, DAY1, {}, freed=[lost])
    hear_released(slice_)
    assert (slice_.day, slice_.day_raised) == (DAY3, True)


def test_days_of_facts_follow_the_slowest_of_the_streams_that_tell_them() -> None:
    first, second = SOURCES
    marks = [
        fact(0, 1, 0, reached(first, DAY1), stream=first),
        fact(1, 2, 1, reached(first, DAY2), stream=first),
        fact(2, 1, 0, reached(second, DAY1), stream=second),
        fact(3, 2, 1, reached(second, DAY3), stream=second),
    ]
    stream = stream_of(*marks, topic=FACTS, sources=SOURCES)
    reached_days: list[tuple[int, date | None]] = []
    while stream.backlog:
        slice_ = take(stream, Room(500), set())
        reached_days.append((slice_.next_offset, slice_.day))
        advance(slice_)
    assert reached_days == [(3, DAY1), (4, DAY2)]


@pytest.mark.parametrize("body", [opened(DAY1), reached(OF, DAY1)])
def test_a_node_cannot_open_a_day(body: object) -> None:
    forged = fact(0, 1, 0, body, stream="", topic="realtime.filings")  # type: ignore[arg-type]
    slice_ = take(stream_of(forged, request("r1", offset=1)), Room(500), set())
    assert (len(slice_.messages), slice_.day) == (2, None)


QUERY = request("q1", QueryOutcome(subject_id="P1", original_id="r1"), offset=1)
CANCEL = request("c1", CancelRequest(subject_id="P1", original_id="r1"), offset=1)
JUNK = decode(raw(b"\xff", [], offset=1))


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (request("r1"), request("r2", offset=1), True),
        (request("r1"), request("r1", offset=1), False),
        (request("r1"), request("r1", offset=1, source="other"), True),
        (request("r1"), QUERY, False),
        (request("r1"), CANCEL, False),
        (request("r2"), CANCEL, True),
        (JUNK, JUNK, True),
    ],
)
def test_a_request_that_refers_to_another_is_decided_in_a_later_turn(
    first: Message, second: Message, together: bool
) -> None:
    slice_ = take(stream_of(first, second), Room(500), set())
    assert len(slice_.messages) == (2 if together else 1)


def test_a_turn_over_several_streams_takes_no_id_twice() -> None:
    taken: set[tuple[str, str]] = set()
    slices = [take(stream_of(request("r1")), Room(500), taken) for _ in range(2)]
    assert [len(slice_.messages) for slice_ in slices] == [1, 0]


HEAVY = 300_000


@pytest.mark.parametrize(
    ("weight", "taken"),
    [(1, [1, 1, 1]), (HEAVY, [1, 1, 1]), (HEAVY + 1, [2, 1]), (2 * HEAVY, [2, 1]), (TURN_BYTES, [3])],
)
def test_a_turn_takes_no_more_bytes_than_it_has_room_for_but_always_a_message(
    weight: int, taken: list[int]
) -> None:
    stream = stream_of(*(request(f"r{n}", length=HEAVY, offset=n) for n in range(3)))
    found = []
    while stream.backlog:
        slice_ = take(stream, Room(500, weight), set())
        found.append(len(slice_.messages))
        advance(slice_)
    assert found == taken


def test_streams_share_the_room_of_a_turn() -> None:
    room = Room(500, HEAVY)
    slices = [take(stream_of(request(id, length=HEAVY)), room, set()) for id in ("r1", "r2")]
    assert [len(slice_.messages) for slice_ in slices] == [1, 0]


def test_what_waits_to_be_decided_leaves_less_room_to_poll() -> None:
    streams = [
        stream_of(request("r1", length=HEAVY), raw_fact) for raw_fact in (fact(1, 1, 0), fact(1, 2, 1))
    ]
    light = len(fact(1, 1, 0).value)
    assert room_left(streams) == Room(BATCH - 4, TURN_BYTES - 2 * (HEAVY + light))
    heavy = stream_of(*(request(f"r{n}", length=HEAVY, offset=n) for n in range(14)))
    assert not room_left([heavy]).is_left
    assert not room_left([stream_of(*(request(f"r{n}", offset=n) for n in range(BATCH)))]).is_left
