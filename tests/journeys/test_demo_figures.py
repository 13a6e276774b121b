"""The demonstration fails when hospitals and centers were told anything else than the services hold."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from services.cli.demo.figures import DayFigures, Figures, differences
from shared.simulator.belief import Belief

HELD = Figures(
    visits=3,
    settlements=4,
    reversed=1,
    total_fen=300,
    fund_fen=200,
    personal_fen=100,
    funds={"pool_fen": 150, "serious_illness_fen": 50},
    claimed_fen=70,
    advances_fen=60,
    statements=1,
    cleared_fen=180,
    disputed_lines=1,
    disputed_fen=20,
    deducted_fen=0,
    came_back=1,
    topped_up_fen=5,
    recovered_fen=7,
    late={"daily": 2, "case_page": 1},
    filings={},
    pools_merged=0,
    refused={},
    undone={},
    parked=0,
    conservation_fen=0,
    books_ok=True,
    chain_ok=True,
    in_parts={"settlements": 2, "total_fen": 50, "fund_fen": 40},
    by_kind={},
    by_mode={},
    days=[DayFigures(date(2026, 3, 1), "pharmacy", False, 3, 300, 200, 0, 100)],
)
TOLD = Belief(
    visits=3,
    settlements=4,
    reversed=1,
    fund_fen=200,
    personal_fen=100,
    late_uploads=2,
    late_pages=1,
    claimed_fen=70,
    advances_fen=60,
    statements=1,
    disputed_lines=1,
    cleared_fen=180,
    came_back=1,
    topped_up_fen=5,
    recovered_fen=7,
    in_parts=Counter(settlements=2, total_fen=50, fund_fen=40),
)


def test_what_was_told_is_what_is_held() -> None:
    assert differences(HELD, TOLD) == []


@pytest.mark.parametrize(
    "name",
    [
        "visits",
        "settlements",
        "reversed",
        "fund_fen",
        "personal_fen",
        "late_uploads",
        "late_pages",
        "claimed_fen",
        "advances_fen",
        "statements",
        "disputed_lines",
        "cleared_fen",
        "deducted_fen",
        "came_back",
        "topped_up_fen",
        "recovered_fen",
    ],
)
def test_one_more_or_one_fen_more_is_a_difference(name: str) -> None:
    assert len(differences(HELD, replace(TOLD, **{name: getattr(TOLD, name) + 1}))) == 1


def test_a_settlement_that_clearing_lacks_is_a_difference() -> None:
    [told] = differences(replace(HELD, funds={"pool_fen": 199}), TOLD)
    assert told == "fund_fen in clearing: 199 ≠ 200"


def test_a_part_of_a_stay_that_is_held_otherwise_is_a_difference() -> None:
    assert len(differences(HELD, replace(TOLD, in_parts=Counter(settlements=2, total_fen=50)))) == 1


def test_a_month_in_which_nothing_went_wrong_shows_nothing() -> None:
    assert Belief().lacking() == [
        "reversed",
        "late uploads",
        "late case pages",
        "disputed lines",
        "deductions in review",
        "payments sent back",
        "recoveries",
        "twice",
        "answer lost",
        "CONTROL_TOTAL",
    ]
