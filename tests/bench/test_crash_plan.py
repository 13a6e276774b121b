"""The crash run's plan and its reading of the logs: a seed decides all, and a fault in a chain is seen."""

from collections import Counter

import pytest

from shared.bus.process.crash import FREEZES, POINTS
from shared.bus.wire import Raw
from tests.bench.crash.plan import LAST, LIVE, plan
from tests.bench.crash.said import Said


def test_a_seed_decides_the_whole_plan() -> None:
    assert plan(7, 20) == plan(7, 20)
    assert plan(7, 20) != plan(8, 20)


@pytest.mark.parametrize("seed", range(5))
def test_twenty_faults_hold_all_that_a_run_must_reach(seed: int) -> None:
    faults = plan(seed, 20)
    armed = {fault.point.partition(":")[0] for fault in faults if fault.kind == "point"}
    met = Counter((fault.kind, fault.target) for fault in faults)
    assert len(faults) == 20
    assert armed == {*POINTS, FREEZES}
    assert all(
        met["freeze", name] and met["kill", server] for name in LIVE for server in ("kafka", "postgres")
    )


def test_faults_come_in_order_and_leave_the_end_undisturbed() -> None:
    moments = [fault.at for fault in plan(3, 20)]
    assert moments == sorted(moments)
    assert moments[-1] < LAST


def _said(*records: tuple[int, int, str]) -> Said:
    said = Said()
    for sequence, previous, body in records:
        headers = [
            ("ce_stream", b"s/t/0"),
            ("ce_sequence", b"%d" % sequence),
            ("ce_previous", b"%d" % previous),
            ("ce_causationid", b"request"),
            ("ce_type", b"yidi.Fact.v1"),
        ]
        said.hear(Raw("x.events", 0, 0, b"", body.encode(), headers, 0))
    return said


@pytest.mark.parametrize(
    ("records", "facts", "repeats", "faults"),
    [
        ([(1, 0, "a"), (3, 1, "b")], 2, 0, 0),
        ([(1, 0, "a"), (1, 0, "a"), (3, 1, "b")], 2, 1, 0),
        ([(1, 0, "a"), (1, 0, "other")], 1, 1, 1),
        ([(1, 0, "a"), (3, 2, "b")], 2, 0, 1),
    ],
    ids=["whole", "repeated", "repeated otherwise", "with a gap"],
)
def test_a_chain_of_facts_is_read(
    records: list[tuple[int, int, str]], facts: int, repeats: int, faults: int
) -> None:
    said = _said(*records)
    assert (said.facts["request"]["yidi.Fact.v1"], said.repeats, len(said.faults)) == (facts, repeats, faults)
