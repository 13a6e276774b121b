"""Outpatient, chronic and pharmacy bills: tables, expected results by hand, in fen."""

import pytest

from shared.benefit.refusal import Refusal
from tests.benefit.given.cases import Changes, in_scope, outcome, split_of

GENERAL = {
    "deductible_fen": 20_000,
    "cap_fen": 200_000,
    "tiers": {"1": 6_000, "3": 5_000},
}
FULL = {**GENERAL, "retired_ratio_bonus_bp": 1_000, "retired_cap_fen": 250_000}
CUT = {**FULL, "cut": True}
PHARMACY = {"deductible_fen": 0, "cap_fen": 50_000, "tiers": {"1": 4_000}}
CHRONIC = {"deductible_fen": 0, "cap_fen": 300_000, "tiers": {"3": 6_000}}
RETIRED = {"person.retired": True}


def year(deductible_paid_fen: int = 0, paid_fen: int = 0) -> Changes:
    return {
        "year_to_date.outpatient_deductible_paid_fen": deductible_paid_fen,
        "year_to_date.outpatient_paid_fen": paid_fen,
    }


# table, bill of 100 000, (deductible, ratio bp, fund)
GENERAL_CASES = [
    (GENERAL, {}, (20_000, 5000, 40_000)),
    (GENERAL, {"hospital_tier": "1"}, (20_000, 6000, 48_000)),
    (GENERAL, year(15_000), (5_000, 5000, 47_500)),
    (GENERAL, year(90_000), (0, 5000, 50_000)),
    (GENERAL, in_scope(12_000), (12_000, 5000, 0)),
    (GENERAL, in_scope(20_001), (20_000, 5000, 1)),  # half a fen is rounded up
    (GENERAL, year(20_000, 170_000), (0, 5000, 30_000)),
    (GENERAL, year(20_000, 900_000), (0, 5000, 0)),
    (GENERAL, {**RETIRED, **year(20_000, 170_000)}, (0, 5000, 30_000)),  # the cap is the ordinary one
    (FULL, {**RETIRED, **year(20_000, 220_000)}, (0, 6000, 30_000)),
    (FULL, year(20_000, 220_000), (0, 5000, 0)),
    (FULL, {**RETIRED, "filing": "other_temporary"}, (20_000, 6000, 48_000)),
    (CUT, {"filing": "referral"}, (20_000, 4500, 36_000)),
    (CUT, {"filing": "none"}, (20_000, 4000, 32_000)),
    (CUT, {"filing": "long_term"}, (20_000, 5000, 40_000)),
    (CUT, {**RETIRED, "filing": "none"}, (20_000, 5000, 40_000)),
    (GENERAL, {"transfer": {"deductible_paid_fen": 20_000}}, (20_000, 5000, 40_000)),
    (GENERAL, {"year_to_date.pool_paid_fen": 90_000_000, "year_to_date.stays": 3}, (20_000, 5000, 40_000)),
]


@pytest.mark.requirement("OUT-01")
@pytest.mark.parametrize(("table", "bill", "expected"), GENERAL_CASES)
def test_an_outpatient_bill_is_settled_under_its_yearly_fund(
    table: Changes, bill: Changes, expected: tuple[int, int, int]
) -> None:
    changes = {"kind": "outpatient_general", **in_scope(100_000), **bill}
    split = split_of({"outpatient_general": table, "retired": {"own_share_bp": 1_000}}, changes)
    assert (split.deductible_fen, split.ratio_bp, split.pool_fen) == expected
    assert split.fund_fen == split.pool_fen


def test_no_upper_fund_pays_for_an_outpatient_bill() -> None:
    upper = {
        "outpatient_general": GENERAL,
        "large_amount": {"ratio_bp": 9_000, "cap_fen": 10**9},
        "serious_illness": {"deductible_fen": 0, "cap_fen": 10**9, "bands": [{"ratio_bp": 5_000}]},
        "assistance": {"low": {"ratio_bp": 9_000, "deductible_fen": 0, "cap_fen": 10**9}},
    }
    split = split_of(upper, {"kind": "outpatient_general", **in_scope(100_000), "person.identities": ["low"]})
    assert (split.fund_fen, split.personal_fen) == (40_000, 60_000)


@pytest.mark.requirement("OUT-09")
@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"outpatient_general": GENERAL}, (20_000, 6000, 48_000)),
        ({"outpatient_general": GENERAL, "pharmacy": PHARMACY}, (0, 4000, 40_000)),
        ({"pharmacy": PHARMACY}, (0, 4000, 40_000)),
    ],
)
def test_a_pharmacy_uses_its_own_table_or_the_general_one(tables: Changes, expected: tuple[int, ...]) -> None:
    split = split_of(tables, {"kind": "pharmacy", "hospital_tier": "1", **in_scope(100_000)})
    assert (split.deductible_fen, split.ratio_bp, split.pool_fen) == expected


@pytest.mark.requirement("OUT-02")
@pytest.mark.requirement("OUT-07")
def test_a_chronic_disease_is_paid_where_the_insured_place_lists_it() -> None:
    policy = {"outpatient_general": GENERAL, "outpatient_chronic": {"M03900": CHRONIC}}
    bill = {"kind": "outpatient_chronic", **in_scope(100_000), "filing": "none"}
    split = split_of(policy, {**bill, "disease": "M03900"})
    assert (split.deductible_fen, split.ratio_bp, split.pool_fen) == (0, 6000, 60_000)
    refusal = outcome(policy, {**bill, "disease": "M01600"})
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.where) == ("DISEASE_NOT_COVERED", "M01600")
