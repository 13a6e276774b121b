"""A request that builds on a fact waits until its service has heard it; only its own key waits with it."""

from datetime import date

import pytest

from shared.bus.message import Position
from shared.bus.stream import TURN_BYTES
from shared.bus.turn import held
from shared.messages.body import QueryOutcome
from shared.messages.referral.filings import FilingAccepted
from tests.bus.given.made import opened
from tests.bus.given.scene import Scene, filing
from tests.bus.given.writer import STREAM

AWAITED = Position(STREAM, "enrollment.events", 0, 1)  # the first fact that enrollment will say
AFTER = str(AWAITED)


async def hold_one(scene: Scene) -> None:
    """Sends `a`, which awaits a fact, and sees it stand aside, for longer than any test takes."""
    await scene.send(filing("f1"), id="a", after=AFTER)
    await scene.until_sql("SELECT why = 'AWAITS' FROM referral.held")
    await scene.database.execute("UPDATE referral.held SET expires_at = now() + interval '1 hour'")


@pytest.mark.requirement("REF-26")
async def test_the_awaited_fact_frees_it_and_what_waits_behind_it_in_order(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    await scene.send(filing("f2"), id="b")
    await scene.send(filing("f3"), id="c")
    assert (await scene.ask(filing("f4", person="P2"), id="other")).accepted
    await scene.until_sql("SELECT count(*) = 3 FROM referral.held")
    assert not {"a", "b", "c"} & scene.answers.keys()
    assert await scene.enrollment.node("n", partition=0) == AWAITED
    for id in ("a", "b", "c"):
        assert (await scene.hear(id))[0].accepted
    decided = await scene.fetch(
        "SELECT request_id FROM referral.effect WHERE person_id = 'P1' ORDER BY number"
    )
    assert decided == [("a",), ("b",), ("c",)]
    assert await scene.fetch("SELECT * FROM referral.held") == []


async def test_a_fact_that_was_heard_before_holds_nothing_back(scene: Scene) -> None:
    await scene.start()
    await scene.enrollment.node("n", partition=0)
    await scene.until_sql("SELECT sequence = 1 FROM referral.heard")
    assert (await scene.ask(filing("f1"), after=AFTER)).accepted


async def test_an_answer_tells_the_position_of_its_facts(scene: Scene) -> None:
    await scene.start()
    await scene.ask(filing("f1"), id="a")
    await scene.collect(lambda: scene.said(FilingAccepted), "nothing was told")
    [fact] = scene.said(FilingAccepted)
    position = dict(scene.answers["a"][0].raw.headers)["ce_position"].decode()
    assert position == str(Position(fact.stream, "referral.events", fact.partition, fact.sequence))


@pytest.mark.requirement("SET-12")
async def test_a_repeat_gets_nothing_new_while_the_first_one_waits(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    await scene.send(filing("f1"), id="a", after=AFTER)
    await scene.send(QueryOutcome(subject_id="P1", original_id="a"), id="q", topic="realtime.filings")
    await scene.until_sql("SELECT count(*) = 3 FROM referral.held")
    await scene.enrollment.node("n", partition=0)
    first, again = await scene.hear("a", 2)
    assert first.accepted
    assert again == first
    assert await scene.hear("q") == [first]
    assert await scene.effects() == {"a": 1}


@pytest.mark.requirement("REF-26")
async def test_what_one_node_leaves_waiting_holds_back_no_other_node_and_no_day(scene: Scene) -> None:
    day = opened(date(2026, 3, 2))
    await scene.database.execute("INSERT INTO referral.node VALUES ('other', 'other', 'hospital')")
    await scene.start()
    for number in range(6):
        await scene.send(filing(f"f{number}"), id=f"w{number}", source="other", after=AFTER)
        query = QueryOutcome(subject_id=day.key, original_id="x")
        await scene.send(query, id=f"d{number}", source="other", topic="realtime.filings", after=AFTER)
    await scene.until_sql("SELECT count(*) = 12 FROM referral.held")
    assert (await scene.ask(filing("f9"), id="mine")).accepted
    await scene.enrollment.open_day(day.opened_on)
    await scene.until_sql(
        "SELECT count(*) = 6 FROM referral.stream WHERE topic = 'realtime.filings' AND day = '2026-03-02'"
    )
    assert await scene.fetch("SELECT count(*) FROM referral.held WHERE why <> 'JUNK'") == [(12,)]


async def test_all_that_wait_for_what_never_comes_are_answered_five_seconds_after_they_came(
    scene: Scene,
) -> None:
    await scene.start()
    for number in range(6):
        await scene.send(filing(f"f{number}"), id=f"w{number}", after=AFTER)
    await scene.until_sql("SELECT count(*) = 6 FROM referral.held")
    within = "max(expires_at) < min(held_at) + interval '6 seconds'"
    assert await scene.fetch(f"SELECT count(expires_at), {within} FROM referral.held") == [(6, True)]  # noqa: S608
    codes = [(await scene.hear(f"w{number}"))[0].code for number in range(6)]
    assert codes == ["TRY_AGAIN"] * 6
    assert await scene.fetch("SELECT * FROM referral.held") == []


async def test_a_node_that_leaves_too_much_waiting_is_answered_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "HELD_OF_A_NODE", 3)
    await scene.start()
    await hold_one(scene)
    for number in range(5):
        await scene.send(filing(f"f{number}"), id=f"b{number}")
    assert (await scene.hear("b4"))[0].code == "TRY_AGAIN"
    assert await scene.fetch("SELECT count(*) FROM referral.held") == [(3,)]
    assert await scene.fetch("SELECT * FROM referral.inbox") == []
    await scene.enrollment.node("n", partition=0)
    assert [(await scene.hear(id))[0].accepted for id in ("a", "b0", "b1")] == [True] * 3
    await scene.send(filing("f4"), id="b4")
    assert (await scene.hear("b4", 2))[1].accepted


async def test_one_that_waits_behind_another_still_awaits_its_own_fact(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    await scene.send(filing("f2"), id="b", after=str(AWAITED._replace(sequence=2)))
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    await scene.enrollment.node("n", partition=0)
    await scene.hear("a")
    await scene.until_sql("SELECT count(*) = 1 FROM referral.held")
    assert "b" not in scene.answers
    await scene.enrollment.node("n", partition=0)
    assert (await scene.hear("b"))[0].accepted


@pytest.mark.requirement("SET-35")
async def test_what_waits_too_long_is_told_to_try_again_and_can(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    await scene.send(filing("f2"), id="b")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    await scene.database.execute("UPDATE referral.held SET expires_at = now() WHERE why = 'AWAITS'")
    assert (await scene.hear("a"))[0].code == "TRY_AGAIN"
    assert (await scene.hear("b"))[0].accepted
    assert await scene.fetch("SELECT id FROM referral.inbox") == [("b",)]
    await scene.enrollment.node("n", partition=0)
    await scene.send(filing("f1"), id="a", after=AFTER)
    assert (await scene.hear("a", 2))[1].accepted
    assert await scene.effects() == {"a": 1, "b": 1}


async def test_any_number_may_wait_behind_one(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    for number in range(450):
        await scene.send(filing(f"f{number}"))
    await scene.until_sql("SELECT count(*) = 451 FROM referral.held")
    await scene.enrollment.node("n", partition=0)
    await scene.hear("r450")
    assert await scene.fetch("SELECT count(*), min(number), max(number) FROM referral.effect") == [
        (451, 1, 451)
    ]
    assert await scene.fetch("SELECT * FROM referral.held") == []


async def test_what_waited_is_taken_back_with_no_more_bytes_than_a_turn_may_hold(scene: Scene) -> None:
    await scene.start()
    await hold_one(scene)
    for number in range(20):
        await scene.send(filing("f"), length=300_000, id=f"h{number}")
    await scene.until_sql("SELECT count(*) = 21 FROM referral.held")
    await scene.enrollment.node("n", partition=0)
    assert (await scene.hear("h19"))[0].accepted
    [(most,)] = await scene.fetch(
        "SELECT count(*) FROM referral.effect GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1"
    )
    assert 1 < most <= 1 + TURN_BYTES // 300_000 + 1


async def test_what_stands_aside_outlives_the_process(scene: Scene) -> None:
    process = await scene.start()
    await hold_one(scene)
    await scene.send(filing("f2"), id="b")
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    await scene.stop(process)
    await scene.start()
    await scene.enrollment.node("n", partition=0)
    assert (await scene.hear("a"))[0].accepted
    assert (await scene.hear("b"))[0].accepted
