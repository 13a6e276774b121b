"""A set-up that does not fit what is there: whoever starts says so, once and clearly, and does nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shared.bus.admin import Admin, TopicsDifferError
from shared.bus.process import EXIT_SET_UP
from shared.stack import StackError
from tests.bus.conftest import delete_topics
from tests.bus.killable import Killable
from tests.bus.scene import Scene
from tests.bus.test_dead_commands import yidi

SAMPLE = Path(__file__).parents[2] / "services" / "enrollment" / "sample"


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
