"""What holds for every bill: order of lines, returns, more care, better filings, more than one upload."""

import json
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.settlement.model.account import contribution
from shared.benefit.bill import Amounts, YearToDate
from shared.benefit.files.bill_file import read_bill
from shared.benefit.lines import Line, add_amounts, add_categories, split_line, split_lines
from shared.benefit.policy.checks import parse_policy
from shared.benefit.quote import quote
from shared.benefit.split import Split
from tests.benefit.given.random_bills import random_bill, random_policy

pytestmark = pytest.mark.no_cover  # thousands of bills: what they reach, the tables reach too

SETTINGS = settings(derandomize=True, deadline=None, max_examples=400, database=None)
A_FEN_A_FUND = 4
BEST_FIRST = ("home", "referral", "other_temporary", "none")

quantities = st.integers(-(10**8), 10**8)
prices = st.integers(0, 10**10)
lines = st.builds(
    Line,
    st.sampled_from([f"{number:02d}" for number in range(1, 15)]),
    st.sampled_from(["01", "02", "03"]),
    quantities,
    prices,
    st.none() | prices,
    st.integers(0, 10_000),
)


def settled(policy: dict[str, Any], bill: dict[str, Any]) -> Split | None:
    answer = quote(*read_bill(json.dumps(bill), {"P": [parse_policy(policy)]}))
    return answer if isinstance(answer, Split) else None


def random_stay(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    draw = Random(seed)
    top = draw.choice((60, 5_000, 5_000_000))
    policy, bill = random_policy(draw, top), random_bill(draw, top)
    parts = {"full_self_pay_fen": 0, "over_limit_fen": 0, "pre_self_pay_fen": 0}
    bill.pop("lines", None)
    return policy, {**bill, "amounts": {"total_fen": draw.randrange(2 * top), **parts}}


@SETTINGS
@given(line=lines)
def test_a_returned_line_cancels_its_original_to_the_fen(line: Line) -> None:
    back = line._replace(quantity_e4=-line.quantity_e4)
    assert split_lines([line, back]).amounts == Amounts(0, 0, 0, 0)
    assert all(not any(sums) for sums in split_lines([line, back]).by_category.values())


@SETTINGS
@given(line=lines)
def test_the_parts_of_a_line_lie_between_nothing_and_its_amount(line: Line) -> None:
    sign = -1 if line.quantity_e4 < 0 else 1
    amount, *parts = (sign * fen for fen in split_line(line))
    assert min(amount, *parts) >= 0
    assert sum(parts) <= amount


@SETTINGS
@given(bill=st.lists(lines, max_size=12), order=st.randoms(use_true_random=False), cut=st.integers(0, 12))
def test_neither_the_order_of_lines_nor_how_they_were_uploaded_changes_the_sums(
    bill: list[Line], order: Random, cut: int
) -> None:
    whole, shuffled = split_lines(bill), list(bill)
    order.shuffle(shuffled)
    first, rest = split_lines(shuffled[:cut]), split_lines(shuffled[cut:])
    assert add_amounts([first.amounts, rest.amounts]) == whole.amounts
    assert add_categories([first.by_category, rest.by_category]) == whole.by_category
    for sums in whole.by_category.values():
        amount, *parts = sums
        assert amount == sum(parts)


@SETTINGS
@given(seed=st.integers(0, 10**9), more=st.integers(1, 10**6))
def test_more_in_scope_never_pays_less_but_for_a_fen_of_rounding_a_fund(seed: int, more: int) -> None:
    policy, bill = random_stay(seed)
    amounts = bill["amounts"]
    less, larger = settled(policy, bill), {**amounts, "total_fen": amounts["total_fen"] + more}
    after = settled(policy, {**bill, "amounts": larger})
    assert (less is None) == (after is None)
    if less and after:
        assert after.fund_fen >= less.fund_fen - A_FEN_A_FUND
        assert after.pool_fen >= less.pool_fen


@SETTINGS
@given(seed=st.integers(0, 10**9), cuts=st.lists(st.floats(0, 1), max_size=3))
def test_a_stay_in_parts_is_paid_what_the_whole_is_but_for_a_fen_a_part_and_fund(
    seed: int, cuts: list[float]
) -> None:
    """Bands go on where the part before ended, the year's caps too; the pool pays the same to the fen."""
    policy, bill = random_stay(seed)
    bill = {**bill, "transfer": None, "kind": "inpatient"}
    if not (whole := settled(policy, bill)):
        return
    total = whole.total_fen
    ends = [*sorted(int(total * cut) for cut in cuts), total]
    year, parts = dict(bill.get("year_to_date", {})), list[Split]()
    for begin, end in zip([0, *ends], ends, strict=False):
        interim = _after(whole, parts) if parts else None
        amounts = {**bill["amounts"], "total_fen": end - begin}
        part = settled(policy, {**bill, "amounts": amounts, "year_to_date": year, "interim": interim})
        assert part
        parts.append(part)
        for name, fen in zip(YearToDate._fields, contribution(part.bill, part), strict=True):
            year[name] = year.get(name, 0) + fen
    assert sum(part.deductible_fen for part in parts) == whole.deductible_fen
    assert sum(part.pool_fen for part in parts) == whole.pool_fen
    assert abs(sum(part.fund_fen for part in parts) - whole.fund_fen) <= A_FEN_A_FUND * len(parts)


def _after(whole: Split, parts: list[Split]) -> dict[str, int]:
    """What earlier parts of a stay have left; a deductible beyond the whole's costs plays no part."""
    paid = sum(part.deductible_fen for part in parts)
    return {
        "deductible_left_fen": whole.deductible_fen - paid,
        "in_scope_fen": sum(part.in_scope_fen for part in parts),
        "deductible_paid_fen": paid,
    }


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_a_better_filing_never_pays_less_but_for_a_fen_of_rounding_a_fund(seed: int) -> None:
    policy, bill = random_stay(seed)
    cuts = policy["out_of_area"]
    cuts["other_temporary_cut_bp"] = max(cuts["other_temporary_cut_bp"], cuts["referral_cut_bp"])
    splits = [settled(policy, {**bill, "filing": filing}) for filing in BEST_FIRST]
    funds = [split.fund_fen for split in splits if split]
    assert all(worse <= better + A_FEN_A_FUND for better, worse in pairwise(funds))


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_an_account_moves_money_from_cash_and_nothing_else(seed: int) -> None:
    policy, bill = random_stay(seed)
    without = settled(policy, {**bill, "account": None})
    with_account = settled(policy, {**bill, "account": {"use": True, "balance_fen": 1_000}})
    if without and with_account:
        assert (without.account_fen, without.fund_fen) == (0, with_account.fund_fen)
        assert with_account.account_fen + with_account.cash_fen == without.cash_fen
