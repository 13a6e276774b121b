"""What a process took is told in the log with its next facts, in order, and never grows without bound."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.bus.process.worker import Worker
from shared.bus.store import OpenJob
from shared.bus.stream import BATCH, Slice
from shared.bus.turn.result import TurnResult
from shared.bus.turn.steps import (
    MOST_ASIDE,
    SILENT_BYTES,
    Standing,
    Step,
    Steps,
    Taken,
    Worked,
    decode,
    encode,
    step_of,
    step_of_page,
)
from shared.bus.turn.voice import ProcessContext
from tests.bus.given.made import request, stream_of
from tests.bus.given.tally import TALLY

offsets = st.integers(-3, 2**40)
takens = st.builds(
    lambda topic, partition, next_offset, freed: Taken(topic, partition, next_offset, freed, freed[:1]),
    st.sampled_from(["realtime.filings", "enrollment.events"]),
    st.integers(0, 5),
    offsets,
    st.lists(offsets, max_size=3, unique=True).map(tuple),
)
pages = st.builds(
    Worked, st.just("realtime.filings"), st.integers(0, 5), st.just("2026-03-02"), st.integers(), st.text()
)
stands = st.builds(
    Standing,
    st.just("realtime.filings"),
    st.integers(0, 5),
    offsets,
    st.none() | st.lists(offsets, max_size=3).map(tuple),
)
steps = st.lists(st.lists(takens, min_size=1, max_size=3).map(tuple) | st.tuples(pages) | st.tuples(stands))


@settings(max_examples=30)
@given(steps)
def test_steps_come_out_of_their_header_as_they_went_in(told: list[Step]) -> None:
    assert decode(b"[%b]" % b",".join(map(encode, told))) == told


def test_a_step_names_what_stood_aside_and_which_of_it_had_waited_too_long() -> None:
    slice_ = Slice(stream_of(), [], 12, None, {}, freed=[request("a", offset=3), request("b", offset=7)])
    slice_.expired = {("huaxi", "b")}
    assert step_of([slice_]) == (Taken("realtime.filings", 0, 12, (3, 7), (7,)),)
    job = OpenJob("realtime.filings", 0, date(2026, 3, 2), "filings due", 0, "f3")
    assert step_of_page(job) == (Worked("realtime.filings", 0, "2026-03-02", 0, "f3"),)


def test_what_said_nothing_is_told_with_the_next_facts_and_once() -> None:
    told = Steps()
    at = stream_of(next_offset=4)
    told.stand([at, stream_of(topic="enrollment.events")], {("realtime.filings", 0): [2, 3]})
    silent, loud = (Taken("realtime.filings", 0, 5),), (Taken("realtime.filings", 0, 6),)
    told.committed(silent, is_told=False)
    told.committed((), is_told=False)
    assert decode(told.tell(loud)) == [(Standing("realtime.filings", 0, 4, (2, 3)),), silent, loud]
    told.committed(loud, is_told=True)
    assert decode(told.tell(silent)) == [silent]


def test_steps_that_say_nothing_do_not_grow_without_bound() -> None:
    told = Steps()
    step = (Taken("realtime.filings", 0, 2**40, tuple(range(BATCH))),)
    while not told.are_many:
        told.committed(step, is_told=False)
    assert len(told.tell(step)) < 2 * SILENT_BYTES
    told.stand([stream_of(next_offset=4)], {("realtime.filings", 0): range(MOST_ASIDE + 1)})
    assert decode(told.tell(step))[-2] == (Standing("realtime.filings", 0, 4, None),)


def test_where_streams_stand_is_told_once_however_often_they_are_taken_over() -> None:
    told = Steps()
    for _ in range(1000):  # as for an hour on a full disk
        told.stand([stream_of(next_offset=4)], {("realtime.filings", 0): range(MOST_ASIDE)})
    assert len(told.tell(())) < 2 * SILENT_BYTES


async def test_steps_stay_told_if_the_database_goes_away_before_it_says_where_the_streams_stand() -> None:
    class Away:
        def acquire(self) -> Any:
            raise ConnectionError("away")

    context, nobody = ProcessContext(TALLY, 3), cast(Any, SimpleNamespace(streams={}))
    worker = Worker(context, "live", cast(Any, Away()), nobody, nobody, nobody)
    step = (Taken("realtime.filings", 0, 2**40, tuple(range(BATCH))),)
    while len(context.steps.tell(step)) < SILENT_BYTES:
        context.steps.committed(step, is_told=False)
    with pytest.raises(ConnectionError, match="away"):
        await worker._committed([], TurnResult(step=step))
    assert decode(context.steps.tell(()))[0] == step
