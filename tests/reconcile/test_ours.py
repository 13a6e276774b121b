"""Our side of a month, from the facts: whose lines, and which of them are settlements or reversals."""

from typing import Any

import pytest

from shared.month.outcome import Aside
from shared.reconcile.ours import is_party, ours_of
from tests.month.given.facts import (
    admitted,
    agreement,
    decided,
    disputed,
    months_of,
    read,
    recovered,
    reversed_,
    settled,
)

FACTS: list[dict[str, Any]] = [
    agreement(),
    settled("S1", "2026-03-05"),
    settled("S2", "2026-03-06", institution_id="H2"),
    reversed_("S2", "2026-03-09"),
    settled("S3", "2026-04-01"),
    settled("S4", "2026-02-28"),
]


def ours(party: str, month: str, *more: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The keys of the month, and those beside it with their month."""
    side = ours_of(months_of(*FACTS, *more), party, month).side
    beside = [f"{key.settlement_id} {key.kind} {month}" for key, month in side.beside.items()]
    return [f"{one.key.settlement_id} {one.key.kind} {one.total_fen}" for one in side.entries], sorted(beside)


@pytest.mark.parametrize("center", ["510000", "310000"])
def test_a_centers_list_has_the_lines_of_its_statements(center: str) -> None:
    month, beside = ours(center, "2026-03")
    assert sorted(month) == ["S1 settled 20000", "S2 reversed -20000", "S2 settled 20000"]
    assert beside == ["S3 settled 2026-04", "S4 settled 2026-02"]


def test_an_institutions_list_has_only_its_own_lines() -> None:
    assert ours("H1", "2026-03") == (["S1 settled 20000"], ["S3 settled 2026-04", "S4 settled 2026-02"])
    assert ours("H3", "2026-03") == ([], [])


def test_a_line_that_was_let_in_late_is_still_a_settlement() -> None:
    late = [agreement("L", schemes=["390"], declare_by_day=20, claims="none", case_page_required=True)]
    late += [
        settled("S9", "2026-01-15", scheme="390"),
        {"type": "case_page", "visit_id": "V-S9", "received_on": "2026-06-21"},
    ]
    assert list(months_of(*late).aside[Aside.LATE]) == ["S9"]
    assert ours("H1", "2026-06", *late, admitted("S9", "2026-07-01"))[0] == ["S9 settled 20000"]


def test_recoveries_and_carried_lines_are_summed_up_apart() -> None:
    more = [
        disputed("S1", "2026-04-02"),
        decided("S1", "2026-04-10", "rejected"),
        recovered("R1", "S4", "2026-04-11", pool=100),
    ]
    found = ours_of(months_of(*FACTS, *more), "510000", "2026-04")
    assert [entry.key.settlement_id for entry in found.side.entries] == ["S3"]
    assert (found.apart.lines, found.apart.funds.due_fen) == (2, 10_000 - 100)


@pytest.mark.parametrize(
    ("party", "named"), [("510000", True), ("310000", True), ("H2", True), ("H3", False)]
)
def test_a_party_is_a_center_of_an_agreement_or_an_institution_of_a_settlement(
    party: str, named: bool
) -> None:
    assert is_party(read(*FACTS), party) is named
