"""Streams change hands: where to read on comes from the database, and leaving loses nothing."""

import asyncio
import signal
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer

from shared.bus.process.process import ServiceProcess
from tests.bus.conftest import GROUP, wait_for_members
from tests.bus.given.killable import Killable
from tests.bus.given.scene import Scene, filing

PACE = "INSERT INTO referral.pace VALUES (0.05)"  # each batch takes a while, so that hands change within one


async def send_many(scene: Scene, first: int, last: int) -> None:
    """Requests of many persons, so in every partition."""
    for number in range(first, last):
        await scene.send(filing(f"f{number}", person=f"P{number % 12}"), id=f"m{number}")


async def all_once(scene: Scene, count: int) -> None:
    """Every request is answered with one content and has one effect."""
    await scene.collect(lambda: len(scene.answers) == count, "not all were answered")
    assert await scene.effects() == {f"m{number}": 1 for number in range(count)}
    assert all(len({message.value for message in answers}) == 1 for answers in scene.answers.values())


async def test_positions_come_from_the_database_and_never_from_kafka(scene: Scene) -> None:
    await send_many(scene, 0, 24)
    await asyncio.to_thread(wait_for_members, scene.servers.kafka, "nobody")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=scene.servers.kafka, group_id=GROUP, enable_auto_commit=False
    )
    await consumer.start()
    everything = scene.places("realtime.filings")
    consumer.assign(everything)
    await consumer.commit(await consumer.end_offsets(everything))  # Kafka says that all of it was read
    await consumer.stop()
    await scene.start()
    await all_once(scene, 24)


async def test_two_processes_share_the_streams_and_decide_each_message_once(scene: Scene) -> None:
    await scene.database.execute(PACE)
    first = await scene.start()
    sending = asyncio.create_task(send_many(scene, 0, 240))
    second = await scene.start(1)
    await shared(scene, first, second)
    await sending
    await all_once(scene, 240)
    assert not first.owner.streams.keys() & second.owner.streams.keys()


async def shared(scene: Scene, first: ServiceProcess, second: ServiceProcess) -> None:
    """Waits until each of two processes owns half."""
    half = scene.settings.partitions
    await scene.until(
        lambda: len(first.owner.streams) == len(second.owner.streams) == half, "they do not share the streams"
    )


async def test_one_that_leaves_hands_its_streams_over(scene: Scene) -> None:
    await scene.database.execute(PACE)
    first = await scene.start()
    second = await scene.start(1)
    await shared(scene, first, second)
    await send_many(scene, 0, 60)
    await scene.stop(second)
    await send_many(scene, 60, 120)
    await all_once(scene, 120)
    assert len(first.owner.streams) == 2 * scene.settings.partitions


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_one_that_dies_or_freezes_is_replaced_and_does_no_harm_when_it_wakes(
    scene: Scene, killable: Callable[..., Killable], number: int
) -> None:
    await scene.database.execute(PACE)
    other = killable(ordinal=1)
    await scene.until_sql(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'yidi-referral'"
    )
    await send_many(scene, 0, 60)
    await scene.until_sql("SELECT count(*) > 0 FROM referral.effect")
    other.signal(number)
    mine = await scene.start()
    await scene.until(
        lambda: len(mine.owner.streams) == 2 * scene.settings.partitions, "nothing was taken over"
    )
    await send_many(scene, 60, 90)
    await all_once(scene, 90)
    other.signal(signal.SIGCONT)
    await send_many(scene, 90, 120)
    await all_once(scene, 120)


async def test_a_process_that_is_asked_to_leave_ends_its_batch_and_leaves(
    scene: Scene, killable: Callable[..., Killable]
) -> None:
    await scene.database.execute("INSERT INTO referral.pace VALUES (0.5)")
    await send_many(scene, 0, 30)
    leaving = killable()
    await scene.until_sql(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%pace%'"
    )
    leaving.signal(signal.SIGTERM)
    assert leaving.code(within_s=10) == 0
    decided = len(await scene.effects())
    assert decided > 0
    await scene.collect(lambda: len(scene.answers) == decided, "what was decided was not answered")
    unsent = await scene.fetch(
        "SELECT first_sequence FROM referral.outbox JOIN referral.stream USING (topic, partition)"
        " WHERE first_sequence > relayed"
    )
    assert unsent == []
