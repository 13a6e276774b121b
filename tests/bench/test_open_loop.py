"""The open loop: requests leave by the clock, each kind as often as asked for, and percentiles are exact."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.bench.open_loop import GAP_S, KINDS, percentile_ms, schedule


def test_desks_ask_fifty_times_a_second_and_so_do_echoes() -> None:
    sendings = schedule(0, 50, 6)
    for kinds in (("echo",), ("quote", "settle")):
        moments = [sending.at_s for sending in sendings if sending.kind in kinds]
        gaps = Counter(round(after - before, 6) for before, after in pairwise(moments))
        assert gaps.most_common(1)[0][0] == GAP_S


def test_each_kind_has_its_samples_and_each_visit_is_quoted_before_it_is_settled() -> None:
    sendings = schedule(0, 50, 6)
    counted = Counter(sending.kind for sending in sendings if sending.counts)
    assert all(counted[kind] >= 50 for kind in KINDS)
    when = {sending.id: sending.at_s for sending in sendings}
    assert all(when[b"quote-%d" % visit] < when[b"settle-%d" % visit] for visit in range(50))


@pytest.mark.parametrize(("percent", "expected_ms"), [(0, 1.0), (50, 51.0), (99, 100.0), (100, 100.0)])
def test_a_percentile_is_one_of_the_latencies(percent: float, expected_ms: float) -> None:
    latencies = [number / 1000 for number in range(100, 0, -1)]
    assert percentile_ms(latencies, percent) == expected_ms
