"""What fails is parked alone, with its bytes, and told; what is wrong with us stops us."""

import pytest
from structlog.testing import capture_logs

from shared.bus.process.failures import PARK_LIMIT, TooManyParkedError
from shared.bus.store import Held
from shared.bus.turn import junk
from shared.bus.turn.held import unpack_raw
from shared.messages.body import MessageParked
from tests.bus.given.scene import NODE, Scene, filing

RELEASE = "UPDATE referral.held SET released = true WHERE why IN ('PARKED', 'JUNK')"
MOODY = "INSERT INTO referral.mood VALUES (true)"


async def parked(scene: Scene) -> list[Held]:
    """What is parked, in order."""
    rows = await scene.fetch(
        f"SELECT {', '.join(Held._fields)} FROM referral.held WHERE why IN ('PARKED', 'JUNK')"  # noqa: S608
        " AND NOT released ORDER BY topic, partition, number"
    )
    return [Held(*row) for row in rows]


@pytest.mark.requirement("HUB-21")
@pytest.mark.parametrize(
    ("fails", "kind"), [("bad-rule", "KeyError at shared."), ("bad-row", "ValueError at shared.")]
)
async def test_a_failure_parks_exactly_its_message_and_tells_it(scene: Scene, fails: str, kind: str) -> None:
    for number in range(30):
        await scene.send(filing(f"f{number}"))
    await scene.send(filing(fails), id="bad")
    for number in range(30, 40):
        await scene.send(filing(f"f{number}"))
    await scene.start()
    await scene.hear("r40")
    assert await scene.effects() == {f"r{number}": 1 for number in range(1, 41)}
    [row] = await parked(scene)
    assert (row.why, row.reason, row.source) == ("JUNK", "FAILED", NODE)
    assert unpack_raw(row).value == filing(fails).model_dump_json().encode()
    assert row.detail.startswith(kind)
    await scene.collect(lambda: scene.dead, "it was not told")
    [dead] = [message.body for message in scene.dead]
    assert isinstance(dead, MessageParked)
    assert (dead.origin_topic, dead.origin_partition, dead.origin_offset) == (*row[:2], row.number)
    assert (dead.origin_key, dead.reason, dead.detail) == ("P1", "FAILED", row.detail)


@pytest.mark.parametrize("fails", ["bad-rule", "bad-row"])
async def test_what_a_failure_quotes_is_neither_logged_nor_kept_as_its_reason(
    scene: Scene, fails: str
) -> None:
    with capture_logs() as logs:
        await scene.start()
        await scene.send(filing(fails, person="person-of-a-secret"), id="bad")
        await scene.until_sql("SELECT count(*) = 1 FROM referral.held")
    assert [entry["id"] for entry in logs if entry["event"] == "bus.parked"] == ["bad"]
    assert "secret" not in repr(logs)
    [row] = await parked(scene)
    assert "secret" not in row.detail


@pytest.mark.requirement("HUB-21")
@pytest.mark.parametrize("fails", ["moody-rule", "moody-row"])
async def test_a_released_message_is_decided_as_if_it_had_just_come(scene: Scene, fails: str) -> None:
    await scene.database.execute(MOODY)
    await scene.start()
    await scene.send(filing(fails), id="a")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held")
    assert (await scene.ask(filing("f1"), id="b")).accepted  # it blocks nobody
    await scene.database.execute("DELETE FROM referral.mood")
    await scene.database.execute(RELEASE)
    assert (await scene.hear("a"))[0].accepted
    assert await scene.effects() == {"a": 1, "b": 1}
    assert await scene.fetch("SELECT * FROM referral.held") == []


@pytest.mark.parametrize("fails", ["moody-rule", "moody-row"])
async def test_a_released_message_that_fails_again_is_parked_again(scene: Scene, fails: str) -> None:
    await scene.database.execute(MOODY)
    await scene.start()
    await scene.send(filing(fails), id="a")
    for _ in range(2):
        await scene.until_sql("SELECT count(*) = 1 FROM referral.held WHERE NOT released")
        await scene.database.execute(RELEASE)
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held WHERE NOT released")
    assert (await scene.ask(filing("f1"), id="b")).accepted
    await scene.database.execute("DELETE FROM referral.mood")
    await scene.database.execute(RELEASE)
    assert (await scene.hear("a"))[0].accepted


async def test_on_our_own_topics_a_parked_message_blocks_its_key_until_it_is_released(scene: Scene) -> None:
    await scene.database.execute(MOODY)
    await scene.start()
    await scene.enrollment.node("moody-rule")
    await scene.enrollment.node("other")
    await scene.enrollment.node("moody-rule")
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'other'")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    assert await scene.fetch("SELECT why FROM referral.held ORDER BY number") == [("PARKED",), ("BEHIND",)]
    await scene.database.execute("DELETE FROM referral.mood")
    await scene.database.execute(RELEASE)
    await scene.until_sql("SELECT count(*) = 0 FROM referral.held")
    assert await scene.fetch("SELECT count(*) FROM referral.node WHERE node_id = 'moody-rule'") == [(1,)]
    freed = await scene.fetch("SELECT count(*), count(day) FROM referral.freed")
    assert freed == [(2, 0)]  # the day they were decided on: none was open


async def test_dropping_a_parked_message_lets_the_later_ones_of_its_key_go_on(scene: Scene) -> None:
    await scene.start()
    await scene.enrollment.node("bad-rule")
    await scene.enrollment.node("bad-rule")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    await scene.database.execute("DELETE FROM referral.held WHERE why = 'PARKED'")
    await scene.until_sql("SELECT why = 'PARKED' FROM referral.held")
    assert len(await parked(scene)) == 1


async def test_a_fact_of_an_unknown_version_is_parked_and_blocks_its_key(scene: Scene) -> None:
    await scene.start()
    await scene.enrollment.strange("n1")
    await scene.enrollment.node("n1")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    [row] = await parked(scene)
    assert (row.why, row.reason, row.key) == ("PARKED", "UNKNOWN_TYPE", "n1")


@pytest.mark.requirement("HUB-21")
async def test_junk_from_a_node_blocks_nobody_and_never_stops_the_service(scene: Scene) -> None:
    for number in range(PARK_LIMIT + 10):
        await scene.send_raw(b"\xff", [], key=b"P1" if number else b"P\x00\xff")
    await scene.send(filing("bad-rule"))
    await scene.start()
    assert (await scene.ask(filing("f1"))).accepted
    rows = await parked(scene)
    assert {unpack_raw(row).value for row in rows if row.reason == "JUNK"} == {b"\xff"}
    await scene.collect(lambda: len(scene.dead) == len(rows), "not all that is kept was told")
    assert len({message.id for message in scene.dead}) == len(rows)


async def test_of_junk_some_is_kept_of_each_sender_and_the_rest_is_counted(scene: Scene) -> None:
    await scene.start()
    for number in range(40):
        await scene.send_raw(b"\xff" * 900_000, [])
        await scene.send(filing("f1"), id=f"s{number}", source=f"stranger-{number}")
    await scene.send(filing("bad-rule"), id="bad")
    await scene.until_sql("SELECT count(*) > 0 FROM referral.held WHERE reason = 'FAILED'")
    kept = await scene.fetch(
        "SELECT asker, reason, count(*), sum(octet_length(record)) < 1000000 FROM referral.held GROUP BY 1, 2"
    )
    assert sorted(kept) == [
        ("?", "JUNK", 1, True),
        ("?", "UNKNOWN_NODE", 20, True),
        (NODE, "FAILED", 1, True),
    ]
    left = await scene.fetch("SELECT reason, messages FROM referral.left_out ORDER BY reason")
    assert left == [("JUNK", 39), ("UNKNOWN_NODE", 20)]
    await scene.collect(lambda: len(scene.dead) == 22, "not all that is kept was told")


async def test_once_junk_was_dropped_new_junk_is_kept_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(junk, "READ_AGAIN_S", 0.0)
    await scene.start()
    for number in range(21):
        await scene.send(filing("f1"), id=f"s{number}", source="stranger")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.left_out")
    await scene.database.execute("DELETE FROM referral.held")
    await scene.send(filing("f1"), id="later", source="stranger")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held")
    assert await scene.fetch("SELECT messages FROM referral.left_out") == [(1,)]


async def test_junk_that_is_released_and_fails_again_is_kept_though_there_is_no_more_room(
    scene: Scene,
) -> None:
    await scene.start()
    for number in range(21):
        await scene.send(filing("f1"), id=f"s{number}", source="stranger")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.left_out")
    await scene.collect(lambda: len(scene.dead) == 20, "not all that is kept was told")
    await scene.database.execute(
        "UPDATE referral.held SET released = true WHERE number = (SELECT min(number) FROM referral.held)"
    )
    await scene.collect(lambda: len(scene.dead) == 21, "it was not decided again")
    assert await scene.fetch("SELECT count(*), bool_or(released) FROM referral.held") == [(20, False)]
    assert await scene.fetch("SELECT messages FROM referral.left_out") == [(1,)]


async def fail_often(scene: Scene, nodes: list[str]) -> None:
    """As many requests of these nodes fail as the service bears."""
    for number in range(PARK_LIMIT):
        await scene.send(filing("bad-rule", person=f"P{number % 7}"), source=nodes[number % len(nodes)])
    await scene.until_sql(f"SELECT count(*) = {PARK_LIMIT} FROM referral.held")  # noqa: S608


async def test_a_node_whose_every_request_fails_does_not_stop_the_others(scene: Scene) -> None:
    await scene.start()
    await fail_often(scene, [NODE])
    await scene.send(filing("bad-rule"))
    assert (await scene.ask(filing("f1"), id="a")).accepted


async def test_too_many_failures_of_too_many_nodes_stop_the_service(scene: Scene) -> None:
    nodes = [NODE, "renmin", "tianfu"]
    for node in nodes[1:]:
        await scene.database.execute("INSERT INTO referral.node VALUES ($1, $1, 'hospital')", node)
    process = await scene.start()
    await fail_often(scene, nodes)
    assert (await scene.ask(filing("f1"), id="a")).accepted
    await scene.send(filing("bad-rule"), id="last")
    with pytest.raises(TooManyParkedError):
        await process.wait()
    assert len(await parked(scene)) == PARK_LIMIT


async def test_all_failures_of_one_node_in_one_turn_stop_nothing_nor_does_the_next(scene: Scene) -> None:
    for node in ("renmin", "tianfu"):
        await scene.database.execute("INSERT INTO referral.node VALUES ($1, $1, 'hospital')", node)
        await scene.send(filing("bad-rule", person="P9"), source=node)
    for _ in range(PARK_LIMIT + 20):
        await scene.send(filing("bad-rule"))
    await scene.start()
    await scene.until_sql(f"SELECT sum(messages) = {PARK_LIMIT + 20 - 100} FROM referral.left_out")  # noqa: S608
    await scene.collect(lambda: len(scene.dead) == 102, "not all that is kept was told")
    await scene.send(filing("bad-rule"))
    assert (await scene.ask(filing("f1"))).accepted


async def test_an_answer_above_the_limit_of_a_record_is_a_refusal_and_nothing_takes_effect(
    scene: Scene,
) -> None:
    await scene.start()
    asked = [await scene.send(filing(f"large-{number}")) for number in range(3)]
    for id in asked:
        assert (await scene.hear(id))[0].code == "ANSWER_TOO_LARGE"
    assert (await scene.ask(filing("f1"), id="after")).accepted
    assert await scene.effects() == {"after": 1}
    assert await scene.fetch("SELECT * FROM referral.held") == []
