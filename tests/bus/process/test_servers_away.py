"""A database or a broker that is away or killed: the same batch goes on, nothing is lost or doubled."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from types import SimpleNamespace

import asyncpg
import pytest

from shared.bus.process.health import STALE_S
from shared.bus.process.process import ServiceProcess
from shared.stack import kafka_pid, postgres_pid, start_kafka, start_postgres
from tests.bus.given.killable import Killable
from tests.bus.given.scene import Scene, filing
from tests.bus.process.test_relay import once

COUNT = 120


async def send_slowly(scene: Scene) -> None:
    """Requests that keep coming while servers go and come back."""
    for number in range(COUNT):
        await scene.send(filing(f"f{number}", person=f"P{number % 4}"), id=f"m{number}")
        await asyncio.sleep(0.01)


async def all_once(scene: Scene) -> None:
    """Every request is answered, has one effect and is told once."""
    await scene.collect(lambda: len(scene.answers) == COUNT, "not all were answered")
    await scene.collect(lambda: len(once(scene.facts)) == COUNT, "not all was told")
    assert await scene.effects() == {f"m{number}": 1 for number in range(COUNT)}
    assert all(len({message.value for message in answers}) == 1 for answers in scene.answers.values())


def kill(pid: int | None) -> None:
    """Ends a server as a power cut does."""
    assert pid
    os.kill(pid, signal.SIGKILL)


async def test_a_database_that_was_killed_costs_nothing_but_time(frail_scene: Scene) -> None:
    scene = frail_scene
    process = await scene.start()
    generation = process.owner.generation
    sending = asyncio.create_task(send_slowly(scene))
    await scene.collect(lambda: len(scene.answers) > 10, "nothing was answered")
    kill(postgres_pid(scene.settings))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(start_postgres, scene.settings)
    await sending
    scene.database = await asyncpg.connect(scene.servers.postgres)
    await all_once(scene)
    assert process.owner.generation == generation


async def test_a_broker_that_was_killed_costs_nothing_but_time(frail_scene: Scene) -> None:
    scene = frail_scene
    await scene.start()
    sending = asyncio.create_task(send_slowly(scene))
    await scene.collect(lambda: len(scene.answers) > 10, "nothing was answered")
    kill(kafka_pid(scene.settings))
    await asyncio.to_thread(start_kafka, scene.settings)
    await sending
    await all_once(scene)


async def test_a_process_leaves_in_time_though_the_broker_is_gone(
    frail_scene: Scene, frail_killable: Callable[..., Killable]
) -> None:
    scene = frail_scene
    await scene.database.execute("INSERT INTO referral.pace VALUES (1)")
    leaving = frail_killable()
    await scene.send(filing("f1"))
    await scene.until_sql("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    kill(kafka_pid(scene.settings))
    await scene.until_sql("SELECT count(*) > 0 FROM referral.effect")
    leaving.signal(signal.SIGTERM)
    leaving.code(within_s=10)
    await asyncio.to_thread(start_kafka, scene.settings)
    await scene.database.execute("DELETE FROM referral.pace")
    assert [json.loads(line)["timestamp"] for line in leaving.log.read_text().splitlines()]
    await scene.start()
    assert (await scene.hear("r1"))[0].accepted
    assert await scene.effects() == {"r1": 1}


@pytest.mark.parametrize(("unsent_s", "frozen"), [(31.0, False), (0.0, True)])
def test_a_loop_that_waits_for_the_broker_is_not_taken_for_frozen(unsent_s: float, frozen: bool) -> None:
    long_ago = time.monotonic() - 2 * STALE_S
    worker, relay = SimpleNamespace(ticked=long_ago), SimpleNamespace(age_s=lambda: unsent_s)
    ticked = ServiceProcess.ticked(SimpleNamespace(worker=worker, relay=relay))  # type: ignore[arg-type]
    assert (time.monotonic() - ticked > STALE_S) == frozen
