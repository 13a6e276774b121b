"""The contract's worked examples, to the fen, under the policies that come with the product."""

import json
from typing import Any

import pytest

from services.cli.policy.folder import SHIPPED, read_policy_folder
from shared.benefit.files.bill_file import read_bill
from shared.benefit.quote import quote
from shared.benefit.split import Split
from tests.benefit.given.cases import BILL, changed

EMPLOYEE, RESIDENT = "511900-310-2023", "511900-390-2023"
FIRST_FOUR = (30_000, 1_200, 300, 1_500)


def yuan_amounts(total: int, full: int, over: int, pre: int) -> dict[str, int]:
    names = ("total_fen", "full_self_pay_fen", "over_limit_fen", "pre_self_pay_fen")
    return {name: yuan * 100 for name, yuan in zip(names, (total, full, over, pre), strict=True)}


def settled(policy_id: str, filing: str, amounts: tuple[int, int, int, int], more: dict[str, Any]) -> Split:
    changes = {"policy_id": policy_id, "filing": filing, "amounts": yuan_amounts(*amounts), **more}
    split = quote(*read_bill(json.dumps(changed(BILL, changes)), read_policy_folder(SHIPPED)))
    assert isinstance(split, Split)
    return split


RETIRED_WITH_ACCOUNT = {"person.retired": True, "account": {"use": True, "balance_fen": 200_000}}
AFTER_TIER_2 = {"transfer": {"deductible_paid_fen": 35_000}}
LATE_IN_THE_YEAR = {
    "year_to_date": {"pool_paid_fen": 19_500_000, "serious_illness_base_fen": 1_000_000},
}

# name, policy, filing, (total, full self-pay, over-limit, pre-self-pay) in yuan, rest of the bill,
# (in scope, deductible, ratio bp, pool, serious illness, fund, personal, account) in fen
EXAMPLES = [
    ("A", EMPLOYEE, "long_term", FIRST_FOUR, {},
     (2_700_000, 75_000, 8400, 2_205_000, 0, 2_205_000, 795_000, 0)),
    ("B", EMPLOYEE, "referral", FIRST_FOUR, {},
     (2_700_000, 75_000, 7900, 2_073_750, 0, 2_073_750, 926_250, 0)),
    ("C", EMPLOYEE, "other_temporary", FIRST_FOUR, {},
     (2_700_000, 75_000, 7400, 1_942_500, 0, 1_942_500, 1_057_500, 0)),
    ("D", EMPLOYEE, "emergency", FIRST_FOUR, RETIRED_WITH_ACCOUNT,
     (2_700_000, 75_000, 8200, 2_152_500, 0, 2_152_500, 847_500, 200_000)),
    ("E", RESIDENT, "referral", (80_000, 5_000, 1_000, 4_000), {},
     (7_000_000, 65_000, 6000, 4_161_000, 953_400, 5_114_400, 2_885_600, 0)),
    ("G", RESIDENT, "referral", (20_000, 800, 0, 1_200), AFTER_TIER_2,
     (1_800_000, 30_000, 6000, 1_062_000, 0, 1_062_000, 938_000, 0)),
    ("I", RESIDENT, "long_term", (60_000, 0, 0, 0), LATE_IN_THE_YEAR,
     (6_000_000, 65_000, 6500, 500_000, 3_325_000, 3_825_000, 2_175_000, 0)),
]  # fmt: skip


@pytest.mark.requirement("SET-15")
@pytest.mark.parametrize(("name", "policy_id", "filing", "amounts", "more", "expected"), EXAMPLES)
def test_a_worked_example_of_the_contract_comes_out_to_the_fen(
    name: str,
    policy_id: str,
    filing: str,
    amounts: tuple[int, int, int, int],
    more: dict[str, Any],
    expected: tuple[int, ...],
) -> None:
    split = settled(policy_id, filing, amounts, more)
    members = ["in_scope", "deductible", "ratio", "pool", "serious_illness", "fund", "personal", "account"]
    values = split._asdict()
    told = tuple(values["ratio_bp" if name == "ratio" else f"{name}_fen"] for name in members)
    assert told == expected


FILING_CUTS = [
    pytest.param("home", 0, marks=pytest.mark.requirement("SET-03")),
    pytest.param("long_term", 0, marks=pytest.mark.requirement("SET-03")),
    pytest.param("referral", 500, marks=pytest.mark.requirement("SET-04")),
    pytest.param("emergency", 500, marks=pytest.mark.requirement("SET-04")),
    pytest.param("other_temporary", 1000, marks=pytest.mark.requirement("SET-05")),
    pytest.param("none", 1000, marks=pytest.mark.requirement("SET-05")),
]


@pytest.mark.requirement("SET-07")
@pytest.mark.parametrize(("policy_id", "home_bp"), [(EMPLOYEE, 8400), (RESIDENT, 6500)])
@pytest.mark.parametrize(("filing", "cut_bp"), FILING_CUTS)
def test_a_filing_takes_its_points_from_the_ratio_of_employees_and_residents_alike(
    policy_id: str, home_bp: int, filing: str, cut_bp: int
) -> None:
    split = settled(policy_id, filing, (10_000, 0, 0, 0), {})
    above = 1_000_000 - split.deductible_fen
    assert (split.ratio_bp, split.pool_fen) == (home_bp - cut_bp, above * (home_bp - cut_bp) // 10_000)


@pytest.mark.requirement("SET-08")
@pytest.mark.requirement("OUT-01")
@pytest.mark.parametrize("filing", ["home", "long_term", "referral", "emergency", "other_temporary", "none"])
def test_outpatient_care_outside_is_paid_as_at_home_whatever_the_filing(filing: str) -> None:
    split = settled(EMPLOYEE, filing, (1_000, 0, 0, 0), {"kind": "outpatient_general"})
    assert (split.deductible_fen, split.ratio_bp, split.fund_fen) == (20_000, 5000, 40_000)


@pytest.mark.requirement("SET-01")
@pytest.mark.requirement("SET-02")
def test_where_the_bill_was_made_changes_nothing_and_whose_policy_it_is_changes_all() -> None:
    here = settled(RESIDENT, "referral", FIRST_FOUR, {})
    there = settled(
        RESIDENT, "referral", FIRST_FOUR, {"treatment_area": "500000", "settled_on": "2024-02-01"}
    )
    other = settled("411525-380-sample", "referral", FIRST_FOUR, {})
    assert here == there
    assert (here.deductible_fen, here.ratio_bp) == (65_000, 6000)
    assert (other.deductible_fen, other.ratio_bp) == (150_000, 5500)
