"""A set-up that does not fit what is there: whoever starts says so, once and clearly, and does nothing."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from shared.bus.admin import Admin, TopicsDifferError
from shared.bus.process.process import EXIT_LOST_BEGINNING, EXIT_SET_UP, EXIT_STRANGE_BROKER
from shared.bus.stream import GapError
from shared.messages.enrollment.registers import NodeRegistered
from shared.stack import StackError
from tests.bus.conftest import delete_topics
from tests.bus.given.killable import Killable
from tests.bus.given.scene import INBOUND, Scene, filing
from tests.bus.operate.test_dead_commands import yidi

SAMPLE = Path(__file__).parents[3] / "services" / "enrollment" / "sample"


def other(scene: Scene) -> Scene:
    """The same stage, seen by who has set other partitions by mistake."""
    return Scene(replace(scene.settings, partitions=4), scene.servers)


async def test_a_service_with_other_partitions_than_the_topics_ends_before_it_decides(
    scene: Scene, tmp_path: Path
) -> None:
    mistaken = Killable(other(scene).settings, scene.servers, tmp_path / "log")
    assert await asyncio.to_thread(mistaken.code) == EXIT_SET_UP
    log = mistaken.log.read_text()
    assert "registry.commands" in log
    assert "YIDI_PARTITIONS=6" in log
    assert await scene.fetch("SELECT max(turn) FROM referral.stream") == [(0,)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("up",),
        ("migrate",),
        ("import", str(SAMPLE)),
        ("day", "open", "2026-03-02"),
        ("bus", "adopt", "referral"),
        ("bus", "refill", "referral"),
    ],
)
async def test_a_command_with_other_partitions_than_the_topics_says_what_to_set(
    scene: Scene, arguments: tuple[str, ...]
) -> None:
    done = await yidi(other(scene), *arguments)
    assert done.exit_code == 1, done.output
    for words in ("6 个分区", "has 6 partitions", "YIDI_PARTITIONS=4", "请设置 YIDI_PARTITIONS=6"):
        assert words in done.stderr


async def not_fine(scene: Scene, check: str) -> str:
    """What `yidi doctor` says is to be done about something; "" where it is fine."""
    [row] = [
        row for row in json.loads((await yidi(scene, "doctor", "--json")).stdout) if row["name"] == check
    ]
    return " ".join(row["remedy"] or ())


async def test_the_doctor_tells_of_topics_that_do_not_fit(scene: Scene) -> None:
    assert "YIDI_PARTITIONS=6" in await not_fine(other(scene), "topics")
    assert not await not_fine(scene, "topics")


async def test_nothing_is_made_where_the_topics_do_not_fit(frail_scene: Scene) -> None:
    admin = Admin(frail_scene.servers.kafka)
    with pytest.raises(TopicsDifferError):
        await admin.ensure_topics(7)
    await admin.check_topics(frail_scene.settings.partitions)


async def test_a_topic_that_is_missing_is_named_with_what_to_run(frail_scene: Scene) -> None:
    admin, partitions = Admin(frail_scene.servers.kafka), frail_scene.settings.partitions
    await asyncio.to_thread(delete_topics, frail_scene.servers.kafka, ["audit.dead"])
    with pytest.raises(StackError, match=r"audit\.dead.*yidi migrate"):
        await admin.check_topics(partitions)
    await admin.ensure_topics(partitions)
    await admin.check_topics(partitions)


async def expire(scene: Scene) -> None:
    """What stands in the logs by now expires."""
    client = AdminClient({"bootstrap.servers": scene.servers.kafka, "log_level": 0})
    ends = await scene.admin.ends([tp for topic in INBOUND for tp in scene.places(topic)])
    gone = client.delete_records([TopicPartition(*place, end) for place, end in ends.items()])
    for future in gone.values():
        await asyncio.to_thread(future.result, 20)


@pytest.mark.parametrize("how", [(), ("--from-beginning",)])
async def test_a_new_database_goes_on_with_logs_whose_beginning_has_expired_once_they_are_adopted(
    scene: Scene, killable: Callable[..., Killable], how: tuple[str, ...]
) -> None:
    await scene.send(filing("gone"))
    await scene.enrollment.node("gone")
    await expire(scene)
    await scene.database.execute("TRUNCATE referral.stream")
    await scene.enrollment.node("there")
    service = killable()
    assert await asyncio.to_thread(service.code) == EXIT_LOST_BEGINNING
    assert "yidi bus adopt referral" in service.log.read_text()
    assert "yidi bus adopt referral" in await not_fine(scene, "referral streams")
    done = await yidi(scene, "bus", "adopt", "referral", *how)
    assert done.exit_code == 0, done.output
    assert not await not_fine(scene, "referral streams")
    [(lost,)] = await scene.fetch("SELECT sum(to_offset - from_offset) FROM referral.lost")
    assert lost >= 2
    await scene.start()
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'there'")
    assert (await scene.ask(filing("f1"), id="a")).accepted


async def test_a_service_that_was_away_longer_than_its_topics_are_kept_says_so_and_can_go_on(
    scene: Scene, killable: Callable[..., Killable]
) -> None:
    process = await scene.start()
    await scene.enrollment.node("n1", partition=0)
    await scene.enrollment.open_day(date(2026, 3, 2))
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n1'")
    await scene.until_sql("SELECT min(day) = '2026-03-02' AND count(day) = 12 FROM referral.stream")
    await scene.stop(process)
    await scene.enrollment.node("n2", partition=0)
    for day in (3, 4):
        await scene.enrollment.open_day(date(2026, 3, day))
    await expire(scene)
    await scene.enrollment.node("n3", partition=0)
    await scene.enrollment.open_day(date(2026, 3, 5))
    assert await asyncio.to_thread(killable().code) == EXIT_LOST_BEGINNING
    assert (await yidi(scene, "bus", "adopt", "referral")).exit_code == 0
    process = await scene.start()
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'n3'")
    await scene.until_sql("SELECT min(day) = '2026-03-05' AND count(day) = 12 FROM referral.stream")
    await scene.enrollment.say(registered("n5"), partition=0, sequence=900, previous=899)  # a gap of our own
    with pytest.raises(GapError):
        await process.wait()
    assert await scene.fetch("SELECT * FROM referral.node WHERE node_id IN ('n2', 'n5')") == []


async def test_adopting_where_nothing_would_change_is_said_so(scene: Scene) -> None:
    before = await scene.fetch("SELECT * FROM referral.stream ORDER BY topic, partition")
    done = await yidi(scene, "bus", "adopt", "referral")
    assert done.exit_code == 1
    assert "nothing to adopt" in done.stderr
    assert await scene.fetch("SELECT * FROM referral.stream ORDER BY topic, partition") == before


async def test_a_log_that_ends_before_the_position_is_not_the_one_that_was_read(
    scene: Scene, killable: Callable[..., Killable]
) -> None:
    await scene.database.execute("UPDATE referral.stream SET next_offset = next_offset + 1000")
    assert await asyncio.to_thread(killable().code) == EXIT_STRANGE_BROKER


def registered(name: str) -> NodeRegistered:
    """A node that is registered."""
    return NodeRegistered(node_id=name, name=name, kind="hospital")
