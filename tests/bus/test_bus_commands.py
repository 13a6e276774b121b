"""`yidi bus`: a broker is lost, with all that stood on it; the services go on with a new one."""

import asyncio
import shutil
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from shared.bus.process import EXIT_STRANGE_BROKER
from shared.stack import start_kafka, stop_kafka
from tests.bus.killable import Killable
from tests.bus.scene import Scene, filing
from tests.bus.test_dead_commands import yidi
from tests.bus.test_relay import once

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
