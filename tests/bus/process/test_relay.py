"""What is committed reaches Kafka, in order, however often the sender dies; readers see repeats and gaps."""

import signal
from collections.abc import Callable

import pytest
from aiokafka.record.default_records import DefaultRecordBatch
from prometheus_client import REGISTRY

from shared.bus.admin import Admin
from shared.bus.message import Message
from shared.bus.process.crash import POINTS
from shared.bus.process.relay import Relay, make_producer
from shared.bus.stream import GapError
from shared.bus.wire import Record
from tests.bus.given.killable import Killable
from tests.bus.given.scene import Scene, filing

FILINGS = 40
LZ4 = 3


def repeats() -> float:
    """How many repeats this process's services have heard."""
    labels = {"service": "referral", "lane": "live"}
    return REGISTRY.get_sample_value("yidi_repeats_total", labels) or 0


def answers() -> float:
    """How many answers to filings this process's services have measured, once on Kafka."""
    labels = {"service": "referral", "lane": "live", "request": "SubmitFiling"}
    return REGISTRY.get_sample_value("yidi_answer_seconds_count", labels) or 0


def once(facts: list[Message]) -> list[Message]:
    """The facts as a reader takes them: each stream's sequence rises, and names the one before it."""
    last: dict[tuple[str, int], int] = {}
    taken = []
    for fact in facts:
        place = (fact.stream, fact.partition)
        if fact.sequence > last.get(place, 0):
            assert fact.previous == last.get(place, 0)
            last[place] = fact.sequence
            taken.append(fact)
    return taken


@pytest.mark.requirement("SET-36")
async def test_facts_name_their_stream_and_the_fact_before_them(scene: Scene) -> None:
    before = answers()
    await scene.start()
    for number in range(12):
        await scene.ask(filing(f"f{number}", person=f"P{number % 4}"))
    await scene.collect(lambda: len(scene.facts) == 12, "not all was told")
    assert once(scene.facts) == scene.facts
    await scene.collect(lambda: answers() == before + 12, "not every answer was measured")
    assert {fact.stream.rpartition("/")[0] for fact in scene.facts} == {"referral/realtime.filings"}


@pytest.mark.parametrize(("topic", "codec"), [("reply.n1", 0), ("referral.events", LZ4)])
async def test_what_goes_to_a_node_is_not_packed_since_some_clients_read_no_lz4(
    scene: Scene, topic: str, codec: int
) -> None:
    producer = make_producer(scene.servers.kafka, "relay")
    batch, count = Relay(producer, Admin(scene.servers.kafka)).fill(topic, [Record(b"k", b"x" * 500, [])] * 3)
    assert count == 3
    assert DefaultRecordBatch(bytes(batch._build())).compression_type == codec


@pytest.mark.requirement("REF-26")
@pytest.mark.parametrize("point", POINTS)
async def test_a_service_that_is_killed_loses_nothing_and_does_nothing_twice(
    scene: Scene, killable: Callable[..., Killable], point: str
) -> None:
    for number in range(FILINGS):
        await scene.send(filing(f"f{number}", person=f"P{number % 4}"))
    killed = killable(crash_at=f"{point}:1")
    assert killed.code() == -signal.SIGKILL
    committed = len(await scene.effects())
    assert (committed == 0) == (point == "before_commit")
    await scene.start()
    await scene.collect(lambda: len(scene.answers) == FILINGS, "not all were answered")
    await scene.collect(lambda: len(once(scene.facts)) == FILINGS, "not all was told")
    assert await scene.effects() == {f"r{number}": 1 for number in range(1, FILINGS + 1)}
    assert all(len({m.value for m in answers}) == 1 for answers in scene.answers.values())
    if point == "between_send_and_cursor":  # only then was something sent that nobody had noted
        await scene.collect(lambda: any(len(a) > 1 for a in scene.answers.values()), "nothing was repeated")
    else:
        assert all(len(answers) == 1 for answers in scene.answers.values())


async def test_a_fact_that_is_heard_again_is_dropped(scene: Scene) -> None:
    await scene.start()
    before = repeats()
    first = await scene.enrollment.node("a", partition=0)
    await scene.enrollment.node("b", partition=0)
    await scene.enrollment.say_again(first)
    await scene.enrollment.node("c", partition=0)
    await scene.until_sql("SELECT name FROM referral.node WHERE node_id = 'c'")
    await scene.until(lambda: repeats() == before + 1, "it was not counted")  # once the turn is committed
    assert await scene.fetch("SELECT partition, sequence FROM referral.heard") == [(0, 3)]


async def test_a_missing_fact_stops_the_service(scene: Scene) -> None:
    process = await scene.start()
    await scene.enrollment.node("a", partition=0)
    await scene.enrollment.node("c", partition=0, sequence=3, previous=2)
    with pytest.raises(GapError, match="says 3 after 2, but 1 was the last heard"):
        await process.wait()
    assert await scene.fetch("SELECT node_id FROM referral.node WHERE node_id IN ('a', 'c')") == [("a",)]


async def test_pages_with_long_headers_reach_kafka_whole(scene: Scene) -> None:
    for number in range(300):
        await scene.send(filing(f"f{number}"), correlation_id="c" * 4_000)
    await scene.start()
    await scene.collect(lambda: len(scene.answers) == 300, "not all were answered")
    await scene.collect(lambda: len(once(scene.facts)) == 300, "not all was told")
