"""Fee lines and their sums: tables, expected results by hand, in fen."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.benefit.bill import CategorySum
from shared.benefit.files.bill_file import read_bill
from shared.benefit.files.split_document import split_document
from shared.benefit.lines import Line, add_amounts, add_categories, split_line, split_lines
from shared.benefit.policy.checks import parse_policy
from shared.money import price_e6, quantity_e4, round_fen, yuan
from tests.benefit.given.cases import BILL, POLICY, changed, split_of


def line(level: str, quantity: str, price: str, limit: str | None = None, pre_bp: int = 0) -> dict[str, Any]:
    optional = {} if limit is None else {"price_limit": limit}
    return {"item": "X", "category": "09", "level": level, "quantity": quantity, "price": price,
            "pre_self_pay_bp": pre_bp, **optional}  # fmt: skip


def lines_bill(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"amounts": None, "lines": list(lines)}


# line, (amount, full self-pay, over-limit, pre-self-pay)
LINES = [
    (line("01", "2", "12.345600"), (2_469, 0, 0, 0)),  # 24.6912
    (line("01", "1", "0.005"), (1, 0, 0, 0)),
    (line("01", "-1", "0.005"), (-1, 0, 0, 0)),
    (line("01", "0.3333", "0.03"), (1, 0, 0, 0)),  # 0.9999 fen
    (line("01", "0", "99"), (0, 0, 0, 0)),
    (line("01", "-0", "99"), (0, 0, 0, 0)),
    (line("01", "-0.5", "3"), (-150, 0, 0, 0)),
    (line("03", "2", "50", "10", 1_000), (10_000, 10_000, 0, 0)),
    (line("02", "2", "50", "40", 1_000), (10_000, 0, 2_000, 800)),
    (line("01", "2", "50", "40", 1_000), (10_000, 0, 2_000, 800)),
    (line("02", "2", "50", "50", 1_000), (10_000, 0, 0, 1_000)),
    (line("02", "2", "50", "60"), (10_000, 0, 0, 0)),
    (line("02", "2", "50", "0", 1_000), (10_000, 0, 10_000, 0)),
    (line("02", "-2", "50", "40", 1_000), (-10_000, 0, -2_000, -800)),
    (line("02", "1", "0.05", pre_bp=1_000), (5, 0, 0, 1)),  # half a fen
    (line("02", "-1", "0.05", pre_bp=1_000), (-5, 0, 0, -1)),
    # amount 10.006 → 1 001; over 0.006 → 1; the share of 1 000 (not of 1 000.0) is taken
    (line("02", "1", "10.006", "10", 5_000), (1_001, 0, 1, 500)),
    # amount 0.0249 → 2, over 0.0149 → 1: the share is of the rounded 1, 0.5 → 1
    (line("02", "1", "0.0249", "0.01", 5_000), (2, 0, 1, 1)),
]


def as_line(form: dict[str, Any]) -> Line:
    limit = form.get("price_limit")
    return Line(
        form["category"], form["level"], quantity_e4(form["quantity"]), price_e6(form["price"]),
        None if limit is None else price_e6(limit), form["pre_self_pay_bp"],
    )  # fmt: skip


@pytest.mark.requirement("OUT-04")
@pytest.mark.parametrize(("form", "expected"), LINES)
def test_a_line_is_split_with_each_part_rounded_once(form: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert split_line(as_line(form)) == expected


MIXED = [
    line("01", "10", "3.5"),
    {**line("02", "2", "50", "40", 1_000), "category": "01"},
    line("03", "1", "7"),
    line("02", "1", "20", pre_bp=2_000),
]


@pytest.mark.requirement("SET-10")
def test_the_categories_of_a_bill_add_up_to_its_total() -> None:
    split = split_of({}, {**lines_bill(*MIXED)})
    assert split.by_category == {
        "01": CategorySum(10_000, 0, 7_200, 2_800, 0),
        "09": CategorySum(6_200, 3_500, 1_600, 1_100, 0),
    }
    assert (split.total_fen, split.full_self_pay_fen, split.over_limit_fen) == (16_200, 700, 2_000)
    assert (split.pre_self_pay_fen, split.in_scope_fen) == (1_200, 12_300)


def test_uploads_split_one_by_one_add_up_to_the_bill_split_whole() -> None:
    lines = [as_line(form) for form in MIXED]
    whole, first, second = split_lines(lines), split_lines(lines[:1]), split_lines(lines[1:])
    assert add_amounts([first.amounts, second.amounts]) == whole.amounts
    assert add_categories([first.by_category, second.by_category]) == whole.by_category
    assert first.parts + second.parts == whole.parts


def test_a_line_that_names_neither_limit_nor_share_is_in_scope_as_a_whole() -> None:
    bare = {key: value for key, value in line("02", "1", "20000").items() if key != "pre_self_pay_bp"}
    split = split_of({}, lines_bill(bare))
    assert (split.total_fen, split.in_scope_fen) == (2_000_000, 2_000_000)


def test_a_bill_without_lines_is_a_bill_of_zero() -> None:
    split = split_of({}, lines_bill())
    assert (split.total_fen, split.deductible_fen, split.fund_fen, split.cash_fen) == (0, 0, 0, 0)
    assert split_document(split)["by_category"] == {}


def test_only_a_bill_with_lines_shows_categories() -> None:
    assert "by_category" not in split_document(split_of({}, {}))
    assert split_document(split_of({}, lines_bill(MIXED[0])))["by_category"] == {
        "09": {"amount_fen": 3_500, "class_a_fen": 3_500, "class_b_fen": 0, "self_pay_fen": 0, "other_fen": 0}
    }


ROUNDINGS = [
    (1, 2, 1),
    (-1, 2, -1),
    (3, 2, 2),
    (-3, 2, -2),
    (1, 3, 0),
    (-1, 3, 0),
    (2, 3, 1),
    (-2, 3, -1),
    (0, 7, 0),
]


@pytest.mark.parametrize(("numerator", "denominator", "fen"), ROUNDINGS)
def test_a_half_is_rounded_away_from_zero(numerator: int, denominator: int, fen: int) -> None:
    assert round_fen(numerator, denominator) == fen


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456, "1234.56")])
def test_fen_are_written_as_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize("read", [quantity_e4, price_e6])
def test_what_is_no_number_is_quoted_but_not_at_any_length(read: Callable[[str], int]) -> None:
    with pytest.raises(ValueError, match="not a number") as raised:
        read("x" * 50)
    assert str(raised.value) == f"not a number of this form: '{'x' * 40}'"


BAD_LINES = [
    ("quantity", "+1"),
    ("quantity", "1e2"),
    ("quantity", "1.23456"),
    ("quantity", "1."),
    ("quantity", ".5"),
    ("quantity", " 1"),
    ("quantity", "1\n"),
    ("quantity", "１"),
    ("quantity", ""),
    ("quantity", 1),
    ("quantity", 1.5),
    ("quantity", "9" * 5_000),
    ("price", "-1"),
    ("price", "1.1234567"),
    ("price", 3),
    ("price_limit", "-1"),
    ("price_limit", 10),
    ("category", "00"),
    ("category", "15"),
    ("category", "9"),
    ("level", "04"),
    ("level", 1),
    ("pre_self_pay_bp", -1),
    ("pre_self_pay_bp", 10_001),
    ("pre_self_pay_bp", 0.1),
    ("colour", "red"),
]


@pytest.mark.parametrize(("key", "value"), BAD_LINES)
def test_a_line_out_of_form_makes_the_bill_invalid_with_its_place(key: str, value: object) -> None:
    policy = parse_policy(POLICY)
    bill = changed(BILL, lines_bill(MIXED[0], {**MIXED[1], key: value}))
    with pytest.raises(ValueError, match=f"lines.1.{key}: "):
        read_bill(json.dumps(bill), {"P": [policy]})
