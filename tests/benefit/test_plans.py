"""Plans: worked out once a policy and kind of bill, and never for another."""

import pytest

from shared.benefit.bill import Bill
from shared.benefit.policy.checks import Policy
from shared.benefit.quote import plan_of, quote
from shared.benefit.split import Split
from tests.benefit.given.cases import Changes, read

FREE = {"deductible_fen": 0, "cap_fen": 10**9, "retired_ratio_bonus_bp": 500, "cut": True}
COVERED: Changes = {
    "outpatient_general": {**FREE, "tiers": {"1": 6_000, "3": 5_000}},
    "pharmacy": {**FREE, "tiers": {"3": 4_000}},
    "outpatient_chronic": {
        "M1": {**FREE, "tiers": {"3": 7_000}},
        "M2": {**FREE, "tiers": {"3": 8_000}},
    },
    "retired": {"ratio_bonus_bp": 300},
}
VISIT = {"kind": "outpatient_general"}
CHRONIC = {"kind": "outpatient_chronic", "disease": "M1"}
# bill of 1 000 000 in scope, pool
BILLS: list[tuple[Changes, int]] = [
    ({}, 607_750),
    ({"hospital_tier": "1"}, 837_250),
    ({"filing": "referral"}, 561_000),
    ({"person.retired": True}, 635_800),
    (VISIT, 500_000),
    ({**VISIT, "hospital_tier": "1"}, 600_000),
    ({**VISIT, "filing": "referral"}, 450_000),
    ({**VISIT, "person.retired": True}, 550_000),
    ({"kind": "pharmacy"}, 400_000),
    (CHRONIC, 700_000),
    ({**CHRONIC, "disease": "M2"}, 800_000),
    (CHRONIC, 700_000),
]


def pool_of(policy: Policy, bill: Bill) -> int:
    split = quote(policy, bill)
    assert isinstance(split, Split), split
    return split.pool_fen


def test_bills_of_every_kind_are_settled_under_one_policy_as_each_would_be_alone() -> None:
    policy, _ = read(COVERED, {})
    bills = [read(COVERED, changes)[1] for changes, _ in BILLS]
    assert [pool_of(policy, bill) for bill in bills] == [pool for _, pool in BILLS]


def test_policies_that_come_and_go_are_each_settled_by_their_own_ratio() -> None:
    for ratio_bp in range(1_000, 9_000, 100):
        policy, bill = read({"inpatient.tiers.3": {"deductible_fen": 0, "ratio_bp": ratio_bp}}, {})
        assert pool_of(policy, bill) == 100 * ratio_bp


# what another bill has that plays no part in its plan
SAME: list[Changes] = [
    {"bill_id": "C", "amounts.total_fen": 5},
    {"disease": "M1"},
    {"service_on": "2023-05-02", "year_to_date.stays": 3},
    {"person.identities": ["low"], "account": {"use": True, "balance_fen": 5}},
]


@pytest.mark.parametrize("changes", SAME)
def test_a_plan_is_worked_out_once_for_all_bills_that_share_it(changes: Changes) -> None:
    policy, bill = read({}, {})
    assert plan_of(policy, bill) is plan_of(policy, read({}, changes)[1])


@pytest.mark.parametrize("kind", ["inpatient", "outpatient_general"])
def test_a_split_names_its_bill_its_policy_and_the_clauses_of_its_plan(kind: str) -> None:
    policy, bill = read({**COVERED, "policy_id": "Q"}, {"kind": kind, "policy_id": "Q", "bill_id": "B7"})
    split = quote(policy, bill)
    assert isinstance(split, Split)
    assert (split.bill_id, split.policy_id) == ("B7", "Q")
    assert (split.plan.policy_id, split.plan.clause) == ("Q", "001 (四)")
