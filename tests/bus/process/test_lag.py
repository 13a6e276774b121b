"""The lag that is told is how it is now: no strange time lasts, and no silent broker looks well."""

import os
import signal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.bus.process import metrics
from shared.bus.process.lag import SILENT_S, Lag, age_s
from shared.bus.wire import Raw
from shared.stack import kafka_pid
from tests.bus.given import any_bytes
from tests.bus.given.made import stream_of
from tests.bus.given.scene import Scene, filing
from tests.bus.test_any_bytes import home, named, write

NOW = 1_772_413_200.0
DAY_S = 86_400


def record(age: float, topic: str = "realtime.filings") -> Raw:
    """A record of that age."""
    return Raw(topic, 0, 0, b"P1", b"", [], int((NOW - age) * 1000))


@pytest.mark.parametrize(
    ("raw", "age"),
    [
        (record(7), 7),
        (record(NOW), 0),
        (record(-3_600), 0),
        (record(31 * DAY_S), 0),
        (record(31 * DAY_S, "enrollment.events"), 31 * DAY_S),
    ],
)
def test_a_time_at_which_its_topic_holds_nothing_is_no_age(raw: Raw, age: float) -> None:
    assert age_s(raw, NOW) == age


def test_the_lag_is_how_long_something_waits_or_how_long_the_broker_is_silent() -> None:
    stream, lag = stream_of(), Lag(("referral", "live"))
    assert lag.measure(stream, NOW - 0.3, NOW) == 0
    assert lag.measure(stream, NOW - SILENT_S - 5, NOW) == SILENT_S + 5
    stream.backlog.append(record(NOW))
    assert [lag.measure(stream, NOW, NOW + later) for later in (0, 4)] == [0, 4]
    stream.backlog.appendleft(record(60))
    assert lag.measure(stream, NOW, NOW) == 60
    stream.backlog.clear()
    assert lag.measure(stream, NOW, NOW) == 0


def told() -> float:
    """The lag of the filings as it is told."""
    metric = metrics.LAG.labels("referral", "live", "realtime.filings")
    return float(metric._value.get())


def topics_told(service: str) -> set[str]:
    """The topics of which a service tells a lag."""
    return {
        s.labels["topic"] for m in metrics.LAG.collect() for s in m.samples if s.labels["service"] == service
    }


async def test_junk_with_a_strange_time_leaves_no_lag(scene: Scene) -> None:
    await scene.start()
    for time_ms in (0, 1, 2**62):
        write(scene, any_bytes.batch([named(f"t{time_ms}")], time_ms=time_ms), home(scene))
    assert (await scene.ask(filing("f1"))).accepted
    await scene.until(lambda: told() < 1, "a strange time is told for ever")


async def test_a_broker_that_is_silent_makes_a_lag(frail_scene: Scene) -> None:
    process = await frail_scene.start()
    assert (await frail_scene.ask(filing("f1"))).accepted
    pid = kafka_pid(frail_scene.settings)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        await frail_scene.until(lambda: told() > SILENT_S, "a silent broker looks well")
    finally:
        os.kill(pid, signal.SIGCONT)
    # The member that was silent meanwhile may have to wait until its place is given up: up to a minute.
    await frail_scene.until(lambda: not process.missing() and told() == 0, "the lag stays", patience_s=90)


async def test_the_lag_of_a_topic_that_others_read_now_is_told_no_longer() -> None:
    stream, lag = stream_of(), Lag(("tally", "live"))
    consumer = cast(Any, SimpleNamespace(assignment=set))
    lag.note([stream], consumer)
    assert stream.topic in topics_told("tally")
    lag._measured = 0
    lag.note([], consumer)
    assert stream.topic not in topics_told("tally")
