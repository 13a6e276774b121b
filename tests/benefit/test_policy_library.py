"""The policies that come with the product: where their figures come from, and what they pay."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

import services.enrollment
from services.cli.policy.folder import SHIPPED, read_policy_file, read_policy_folder
from shared.benefit.files.bill_file import read_bill
from shared.benefit.policy.checks import Policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split
from tests.benefit.given.cases import BILL, Changes, changed

FILES = sorted(SHIPPED.glob("*.toml"))
SAMPLE = Path(services.enrollment.__file__).parent / "sample" / "policies"
ABOUT_THE_FILE = {"version", "policy_id", "insured_area", "scheme", "sources"}
CLAUSES = (
    "000 二(二):", "000 三(二)1:", "001 (三):", "001 (四):", "001 closing words:", "001 issued by the city",
    "003 五:", "004-1 (七):", "004-5 三(四):", "sample / 示例",
)  # fmt: skip


def outcome_of(policy: Policy, changes: Changes) -> Split | Refusal:
    """What a bill at home, changed like this, comes to under the policy."""
    bill = changed(BILL, {"policy_id": policy.policy_id, **changes})
    return quote(*read_bill(json.dumps(bill), {policy.policy_id: [policy]}))


def test_the_library_holds_the_schemes_and_places_it_promises() -> None:
    assert {(policy.insured_area, policy.scheme) for policy in map(read_policy_file, FILES)} == {
        ("511900", "310"),
        ("511900", "390"),
        ("411525", "380"),
        ("510100", "310"),
        ("510100", "390"),
        ("330100", "310"),
        ("230100", "390"),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_value_names_its_clause_or_says_that_it_is_a_sample(path: Path) -> None:
    values = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if (key := re.match(r"\s*(?:\{ )?(\w+) = (?!\[$)", line)) and key[1] not in ABOUT_THE_FILE
    ]
    assert len(values) >= 20
    assert [line for line in values if not line.partition("# ")[2].startswith(CLAUSES)] == []


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.toml")), ids=lambda path: path.stem)
def test_the_policies_of_the_demo_are_those_of_the_library(path: Path) -> None:
    assert read_policy_file(path) == read_policy_file(SHIPPED / path.name)


def costs(fen: int) -> Changes:
    """All of it in scope."""
    return {"amounts.total_fen": fen}


HANGZHOU, HARBIN = "330100-310-sample", "230100-390-sample"
EMPLOYEES, RESIDENTS = "510100-310-sample", "510100-390-sample"
RETIRED, SECOND, THIRD = {"person.retired": True}, {"year_to_date.stays": 1}, {"year_to_date.stays": 2}
MOVED = {"transfer": {"deductible_paid_fen": 20_000}}
BY_FILING = {"filing": "referral", **MOVED}
CHRONIC = {"kind": "outpatient_chronic", "hospital_tier": "2", **costs(200_000)}
# policy, bill, deductible paid, fund
PAID = [
    (HANGZHOU, costs(3_000_000), 80_000, 2_386_000),  # 19 200 × 80 % + 10 000 × 85 %
    (HANGZHOU, {**costs(3_000_000), **RETIRED}, 80_000, 2_599_600),  # × 88 %, × 91 %: six tenths of 20, 15 %
    (HANGZHOU, {**costs(3_000_000), **THIRD}, 0, 2_450_000),
    pytest.param(HANGZHOU, {**costs(3_000_000), **MOVED}, 0, 2_450_000,
                 marks=pytest.mark.requirement("SET-25")),
    (HARBIN, {**CHRONIC, "disease": "M03900"}, 0, 130_000),
    (HARBIN, {**CHRONIC, "disease": "M03900", "filing": "other_temporary"}, 0, 130_000),
    (HARBIN, {**CHRONIC, "disease": "M01600"}, 20_000, 117_000),
    (HARBIN, {**CHRONIC, "disease": "M01600", "filing": "other_temporary"}, 20_000, 81_000),
    (EMPLOYEES, {**costs(1_000_000), **SECOND}, 64_000, 786_240),
    (EMPLOYEES, {"kind": "pharmacy", **costs(100_000)}, 0, 50_000),
    (EMPLOYEES, {"kind": "pharmacy", **costs(200_000)}, 0, 60_000),
    pytest.param(RESIDENTS, {**costs(1_000_000), **BY_FILING}, 30_000, 582_000,
                 marks=pytest.mark.requirement("SET-25")),
    (RESIDENTS, {**costs(1_000_000), **BY_FILING, "person.identities": ["low_income"]}, 30_000, 734_600),
    (RESIDENTS, {**costs(1_000_000), **BY_FILING, "person.identities": ["low_income", "destitute"]},
     30_000, 1_000_000),
]  # fmt: skip


@pytest.mark.parametrize(("policy_id", "bill", "deductible_fen", "fund_fen"), PAID)
def test_the_library_pays_by_the_contract(
    policy_id: str, bill: Changes, deductible_fen: int, fund_fen: int
) -> None:
    split = outcome_of(read_policy_file(SHIPPED / f"{policy_id}.toml"), bill)
    assert isinstance(split, Split)
    assert (split.deductible_fen, split.fund_fen) == (deductible_fen, fund_fen)


@pytest.mark.requirement("OUT-07")
@pytest.mark.parametrize(("disease", "covered"), [("M03900", True), ("M01600", True), ("M07500", False)])
def test_chronic_care_is_settled_by_the_insured_places_list_of_diseases(disease: str, covered: bool) -> None:
    found = outcome_of(read_policy_file(SHIPPED / f"{HARBIN}.toml"), {**CHRONIC, "disease": disease})
    assert (found.code if isinstance(found, Refusal) else "") == ("" if covered else "DISEASE_NOT_COVERED")


@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_version_ends_the_day_before_its_limit(path: Path) -> None:
    policy = read_policy_file(path)
    last, ended = (
        outcome_of(policy, {"service_on": day.isoformat(), "settled_on": day.isoformat()})
        for day in (policy.in_force_until - timedelta(days=1), policy.in_force_until)
    )
    assert isinstance(last, Split)
    assert isinstance(ended, Refusal)
    assert ended.code == "NO_POLICY_IN_FORCE"


def test_a_bill_finds_each_of_the_library_by_its_id() -> None:
    known = read_policy_folder(SHIPPED)
    assert sorted(known) == [path.stem for path in FILES]
    for policy_id in known:
        assert isinstance(
            quote(*read_bill(json.dumps(changed(BILL, {"policy_id": policy_id})), known)), Split
        )
