"""Who moves a stream's row owns it: whoever is behind drops its batch and looks again."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from shared.bus.partition import partition_of
from shared.bus.process.failures import FenceLostTwiceError
from shared.bus.process.process import EXIT_STRANGE_BROKER
from tests.bus.given.killable import Killable
from tests.bus.given.scene import Scene, filing

OTHER_MOVES = "UPDATE referral.stream SET turn = turn + 1 WHERE topic = 'realtime.filings'"
OTHER_DECIDES = (
    "UPDATE referral.stream SET turn = turn + 1, next_offset = next_offset + 1"
    " WHERE topic = 'realtime.filings' AND partition = $1"
)


def losses() -> float:
    """How often this process's services have lost the fence."""
    labels = {"service": "referral", "lane": "live"}
    return REGISTRY.get_sample_value("yidi_fence_losses_total", labels) or 0


async def test_a_batch_behind_another_owner_is_dropped_and_read_again(scene: Scene) -> None:
    await scene.start()
    before = losses()
    await scene.database.execute(OTHER_MOVES)
    assert (await scene.ask(filing("f1"), id="a")).accepted
    assert losses() == before + 1
    assert await scene.effects() == {"a": 1}


async def test_what_another_owner_has_decided_is_not_decided_again(scene: Scene) -> None:
    await scene.start()
    before = losses()
    await scene.database.execute(OTHER_DECIDES, partition_of("P1", scene.settings.partitions))
    await scene.send(filing("f1"), id="theirs")
    assert (await scene.ask(filing("f2"), id="ours")).accepted
    assert losses() == before + 1
    assert await scene.effects() == {"ours": 1}


async def test_a_batch_over_several_streams_is_dropped_whole_when_one_of_them_is_lost(scene: Scene) -> None:
    for number in range(12):
        await scene.send(filing(f"f{number}", person=f"P{number}"))
    await scene.database.execute("INSERT INTO referral.pace VALUES (0.3)")
    before = losses()
    await scene.start()
    await scene.until_sql("SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%pace%'")
    one = f"{OTHER_MOVES} AND partition = {partition_of('P1', scene.settings.partitions)}"
    await scene.database.execute(one)  # waits for the batch in hand, then is ahead of the next
    await scene.database.execute("DELETE FROM referral.pace")
    for number in range(12):
        await scene.send(filing(f"g{number}", person=f"P{number}"))
    await scene.collect(lambda: len(scene.answers) == 24, "not all were answered")
    assert losses() == before + 1
    assert set((await scene.effects()).values()) == {1}


async def test_a_second_loss_without_a_new_assignment_ends_the_process(scene: Scene) -> None:
    process = await scene.start()
    await scene.database.execute(OTHER_MOVES)
    await scene.ask(filing("f1"), id="a")
    await scene.database.execute(OTHER_MOVES)
    await scene.send(filing("f2"), id="b")
    with pytest.raises(FenceLostTwiceError):
        await process.wait()
    assert await scene.effects() == {"a": 1}


@pytest.mark.parametrize("column", ["cluster_id", "topic_id"])
async def test_another_broker_or_topic_stops_the_service_loudly(
    scene: Scene, killable: Callable[..., Killable], column: str
) -> None:
    await scene.send(filing("f1"), id="a")
    await scene.database.execute(f"UPDATE referral.stream SET {column} = 'another' WHERE partition = 3")  # noqa: S608
    stranger = killable()
    assert stranger.code() == EXIT_STRANGE_BROKER
    assert "is not the topic that was read before" in stranger.log.read_text()
    assert await scene.effects() == {}
