"""The prefund: alerts, what a payment restores, and whom it can still pay, as tables."""

import pytest

from services.clearing.ledger.prefund import alert, allot, top_up
from shared.month.funds import Funds


@pytest.mark.requirement("CLR-04")
@pytest.mark.parametrize(
    ("balance_fen", "quota_fen", "said"),
    [
        (1_000, 1_000, "none"),
        (301, 1_000, "none"),
        (300, 1_000, "yellow"),
        (101, 1_000, "yellow"),
        (100, 1_000, "red"),
        (0, 1_000, "red"),
        (1_500, 1_000, "none"),
        (0, 0, "red"),
    ],
)
def test_the_alert_is_yellow_from_70_and_red_from_90_percent_used(
    balance_fen: int, quota_fen: int, said: str
) -> None:
    assert alert(balance_fen, quota_fen) == said


@pytest.mark.requirement("CLR-05")
@pytest.mark.parametrize(
    ("case", "balance_fen", "quota_fen", "paid_fen", "top_up_fen"),
    [
        ("what was used is paid back", 400, 1_000, 600, 600),
        ("less is paid: a disputed line is missing", 400, 1_000, 500, 500),
        ("more is paid: what institutions still wait for", 0, 1_000, 1_300, 1_000),
        ("nothing was used", 1_000, 1_000, 200, 0),
        ("the quota was lowered meanwhile", 1_200, 1_000, 200, 0),
        ("reversals outweighed the month", 1_000, 1_000, -50, 0),
    ],
)
def test_a_payment_restores_the_quota_and_no_more(
    case: str, balance_fen: int, quota_fen: int, paid_fen: int, top_up_fen: int
) -> None:
    assert top_up(balance_fen, quota_fen, paid_fen) == top_up_fen, case


@pytest.mark.requirement("CLR-04")
@pytest.mark.parametrize(
    ("case", "due", "available_fen", "paid"),
    [
        ("there is enough", Funds(60, 30, 10, 0), 100, Funds(60, 30, 10, 0)),
        ("there is no bound", Funds(60, 30, 10, 0), None, Funds(60, 30, 10, 0)),
        ("there is not enough", Funds(60, 30, 10, 0), 50, Funds(10, 30, 10, 0)),
        ("a fund is owed back", Funds(100, -20, 0, 0), 50, Funds(70, -20, 0, 0)),
        ("nothing is left", Funds(60, 0, 0, 0), 0, Funds()),
        ("the institution owes", Funds(10, -30, 0, 0), 100, Funds()),
    ],
)
def test_an_institution_is_paid_its_due_as_far_as_the_prefund_reaches(
    case: str, due: Funds, available_fen: int | None, paid: Funds
) -> None:
    assert allot(due, available_fen) == paid, case
