"""A database is lost; the topics tell in which order everything was decided, and it is decided so again."""

import asyncio
import json
from collections.abc import Callable
from datetime import date
from signal import SIGKILL
from typing import Any

import pytest

from shared.bus.message import Decision, Position
from shared.bus.migrations.store import migrate
from shared.bus.operate import rebuild as rebuilding
from shared.bus.operate.rebuild import ExpiredError, NotLostError, Rebuilt, rebuild
from shared.bus.operate.told import DiffersError, DriftError, Facts, Told, read_told
from shared.bus.partition import partition_of
from shared.bus.process.process import EXIT_LOST_DATABASE, EXIT_STRANGE_BROKER
from shared.bus.process.relay import Relay
from shared.bus.turn import held
from shared.bus.wire import Record
from shared.errors import refuse
from shared.messages.body import CancelRequest
from tests.bus.given.killable import Killable
from tests.bus.given.scene import NODE, PATIENCE_S, Scene, filing
from tests.bus.given.tally import TALLY, TallyDecider
from tests.bus.operate.test_bus_commands import lose_the_broker
from tests.bus.operate.test_dead_commands import yidi
from tests.bus.process.test_relay import once
from tests.bus.process.test_set_up import expire
from tests.given.tables import digests

DAY = date(2026, 3, 2)
AT_MOST_S = 1.5


@pytest.fixture
async def fresh(frail_scene: Scene) -> Scene:
    """A stage whose logs and whose database know nothing yet, not even the node."""
    scene = frail_scene
    await lose_the_broker(scene)
    await scene.admin.ensure_topics(scene.settings.partitions)
    await scene.admin.ensure_reply_topics([f"reply.{NODE}"])
    await scene.reconnect()
    await scene.database.execute(
        "TRUNCATE referral.stream; DELETE FROM referral.node WHERE node_id = 'huaxi'"
    )
    return scene


async def lose_the_database(scene: Scene) -> None:
    """The schema is there again, and empty."""
    await scene.database.execute("DROP SCHEMA referral CASCADE")
    await migrate(scene.servers.postgres, [TALLY])


async def again(scene: Scene) -> Rebuilt:
    """Makes tally's database anew."""
    return await rebuild(TALLY, scene.servers, scene.settings)


async def read_told_twice(*of: Any) -> Told:
    """The log of a process that lost the answers to its COMMITs: what said nothing is told once more."""
    told, before = await read_told(*of), list[Any]()
    for number, step in enumerate(told.steps):
        steps = json.loads(step.header)
        told.steps[number] = step._replace(header=json.dumps([*before, *steps]).encode())
        before = steps[:-1]
    return told


async def live_through_everything(scene: Scene) -> None:
    """What can happen to messages, by and by: each is decided on what was known then."""
    process = await scene.start()
    await scene.enrollment.node(NODE)
    await scene.until_sql("SELECT count(*) = 1 FROM referral.node WHERE node_id = 'huaxi'")
    assert (await scene.ask(filing("early"), id="early")).code == "NO_DAY_OPEN"
    assert (await scene.ask(filing("no"), id="no")).code == "NOT_OPENED"
    await scene.enrollment.open_day(DAY)
    await scene.until_sql("SELECT count(day) = 4 FROM referral.stream")
    assert (await scene.ask(filing("early"), id="early")).accepted
    later = Position("enrollment/registry.commands/1", "enrollment.events", 0, 1)
    awaits = await scene.send(filing("awaits"), after=str(later))
    behind = await scene.send(filing("behind"))
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held")
    await scene.enrollment.node("n1", partition=0, stream=later.stream)
    assert (await scene.hear(behind))[0].accepted
    assert (await scene.hear(awaits))[0].accepted
    never = Position(later.stream, later.topic, 1, 900)
    assert (await scene.ask(filing("never"), id="never", after=str(never))).code == "TRY_AGAIN"
    await scene.stop(process)  # what it took since its last fact is told nowhere
    await go_wrong_and_right(scene)


async def go_wrong_and_right(scene: Scene) -> None:
    """Rules fail, operators act, a request is cancelled; and a day is worked."""
    partition = partition_of("P1", scene.settings.partitions)
    end = (await scene.admin.ends([("realtime.filings", partition)]))["realtime.filings", partition]
    await scene.send(filing("skipped"), id="skipped")
    await yidi(
        scene, "bus", "skip", "referral", "realtime.filings", f"{partition}", f"{end}", "--reason", "x"
    )
    process = await scene.start()
    await scene.database.execute("INSERT INTO referral.mood DEFAULT VALUES")
    for id in ("bad-rule", "moody-rule"):
        await scene.send(filing(id), id=id)
    await scene.send_raw(b"\xff", [])
    await scene.until_sql("SELECT count(*) = 4 FROM referral.held WHERE why = 'JUNK'")
    await scene.database.execute("DELETE FROM referral.mood")
    number = await scene.database.fetchval(
        "SELECT number FROM referral.held WHERE reason = 'FAILED' ORDER BY number OFFSET 1"
    )
    await yidi(scene, "dead", "release", f"referral/realtime.filings/{partition}/{number}")
    assert (await scene.hear("moody-rule"))[0].accepted
    assert (await scene.ask(filing("tell"), id="tell")).accepted
    assert (await scene.ask(CancelRequest(subject_id="P1", original_id="tell"), id="cancel")).accepted
    await scene.enrollment.open_day(date(2026, 3, 3))
    await scene.until_sql("SELECT count(*) = 2 FROM referral.closed")
    await scene.until_sql("SELECT NOT EXISTS (SELECT FROM referral.job WHERE NOT done)")
    await scene.stop(process)


async def until_the_same(scene: Scene, before: dict[str, tuple[int, str]]) -> None:
    """Waits until what no fact told is decided too, and every table says what it said."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S / 2
    while (now := await digests(scene.servers.postgres, "referral")) != before:
        assert asyncio.get_running_loop().time() < deadline, now.items() ^ before.items()
        await asyncio.sleep(0.05)


async def test_a_database_made_anew_is_what_it_was_and_nothing_is_said_twice(
    fresh: Scene, frail_killable: Callable[..., Killable], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "AWAIT_SECONDS", AT_MOST_S)
    await live_through_everything(fresh)
    before = await digests(fresh.servers.postgres, "referral")
    await lose_the_database(fresh)
    assert await asyncio.to_thread(frail_killable().code) == EXIT_LOST_DATABASE
    with monkeypatch.context() as other_version:
        other_version.setattr(TallyDecider, "_cancel", lambda *_: Decision(answer=refuse("NOT_OPENED")))
        with pytest.raises(DiffersError):
            await again(fresh)
    assert await asyncio.to_thread(frail_killable().code) == EXIT_STRANGE_BROKER  # half of it is no database
    monkeypatch.setattr(rebuilding, "read_told", read_told_twice)
    rebuilt = await again(fresh)
    assert rebuilt.unsent == 0
    with pytest.raises(NotLostError):
        await again(fresh)
    await fresh.start()
    await until_the_same(fresh, before)
    assert (await fresh.ask(filing("new"), id="new")).accepted
    await fresh.collect(lambda: any(f.causation_id == "new" for f in fresh.facts), "the new fact is not said")
    assert once(fresh.facts) == fresh.facts
    assert len(fresh.facts) + len(fresh.dead) > rebuilt.facts
    assert {id for id, answers in fresh.answers.items() if len(answers) > 1} == {"early"}


async def test_what_had_not_reached_the_log_is_said_when_the_service_runs(
    fresh: Scene, frail_killable: Callable[..., Killable], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = await fresh.start()
    await fresh.enrollment.node(NODE)
    await fresh.until_sql("SELECT count(*) = 1 FROM referral.node WHERE node_id = 'huaxi'")
    await fresh.stop(process)
    await fresh.send_raw(b"\xff", [])
    await fresh.send(filing("f1"), id="a")  # one turn, in two pages, of which one is lost
    send = Relay._send

    async def lose_dead(relay: Relay, topic: str, partition: int, left: list[Record]) -> list[Any]:
        return [] if topic == "referral.dead" else await send(relay, topic, partition, left)

    with monkeypatch.context() as broken:
        broken.setattr(Relay, "_send", lose_dead)
        process = await fresh.start()
        await fresh.hear("a")
        await fresh.stop(process)
    await fresh.send(filing("late"), id="late")
    assert await asyncio.to_thread(frail_killable(crash_at="between_commit_and_send:1").code) == -SIGKILL
    before = await digests(fresh.servers.postgres, "referral")
    await lose_the_database(fresh)
    assert (await again(fresh)).unsent == 1
    process = await fresh.start()
    assert [answer.accepted for answer in await fresh.hear("late")] == [True]
    await until_the_same(fresh, before)
    await fresh.collect(lambda: fresh.dead, "what was lost on the way is not said")
    assert once(fresh.facts) == fresh.facts
    await fresh.stop(process)
    await expire(fresh)
    await lose_the_database(fresh)
    with pytest.raises(ExpiredError):
        await again(fresh)


CHAIN = ("referral/realtime.filings/0", "referral.events", 0)


def told(*numbers: int, begins: int = 0) -> Told:
    """A log that holds facts of these numbers, whose digests are a hundred more."""
    facts = Facts()
    for number in numbers:
        facts.keep(number, number + 100)
    return Told(facts={CHAIN: facts}, begins={CHAIN[1:]: begins, ("referral.dead", 0): begins})


def test_a_fact_is_held_by_the_log_or_was_or_is_still_to_be_sent() -> None:
    log = told(5, 7, 7)
    assert log.holds(CHAIN, 5, 105)
    assert list(log.lacks([(CHAIN, 5), (CHAIN, 7)])) == [(CHAIN, 7)]
    assert log.holds(CHAIN, 7, 107)
    assert not log.holds(CHAIN, 9, 109)
    assert log.keep() == 2
    assert not list(log.lacks([(CHAIN, 7)]))
    assert not told().holds((CHAIN[0], "referral.dead", 0), 1, 1)
    assert told(begins=3).holds((CHAIN[0], "referral.dead", 0), 1, 1)
    assert told(5, begins=3).holds(CHAIN, 4, 1)


def test_another_fact_or_another_number_is_told_and_the_turn_can_be_taken_back() -> None:
    log = told(5, 7)
    assert log.holds(CHAIN, 5, 105)
    with pytest.raises(DriftError) as drift:
        log.holds(CHAIN, 6, 107)
    assert drift.value.by == 1
    log.undo()
    with pytest.raises(DiffersError):
        log.holds(CHAIN, 5, 1)
