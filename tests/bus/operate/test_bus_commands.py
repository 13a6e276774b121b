"""`yidi bus`: a broker is lost, with all that stood on it; the services go on with a new one."""

import asyncio
import json
import shutil
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.bus.process.process import EXIT_STRANGE_BROKER
from shared.bus.stream import GapError
from shared.stack import start_kafka, stop_kafka
from tests.bus.given.killable import Killable
from tests.bus.given.scene import Scene, filing, halt
from tests.bus.operate.test_dead_commands import yidi
from tests.bus.process.test_relay import once

COUNT = 8


async def lose_the_broker(scene: Scene) -> None:
    """A new broker stands at the address of the old one, and holds nothing."""
    await scene.disconnect()
    await asyncio.to_thread(stop_kafka, scene.settings)
    await asyncio.to_thread(shutil.rmtree, scene.settings.home / "kafka" / "data")
    assert await asyncio.to_thread(start_kafka, scene.settings) == scene.servers.kafka


async def test_a_service_goes_on_with_a_broker_that_was_filled_again(
    frail_scene: Scene, frail_killable: Callable[..., Killable]
) -> None:
    scene = frail_scene
    process = await scene.start()
    for number in range(COUNT):
        await scene.ask(filing(f"f{number}", person=f"P{number}"))
    await scene.enrollment.node("n1")
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n1'")
    await scene.collect(lambda: len(scene.facts) == COUNT, "not all was told")
    before = sorted(fact.id for fact in scene.facts)
    await scene.stop(process)
    await lose_the_broker(scene)

    refilled = await yidi(scene, "bus", "refill", "referral")
    assert f"{2 * COUNT} records" in refilled.stdout
    await scene.reconnect()
    assert frail_killable().code() == EXIT_STRANGE_BROKER

    kept = await yidi(scene, "bus", "adopt", "referral")
    assert kept.exit_code == 1
    assert "no copy of the old one" in kept.stderr
    adopted = await yidi(scene, "bus", "adopt", "referral", "--from-beginning")
    assert adopted.exit_code == 0, adopted.output
    await scene.enrollment.say_all_again()
    await scene.enrollment.node("n2")
    await scene.start()
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n2'")
    assert (await scene.ask(filing("f0", person="P0"), id="r1")).accepted  # its first answer again
    assert (await scene.ask(filing("new"), id="new")).accepted
    await scene.collect(lambda: len(once(scene.facts)) == COUNT + 1, "the new log lacks facts")
    assert sorted(fact.id for fact in once(scene.facts) if fact.causation_id != "new") == before
    assert await scene.effects() == {"new": 1, **{f"r{number}": 1 for number in range(1, COUNT + 1)}}


async def test_what_stands_aside_when_the_broker_is_lost_still_does_and_goes_on(frail_scene: Scene) -> None:
    scene = frail_scene
    process = await scene.start()
    await scene.send_raw(b"\xff", [])
    await scene.enrollment.strange("n9")
    await scene.enrollment.node("n9")
    await scene.until_sql("SELECT count(*) = 3 FROM referral.held")
    last = await scene.database.fetchval("SELECT number FROM referral.held WHERE why = 'JUNK'")
    await scene.stop(process)
    await lose_the_broker(scene)
    await yidi(scene, "bus", "refill", "referral")
    await scene.reconnect()

    adopted = await yidi(scene, "bus", "adopt", "referral", "--from-beginning")
    assert adopted.exit_code == 0, adopted.output
    for _ in range(last + 1):  # one of them at the offset where the old one stood
        await scene.send_raw(b"\xfe", [])
    await scene.enrollment.say_all_again()
    await scene.start()
    await scene.until_sql("SELECT count(*) = 2 + $1 FROM referral.held WHERE why = 'JUNK'", last)
    [(strange,)] = await scene.fetch("SELECT number FROM referral.held WHERE why = 'PARKED'")
    [(place,)] = await scene.fetch("SELECT partition FROM referral.held WHERE why = 'PARKED'")
    assert strange < 0
    id = f"referral/enrollment.events/{place}/{strange}"
    released = await yidi(scene, "dead", "release", id)
    assert released.exit_code == 0, released.output
    await scene.until_sql("SELECT NOT released FROM referral.held WHERE why = 'PARKED'")  # it failed again
    assert (await yidi(scene, "dead", "drop", id, "--because", "of a newer version")).exit_code == 0
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n9'")


async def test_only_what_was_said_since_a_time_may_be_said_again(scene: Scene) -> None:
    process = await scene.start()
    await scene.ask(filing("f1"), id="a")
    await scene.ask(filing("f2"), id="b")
    await scene.stop(process)
    await scene.database.execute(
        "UPDATE referral.outbox SET written_at = now() - interval '2 days'"
        " WHERE first_sequence <= (SELECT min(first_sequence) + 1 FROM referral.outbox)"
    )
    since = await scene.database.fetchval("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')")
    done = await yidi(scene, "bus", "refill", "referral", "--since", since)
    assert "2 records" in done.stdout, done.output
    await scene.hear("b", 2)
    assert len(scene.answers["a"]) == 1


@pytest.mark.parametrize("command", ["adopt", "refill"])
async def test_a_service_that_does_not_exist_is_said_so(scene: Scene, command: str) -> None:
    done = await yidi(scene, "bus", command, "billing")
    assert done.exit_code == 1
    assert "no service billing" in done.stderr


@pytest.mark.parametrize("command", ["adopt", "refill"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = CliRunner().invoke(app, ["bus", command, "--help"])
    assert done.exit_code == 0
    assert f"yidi bus {command}" in done.stdout


async def skip(scene: Scene, topic: str, partition: int, offset: int, *more: str) -> Result:
    """Has referral step over one record."""
    place = (topic, str(partition), str(offset))
    return await yidi(scene, "bus", "skip", "referral", *place, "--reason", "ends us", *more)


async def test_a_record_that_cannot_be_taken_is_stepped_over_told_and_kept(scene: Scene) -> None:
    first = await scene.enrollment.node("n1", partition=0)
    place = ("enrollment.events", 0)
    offset = await next_offset(scene, *place)
    gap = (await scene.enrollment.node("n2", partition=0, sequence=90, previous=80)).sequence
    await scene.enrollment.node("n3", partition=0, sequence=first.sequence + 1, previous=first.sequence)
    process = await scene.start()
    with pytest.raises(GapError):
        await process.wait()
    scene.processes.remove(process)
    await halt(process)
    done = await skip(scene, *place, offset + 1, "--json")
    assert json.loads(done.stdout.splitlines()[-1])["readable"], done.output
    turns = await scene.fetch("SELECT topic, partition, turn FROM referral.stream ORDER BY 1, 2")
    assert (await skip(scene, *place, offset + 1)).exit_code == 1, "it is stepped over already"
    assert await scene.fetch("SELECT topic, partition, turn FROM referral.stream ORDER BY 1, 2") == turns
    await scene.start()
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n3'")
    assert gap == 90
    [row] = await scene.fetch("SELECT number, why, reason, detail FROM referral.held")
    assert row == (offset + 1, "JUNK", "SKIPPED", "ends us")
    await scene.collect(lambda: scene.dead, "it was not told")
    assert [told.body.reason for told in scene.dead] == ["SKIPPED"]  # type: ignore[attr-defined]
    assert await scene.fetch("SELECT because FROM referral.skipped") == [("ends us",)]


async def test_a_fact_in_its_turn_is_stepped_over_without_a_gap_also_by_a_running_service(
    scene: Scene,
) -> None:
    process = await scene.start()
    offset = await next_offset(scene, "enrollment.events", 1)
    done = [await skip(scene, "enrollment.events", 1, offset + n) for n in (0, 1)]
    assert [one.exit_code for one in done] == [1, 1]  # nothing stands there yet
    await scene.stop(process)
    for number in range(3):
        await scene.enrollment.node(f"n{number}", partition=1)
    assert (await skip(scene, "enrollment.events", 1, offset + 1)).exit_code == 0
    await scene.start()
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n2'")
    assert await scene.fetch("SELECT node_id FROM referral.node WHERE node_id = 'n1'") == []
    assert "taken or stepped over before" in (await skip(scene, "enrollment.events", 1, offset)).stderr


async def next_offset(scene: Scene, topic: str, partition: int) -> int:
    """Where referral stands."""
    [[found]] = await scene.fetch(
        "SELECT next_offset FROM referral.stream WHERE topic = $1 AND partition = $2", topic, partition
    )
    return int(found)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("referral", "monthly.claims", "0", "0", "--reason", "x"), "does not read"),
        (("referral", "enrollment.events", "99", "0", "--reason", "x"), "no such partition"),
        (("referral", "enrollment.events", "0", "99999999", "--reason", "x"), "ends at"),
        (("referral", "enrollment.events", "0", "0", "--reason", " "), "say why"),
        (("nobody", "enrollment.events", "0", "0", "--reason", "x"), "no service nobody"),
    ],
)
async def test_what_cannot_be_stepped_over_says_why(
    scene: Scene, arguments: tuple[str, ...], says: str
) -> None:
    done = await yidi(scene, "bus", "skip", *arguments)
    assert (done.exit_code, says in done.stderr) == (1, True), done.output
