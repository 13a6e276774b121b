"""How long requests at the desk waited is read from the processes' own measurement, and judged."""

import time
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY, generate_latest

from services.cli.stack.answers import DESK, Waited, answer_faults, waited
from shared.bus.message import Message
from shared.bus.process.account import account_for_answers
from shared.messages import wire_types
from shared.messages.settlement.queries import QueryDay

NAMES = {"service": "settlement", "lane": "live"}
SERIES = 'yidi_answer_seconds_bucket{service="settlement",lane="live",request="%s",le="%s"} %s'


def page(request: str, *counts: tuple[str, int]) -> str:
    """A page of metrics on which so many answers came within so many seconds."""
    rows = [SERIES % (request, bound, count) for bound, count in counts]
    return "\n".join(["# TYPE yidi_answer_seconds histogram", *rows, ""])


SETTLED = page("SettleVisit", ("0.1", 60), ("0.8", 95), ("3", 100), ("+Inf", 100))
LATE = page("SettleVisit", ("0.1", 0), ("0.8", 90), ("3", 99), ("+Inf", 100))
STUCK = page("QuoteVisit", ("0.1", 0), ("0.8", 0), ("+Inf", 100))
FEW = page("QuoteVisit", ("0.8", 0), ("3", 3), ("+Inf", 3))

JUDGED: list[tuple[str, Sequence[str], list[Waited], list[str]]] = [
    ("nothing was asked", ["", "# nothing"], [], []),
    ("95 of 100 in time", [SETTLED], [Waited("SettleVisit", 100, 0.8)], []),
    ("two processes together", [SETTLED, LATE], [Waited("SettleVisit", 200, 3.0)], ["SettleVisit"]),
    ("beyond all classes", [STUCK], [Waited("QuoteVisit", 100, None)], ["QuoteVisit"]),
    ("too few to say", [FEW], [Waited("QuoteVisit", 3, 3)], []),
    ("not at a desk", [page("QueryFees", ("0.8", 0), ("+Inf", 100))], [], []),
]


@pytest.mark.requirement("SET-36")
@pytest.mark.parametrize(("case", "pages", "expected", "slow"), JUDGED, ids=[case for case, *_ in JUDGED])
def test_answers_are_judged_by_the_95th_of_100(
    case: str, pages: Sequence[str], expected: list[Waited], slow: list[str]
) -> None:
    found = waited(pages)
    assert found == expected
    assert [fault.en.partition(":")[0] for fault in answer_faults(found)] == slow


@pytest.mark.requirement("SET-36")
def test_what_a_process_measures_is_what_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that waited two seconds is slow; its label is its class, and DESK names classes."""
    monkeypatch.setattr("services.cli.stack.answers.DESK", {"QueryDay"})
    body = QueryDay(institution_id="H51010000002")
    asked_ms = int(time.time() * 1000) - 2_000
    request = Message("realtime.encounters", 0, 0, "", "n1", "q", "", body, timestamp_ms=asked_ms)
    account_for_answers(NAMES, [request] * 20)
    [found] = waited([generate_latest(REGISTRY).decode()])
    assert (found.request, found.answers >= 20, found.is_slow) == ("QueryDay", True, True)
    assert {kind.__name__ for kind in wire_types.TYPES.values()} >= DESK
