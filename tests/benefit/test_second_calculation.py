"""The engine against the contract calculated a second time, naively, on random policies and bills."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from shared.benefit.files.bill_file import InvalidBillFileError, read_bill
from shared.benefit.policy.checks import parse_policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split
from shared.benefit.words.derivation import derive
from tests.benefit.given.naive import naive_split
from tests.benefit.given.random_bills import random_bill, random_policy

POLICIES, BILLS_EACH, SEED = 250, 48, 20230101

pytestmark = pytest.mark.no_cover  # thousands of bills: what they reach, the tables reach too


def engine_split(policies: dict[str, Any], bill: dict[str, Any], like: Any) -> dict[str, Any] | str:
    try:
        answer = quote(*read_bill(json.dumps(bill), policies))
    except InvalidBillFileError:
        return "invalid"
    if isinstance(answer, Refusal):
        return answer.code
    assert_sound(answer)
    return {name: getattr(answer, name) for name in like} if isinstance(like, dict) else repr(answer)


def assert_sound(split: Split) -> None:
    """What always holds, and a derivation that adds up."""
    parts = (split.full_self_pay_fen, split.over_limit_fen, split.pre_self_pay_fen, split.in_scope_fen)
    assert split.total_fen == sum(parts) == split.fund_fen + split.account_fen + split.cash_fen
    payers = (split.pool_fen, split.large_amount_fen, split.serious_illness_fen, split.assistance_fen)
    assert min(*parts, *payers, split.account_fen, split.cash_fen, split.deductible_fen) >= 0
    sums: Counter[str] = Counter()
    for step in derive(split):
        sums[step.step.split(".")[0]] += step.amount_fen
    assert (sums["total"], sums["fund"], sums["personal"]) == (
        split.total_fen,
        split.fund_fen,
        split.personal_fen,
    )


def test_thousands_of_random_bills_agree_with_the_naive_calculation() -> None:
    draw = Random(SEED)
    seen: Counter[str] = Counter()
    for number in range(POLICIES):
        top = (40, 3_000, 3_000_000)[number % 3]
        mapping = random_policy(draw, top)
        policies = {"P": [parse_policy(mapping)]}
        for _ in range(BILLS_EACH):
            bill = random_bill(draw, top)
            expected = naive_split(mapping, bill)
            assert engine_split(policies, bill, expected) == expected, json.dumps([mapping, bill])
            if isinstance(expected, dict):
                seen.update(name for name, fen in expected.items() if fen)
            else:
                seen[expected] += 1
    codes = ("NO_POLICY_IN_FORCE", "KIND_NOT_COVERED", "NOT_FILED", "DISEASE_NOT_COVERED", "TIER_UNKNOWN")
    funds = (
        "pool_fen",
        "large_amount_fen",
        "serious_illness_fen",
        "assistance_fen",
        "account_fen",
        "over_limit_fen",
    )
    assert all(seen[name] >= 100 for name in (*codes, *funds)), seen
