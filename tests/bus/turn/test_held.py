"""Which of the messages that stand aside can be decided now: in order, line by line."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from shared.bus import store
from shared.bus.database import connect_pool
from shared.bus.message import Message, Position
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import Room, Stream, stand_aside
from shared.bus.turn.border import Verdict
from shared.bus.turn.held import (
    AWAIT_SECONDS,
    HELD_BYTES,
    HELD_OF_A_NODE,
    READ_AT_ONCE,
    Freed,
    came,
    held_row,
    may_go_on,
    parking_way,
    ready,
    room_of,
    select_ready,
)
from shared.messages.body import CancelRequest, QueryOutcome
from shared.messages.enrollment.register_pages import CoveragesChanged
from shared.messages.enrollment.registers import CoverageChanged
from tests.bus.given.made import NOW, fact, opened, request, stream_of
from tests.bus.given.scene import NODE, filing

NEEDED = Position("enrollment/registry.commands/0", "enrollment.events", 0, 5)
LATER = NOW + timedelta(minutes=1)
QUERY = QueryOutcome(subject_id="P1", original_id="r1")
CANCEL = CancelRequest(subject_id="P1", original_id="r1")


def row(message: Message, why: str, *, released: bool = False) -> Held:
    """A message as it stands aside."""
    return held_row(message, Verdict("hold", why), why, NOW)._replace(released=released)


def r(id: str, offset: int, person: str = "P1", after: str = "", source: str = NODE) -> Message:
    """A request for a person."""
    return request(id, filing("f1", person_id=person), offset=offset, after=after, source=source)


def awaits(id: str, offset: int, person: str = "P1") -> Held:
    """A request that awaits the position `NEEDED`."""
    return row(r(id, offset, person, str(NEEDED)), "AWAITS")


A1, B2, B3, OTHER = (
    awaits("r1", 1),
    row(r("r2", 2), "BEHIND"),
    row(r("r3", 3), "BEHIND"),
    awaits("o", 4, "P2"),
)
BEHIND_AWAITING = row(r("r2", 2, after=str(NEEDED)), "BEHIND")
OF_ANOTHER = row(r("x", 2, source="renmin"), "BEHIND")
BAD_DAY = row(fact(1, 1, 0, opened(date(2026, 3, 2)), topic="realtime.filings"), "PARKED")
DAY = row(fact(2, 2, 1, opened(date(2026, 3, 2)), topic="realtime.filings"), "BEHIND")
REPEAT = row(r("r1", 2), "BEHIND")


@pytest.fixture
async def tx(database: str) -> AsyncIterator[Tx]:
    """Referral's tables, in a transaction."""
    pool = await connect_pool(database, "referral", size=1)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("INSERT INTO heard VALUES ('enrollment.events', 0, $1, 4)", NEEDED.stream)
        yield connection
    await pool.close()


async def freed(tx: Tx, rows: list[Held], heard: bool, seconds: int = 0, room: Room | None = None) -> Freed:
    """What can be decided so many seconds later."""
    await store.hold(tx, rows)
    if heard:
        await tx.execute("UPDATE heard SET sequence = 5")
    stream = stream_of()
    stand_aside(stream, await store.read_waiting(tx, stream.topic, stream.partition))
    now, met = NOW + timedelta(seconds=seconds), await came(tx, "referral", [stream])
    return await ready(tx, stream, met, now, room or Room(200), set())


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
        ([A1, OF_ANOTHER, B3], False, 0, ["x"], []),
        ([A1, BEHIND_AWAITING, B3], False, 4, [], []),
        ([A1, BEHIND_AWAITING, B3], False, 5, ["r1", "r2", "r3"], ["r1", "r2"]),
        ([BEHIND_AWAITING, B3], False, 0, [], []),
        ([BEHIND_AWAITING, B3], True, 0, ["r2", "r3"], []),
        ([BAD_DAY, DAY], False, 60, [], []),
        ([BAD_DAY._replace(released=True), DAY], False, 0, ["yidi", "yidi"], []),
    ],
)
async def test_what_can_be_decided_now(
    tx: Tx, rows: list[Held], heard: bool, seconds: int, ready: list[str], expired: list[str]
) -> None:
    found = await freed(tx, rows, heard, seconds)
    names = ["yidi" if message.stream else message.id for message in found.messages]
    assert names == ready
    assert sorted(id for _, id in found.expired) == expired


async def test_what_waits_is_looked_for_only_once_some_of_it_may_go_on(tx: Tx) -> None:
    await store.hold(tx, [A1, B2])
    stream, soon = stream_of(), NOW + timedelta(seconds=1)
    stand_aside(stream, await store.read_waiting(tx, stream.topic, stream.partition))
    assert may_go_on(stream, set(), soon)
    assert (await ready(tx, stream, set(), soon, Room(200), set())).messages == []
    assert not may_go_on(stream, await came(tx, "referral", [stream]), soon)
    assert may_go_on(stream, set(), NOW + timedelta(seconds=AWAIT_SECONDS))
    await tx.execute("UPDATE heard SET sequence = 5")
    met = await came(tx, "referral", [stream])
    assert may_go_on(stream, met, soon)
    assert [m.id for m in (await ready(tx, stream, met, soon, Room(1), set())).messages] == ["r1"]
    assert may_go_on(stream, set(), soon), "the second found no room"


async def test_a_fact_that_is_parked_holds_back_whatever_has_its_key(tx: Tx) -> None:
    behind = row(request("r3", filing("f1", person_id=BAD_DAY.key), offset=3), "BEHIND")
    assert (await freed(tx, [BAD_DAY, behind], heard=False)).messages == []


async def test_a_page_waits_for_all_its_rows_and_each_of_them_for_it(tx: Tx) -> None:
    of_one, of_page, of_another = parked_then_page()
    assert (await freed(tx, [of_one, of_page, of_another], heard=False)).messages == []
    stream = stream_of()
    stand_aside(stream, await store.read_waiting(tx, stream.topic, stream.partition))
    assert stream.held == {("P1", ""): 1, ("P7", ""): 2, ("P9", ""): 2}
    assert stream.fills[""] == (3, sum(len(one.record) for one in (of_one, of_page, of_another)))
    room = Room(200)
    assert [one.key for one in (await released(tx, stream, room)).messages] == ["P7", "P1"]
    assert room.messages == 200 - 1 - 3, "a page takes the room of its rows"
    await tx.execute("DELETE FROM held WHERE number < 3")
    assert [one.key for one in (await released(tx, stream, room)).messages] == ["P9"]


def parked_then_page() -> list[Held]:
    """A row that is parked, a page that has it too, and what was told later of another row of the page."""
    told = [
        coverage("P7"),
        CoveragesChanged(rows=(coverage("P1"), coverage("P7"), coverage("P9"))),
        coverage("P9"),
    ]
    facts = [fact(number, number, number - 1, body) for number, body in enumerate(told, 1)]
    ways = ("PARKED", "BEHIND", "BEHIND")
    return [row(one, why)._replace(topic="realtime.filings") for one, why in zip(facts, ways, strict=True)]


def coverage(person_id: str) -> CoverageChanged:
    """What a row tells."""
    return CoverageChanged(
        person_id=person_id,
        scheme="390",
        insured_area="511900",
        status="normal",
        covered_from=date(2026, 1, 1),
        applies_from=date(2026, 1, 1),
    )


async def released(tx: Tx, stream: Stream, room: Room) -> Freed:
    """What can be decided once the cause of what was parked is mended."""
    await tx.execute("UPDATE held SET released = true WHERE why = 'PARKED'")
    return await ready(tx, stream, set(), NOW, room, set())


async def test_however_much_of_one_node_waits_what_another_can_have_decided_is_found(tx: Tx) -> None:
    waiting = [awaits(f"a{number}", number, f"P{number}") for number in range(READ_AT_ONCE + 1)]
    of_another = row(r("x", 900, "P1", source="renmin"), "BEHIND")
    assert [m.id for m in (await freed(tx, [*waiting, of_another], heard=False)).messages] == ["x"]


async def test_a_position_that_the_service_never_reads_is_not_waited_for(tx: Tx) -> None:
    elsewhere = NEEDED._replace(topic="audit.events", sequence=900)
    both = row(r("r1", 1, after=f"{NEEDED},{elsewhere}"), "AWAITS")
    assert [message.id for message in (await freed(tx, [both], heard=True)).messages] == ["r1"]


async def test_no_more_are_freed_than_a_turn_may_hold(tx: Tx) -> None:
    found = await freed(tx, [A1, B2, B3], heard=True, room=Room(2))
    assert [message.id for message in found.messages] == ["r1", "r2"]


async def test_no_more_bytes_are_freed_than_a_turn_may_hold(tx: Tx) -> None:
    room = Room(200, len(r("r1", 1).value) + 1)
    found = await freed(tx, [A1, B2, B3], heard=True, room=room)
    assert [message.id for message in found.messages] == ["r1", "r2"]
    assert not room.is_left


async def test_what_a_node_may_leave_waiting_is_bounded_in_messages_and_bytes(tx: Tx) -> None:
    heavy = row(request("h", length=300_000, offset=1), "BEHIND")
    await store.hold(tx, [heavy, heavy._replace(number=2), OF_ANOTHER._replace(number=3)])
    stream = stream_of()
    stand_aside(stream, await store.read_waiting(tx, stream.topic, stream.partition))
    room = room_of(stream, NODE)
    assert room == Room(HELD_OF_A_NODE - 2, HELD_BYTES - 2 * len(heavy.record))
    assert room_of(stream, "renmin").messages == HELD_OF_A_NODE - 1


def test_an_id_that_is_in_the_turn_already_waits_for_the_next_one() -> None:
    taken = {("huaxi", "r1")}
    assert select_ready([A1, OTHER], {str(NEEDED)}, Room(200), taken).messages[0].id == "o"


@pytest.mark.parametrize(
    ("message", "way"),
    [
        (request("r1"), "JUNK"),
        (fact(0, 1, 0), "PARKED"),
        (fact(0, 1, 0, opened(date(2026, 3, 2)), topic="realtime.filings"), "JUNK"),
        (fact(0, 0, 0, stream=""), "PARKED"),
    ],
)
def test_a_parked_message_blocks_its_key_only_on_topics_that_services_write(
    message: Message, way: str
) -> None:
    assert parking_way(message) == way


def test_a_message_stands_aside_with_its_bytes() -> None:
    message = r("r1", 7)
    again = select_ready([row(message, "BEHIND")], set(), Room(200), set()).messages[0]
    assert (again.raw, again.body, again.offset) == (message.raw, message.body, 7)
