"""A request is decided once, whatever is sent again, and whoever decides."""

from datetime import date

import pytest

from shared.bus.database import connect_pool
from shared.bus.fault import ChangedError
from shared.bus.store import Decided, say
from shared.bus.store.said import MANY
from shared.errors import NOT_FIRST, REFUSALS
from tests.bus.given.scene import Scene, filing


@pytest.mark.requirement("SET-12")
async def test_the_same_request_gets_its_first_answer_again(scene: Scene) -> None:
    process = await scene.start()
    first = await scene.ask(filing("f1"), id="a")
    assert first.accepted
    assert await scene.ask(filing("f1"), id="a") == first
    await scene.stop(process)
    await scene.start()
    assert await scene.ask(filing("f1"), id="a") == first
    one, *others = scene.answers["a"]
    assert len(others) == 2
    assert all(message.value == one.value and message.after == one.after for message in others)
    assert await scene.effects() == {"a": 1}
    await scene.collect(lambda: scene.facts, "nothing was told")
    assert len(scene.facts) == 1


@pytest.mark.requirement("SET-12")
async def test_a_request_that_comes_twice_in_one_batch_is_decided_once(scene: Scene) -> None:
    for _ in range(3):
        await scene.send(filing("f1"), id="a")
    await scene.send(filing("f2"), id="b")
    await scene.start()
    first, *others = await scene.hear("a", 3)
    assert (await scene.hear("b"))[0].accepted
    assert others == [first, first]
    assert await scene.effects() == {"a": 1, "b": 1}


@pytest.mark.requirement("SET-35")
async def test_an_id_that_was_used_for_another_body_is_refused_and_changes_nothing(scene: Scene) -> None:
    await scene.start()
    first = await scene.ask(filing("f1"), id="a")
    assert (await scene.ask(filing("f2"), id="a")).code == "ID_REUSED"
    assert (await scene.ask(filing("f1"), id="a")) == first
    assert await scene.effects() == {"a": 1}


async def test_one_id_sent_for_two_persons_at_once_takes_effect_for_one(scene: Scene) -> None:
    for person in ("P1", "P2", "P3", "P4"):
        await scene.send(filing("f1", person=person), id="a")
    await scene.start()
    codes = sorted(answer.code for answer in await scene.hear("a", 4))
    assert codes == ["ID_REUSED"] * 3 + ["OK"]
    assert await scene.effects() == {"a": 1}


@pytest.mark.parametrize("count", [1, MANY + 1])
async def test_a_turn_keeps_nothing_if_one_of_its_requests_was_decided_elsewhere(
    database: str, count: int
) -> None:
    pool = await connect_pool(database, "referral")
    rows = [Decided("huaxi", f"r{number}", "T", b"", "OK", b"{}", "") for number in range(count)]
    async with pool.acquire() as tx:
        await say(tx, rows[-1:], [], [])
        with pytest.raises(ChangedError):
            async with tx.transaction():
                await say(tx, rows, [], [])
        assert await tx.fetchval("SELECT min(id) FROM inbox HAVING count(*) = 1") == rows[-1].id
        await say(tx, [row._replace(source="renmin") for row in rows], [], [])
        assert await tx.fetchval("SELECT count(*) FROM inbox") == 1 + count
    await pool.close()


async def test_two_nodes_may_use_the_same_id(scene: Scene) -> None:
    await scene.database.execute("INSERT INTO referral.node VALUES ('renmin', 'another', 'hospital')")
    await scene.start()
    await scene.send(filing("f1"), id="a", source="renmin")
    assert (await scene.ask(filing("f2"), id="a")).accepted
    assert await scene.effects() == {"a": 2}


async def test_a_node_that_is_registered_while_the_service_runs_is_answered(scene: Scene) -> None:
    await scene.start()
    await scene.send(filing("f1"), id="early", source="tianfu")
    await scene.until_sql("SELECT reason FROM referral.held WHERE reason = 'UNKNOWN_NODE'")
    await scene.enrollment.node("tianfu")
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'tianfu'")
    await scene.send(filing("f2"), id="late", source="tianfu")
    await scene.until_sql("SELECT id FROM referral.inbox WHERE source = 'tianfu'")
    assert await scene.effects() == {"late": 1}


@pytest.mark.requirement("SET-35")
async def test_a_request_that_came_before_the_first_day_is_decided_once_a_day_is_open(scene: Scene) -> None:
    await scene.start()
    assert (await scene.ask(filing("early"), id="a")).code == "NO_DAY_OPEN"
    await scene.enrollment.open_day(date(2026, 3, 2))
    await scene.until_sql(
        "SELECT count(*) = 6 FROM referral.stream WHERE topic = 'realtime.filings' AND day IS NOT NULL"
    )
    assert (await scene.ask(filing("early"), id="a")).accepted
    assert await scene.effects() == {"a": 1}


@pytest.mark.requirement("SET-35")
async def test_a_record_sent_with_the_wrong_key_is_decided_once_it_is_sent_as_it_should_be(
    scene: Scene,
) -> None:
    await scene.start()
    assert (await scene.ask(filing("f1"), id="a", key="P2")).code == "WRONG_KEY"
    assert (await scene.ask(filing("f1"), id="a")).accepted
    assert await scene.effects() == {"a": 1}


def test_what_is_said_of_the_body_or_by_the_law_is_kept_as_the_first_answer() -> None:
    assert REFUSALS.keys() > NOT_FIRST
    assert not {"NOT_JSON", "INVALID_FIELD", "BODY_TOO_LARGE", "EXPIRED", "NOT_OPENED"} & NOT_FIRST
