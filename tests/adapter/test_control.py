"""Control totals, as the receiver computes them."""

import pytest

from shared.adapter.control import control_of, line_fen
from shared.messages.settlement.visits import FeeLine


def fee(quantity: str, price: str) -> FeeLine:
    return FeeLine(line="1", item="X01-001", category="01", quantity=quantity, price=price)


@pytest.mark.parametrize(
    ("quantity", "price", "fen"),
    [
        ("1", "12.34", 1234),
        ("3", "0.333333", 100),
        ("0.5", "0.01", 1),  # half a fen is rounded up
        ("-0.5", "0.01", -1),  # and cancelled by its return
        ("-2", "10", -2000),
        ("0.3333", "100", 3333),
    ],
)
def test_a_line_amount_is_quantity_times_price_rounded_once(quantity: str, price: str, fen: int) -> None:
    assert line_fen(fee(quantity, price)) == fen


def test_a_control_total_counts_returns_as_lines() -> None:
    control = control_of([fee("2", "10"), fee("-2", "10"), fee("1", "0.07")])
    assert (control.lines, control.total_fen) == (3, 7)
