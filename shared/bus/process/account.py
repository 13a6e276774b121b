"""Accounts for a committed turn, in the metrics of its lane and in one line of the log."""

import time
from collections.abc import Mapping, Sequence

import structlog

from shared.bus.message import Message
from shared.bus.process import metrics
from shared.bus.process.lag import age_s
from shared.bus.stream import Slice
from shared.bus.turn.result import TurnResult

log = structlog.get_logger()

MOST_MEASURED = 50
"""Of so many requests of a turn each is measured; of more, as many at even steps: they waited alike."""


def account(
    names: Mapping[str, str], slices: Sequence[Slice], said: TurnResult, count: int, started_s: float
) -> None:
    """Counts and logs a turn of `count` messages; `names` are the service and the lane."""
    labels = tuple(names.values())
    repeats = said.repeats + sum(slice_.repeats for slice_ in slices)
    lag_s = 0.0
    for slice_ in slices:
        if slice_.messages:
            lag_s = max(lag_s, age_s(slice_.messages[-1].raw, time.time()))
    metrics.BATCH.labels(*labels).observe(count)
    metrics.MESSAGES.labels(*labels).inc(count)
    metrics.DECIDE.labels(*labels).observe(said.decide_ms / 1000)
    metrics.REPEATS.labels(*labels).inc(repeats)
    metrics.DEFERRED.labels(*labels).inc(said.deferred)
    metrics.PARKED.labels(*labels).inc(said.parked)
    log.info(
        "bus.batch",
        messages=count,
        streams=len(slices),
        decide_ms=round(said.decide_ms, 2),
        turn_ms=round((time.perf_counter() - started_s) * 1000, 2),
        repeats=repeats,
        deferred=said.deferred,
        parked=said.parked,
        lag_ms=round(lag_s * 1000),
        **names,
    )


def account_for_answers(names: Mapping[str, str], asked: Sequence[Message]) -> None:
    """Measures how long requests waited (响应时间), once their answers are on Kafka; SET-36.

    Both ends are broker's times of one clock where both run on one machine; a sender's clock that is ahead
    counts as no time at all. The label is the class of the request, so that no sender makes labels up.
    """
    now_ms = time.time() * 1000
    for request in asked[:: 1 + len(asked) // MOST_MEASURED]:
        waited_s = max(now_ms - request.timestamp_ms, 0) / 1000
        metrics.ANSWER.labels(*names.values(), type(request.body).__name__).observe(waited_s)
