"""Which policies are refused, at which place, and which only look odd."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.cli.policy.folder import SHIPPED
from shared.benefit.policy.checks import InvalidPolicyError, parse_policy, policy_warnings
from tests.benefit.given.cases import POLICY, Changes, changed

FULL = changed(
    POLICY,
    {
        "retired": {"ratio_bonus_bp": 300, "own_share_bp": 6_000},
        "large_amount": {"ratio_bp": 9_000, "cap_fen": 1},
        "serious_illness": {
            "deductible_fen": 1,
            "cap_fen": 1,
            "bands": [{"up_to_fen": 5, "ratio_bp": 800}, {"ratio_bp": 900}],
        },
        "assistance": {"low_income": {"ratio_bp": 7_000, "deductible_fen": 0, "cap_fen": 1}},
        "outpatient_general": {"deductible_fen": 0, "cap_fen": 5, "tiers": {"1": 600, "3": 500}},
        "outpatient_chronic": {"M03900": {"deductible_fen": 0, "cap_fen": 5, "tiers": {"3": 500}}},
    },
)
TIER = "inpatient.tiers.3"
LIMIT, LAST = {"up_to_fen": 5, "ratio_bp": 2_000}, {"ratio_bp": 2_000}

# change, places refused
REFUSED = [
    ({"version": 2}, ["version"]),
    ({"version": True}, ["version"]),
    ({"version": 1.0}, ["version"]),
    ({"colour": 1}, ["colour"]),
    ({"inpatient.colour": 1}, ["inpatient.colour"]),
    ({f"{TIER}.colour": 1}, [f"{TIER}.colour"]),
    ({"outpatient_chronic.M03900.colour": 1}, ["outpatient_chronic.M03900.colour"]),
    ({"policy_id": ""}, ["policy_id"]),
    ({"policy_id": None}, ["policy_id"]),
    ({"insured_area": "5119"}, ["insured_area"]),
    ({"scheme": "391"}, ["scheme"]),
    ({"issuer_level": "county"}, ["issuer_level"]),
    ({"catalog_mode": "home"}, ["catalog_mode"]),
    ({"sources": None}, ["sources"]),
    ({"in_force_from": "2023-13-01"}, ["in_force_from"]),
    ({"in_force_from": "1672531200"}, ["in_force_from"]),
    ({"in_force_until": "2023-01-01"}, ["in_force_until"]),
    ({"out_of_area": None}, ["out_of_area"]),
    ({"out_of_area.unfiled": None}, ["out_of_area.unfiled"]),
    ({"out_of_area.unfiled": "ask"}, ["out_of_area.unfiled"]),
    ({"out_of_area.referral_cut_bp": 0.05}, ["out_of_area.referral_cut_bp"]),
    ({"inpatient.bands_from": "one"}, ["inpatient.bands_from"]),
    ({"inpatient.stay_deductible_bp": []}, ["inpatient.stay_deductible_bp"]),
    ({"inpatient.stay_deductible_bp": [10_001]}, ["inpatient.stay_deductible_bp.0"]),
    ({"inpatient.stay_deductible_bp": [0, -1]}, ["inpatient.stay_deductible_bp.1"]),
    ({"inpatient.tiers": None}, ["inpatient.tiers"]),
    ({f"{TIER}.deductible_fen": -1}, [f"{TIER}.deductible_fen"]),
    ({f"{TIER}.deductible_fen": None}, [f"{TIER}.deductible_fen"]),
    ({f"{TIER}.ratio_bp": 10_001}, [f"{TIER}.ratio_bp"]),
    ({f"{TIER}.ratio_bp": 9_701}, [f"{TIER}.ratio_bp"]),  # 10 001 with the bonus
    ({f"{TIER}.ratio_bp": 999}, [f"{TIER}.ratio_bp"]),  # -1 after the cut
    ({f"{TIER}.ratio_bp": None}, [TIER]),
    ({f"{TIER}.bands": [LAST]}, [TIER]),
    ({TIER: {"deductible_fen": 0, "bands": []}}, [f"{TIER}.bands"]),
    ({TIER: {"deductible_fen": 0, "bands": [LIMIT]}}, [f"{TIER}.bands.0.up_to_fen"]),
    ({TIER: {"deductible_fen": 0, "bands": [LAST, LAST]}}, [f"{TIER}.bands.0.up_to_fen"]),
    ({TIER: {"deductible_fen": 0, "bands": [LIMIT, LIMIT, LAST]}}, [f"{TIER}.bands.1.up_to_fen"]),
    ({TIER: {"deductible_fen": 0, "bands": [LIMIT, {"ratio_bp": 9_800}]}}, [f"{TIER}.bands.1.ratio_bp"]),
    ({"retired.own_share_bp": 10_001}, ["retired.own_share_bp"]),
    ({"retired.own_share_bp": -1}, ["retired.own_share_bp"]),
    ({"retired.ratio_bonus_bp": 3_600}, ["inpatient.tiers.1.ratio_bp", f"{TIER}.ratio_bp"]),
    ({"out_of_area.emergency_cut_bp": 7_000}, [f"{TIER}.ratio_bp"]),
    ({"out_of_area.cut_serious_illness": True},
     ["serious_illness.bands.0.ratio_bp", "serious_illness.bands.1.ratio_bp"]),
    ({"out_of_area.cut_serious_illness": True, "serious_illness": None, "large_amount.ratio_bp": 900},
     ["large_amount.ratio_bp"]),
    ({"large_amount.cap_fen": None}, ["large_amount.cap_fen"]),
    ({"serious_illness.bands": [LIMIT, LIMIT]}, ["serious_illness.bands.1.up_to_fen"]),
    ({"assistance.low_income.ratio_bp": 10_001}, ["assistance.low_income.ratio_bp"]),
    ({"assistance.low_income.cap_fen": None}, ["assistance.low_income.cap_fen"]),
    ({"outpatient_general.cut": True}, ["outpatient_general.tiers.1", "outpatient_general.tiers.3"]),
    ({"outpatient_general.retired_ratio_bonus_bp": 9_450}, ["outpatient_general.tiers.1"]),
    ({"outpatient_general.tiers": {"1": 10_001}}, ["outpatient_general.tiers.1"]),
    ({"outpatient_chronic.M03900.cut": True}, ["outpatient_chronic.M03900.tiers.3"]),
    ({"pharmacy": {"cap_fen": 1, "tiers": {}}}, ["pharmacy.deductible_fen"]),
]  # fmt: skip


@pytest.mark.requirement("ENR-17")
@pytest.mark.parametrize(("changes", "places"), REFUSED)
def test_a_policy_that_breaks_a_rule_is_refused_at_its_place(changes: Changes, places: list[str]) -> None:
    with pytest.raises(InvalidPolicyError) as raised:
        parse_policy(changed(FULL, changes))
    assert [finding.place for finding in raised.value.findings] == places
    assert all(finding.zh and finding.en for finding in raised.value.findings)


# change, places warned of
WARNED = [
    ({}, []),
    ({"sources": []}, ["sources"]),
    ({"sources": [{"document": "001", "clause": " "}]}, ["sources.0.clause"]),
    ({f"{TIER}.ratio_bp": 8_600}, [TIER]),
    ({"inpatient.tiers.10": {"deductible_fen": 0, "ratio_bp": 6_600}}, ["inpatient.tiers.10"]),
    ({TIER: {"deductible_fen": 0, "bands": [LIMIT, {"ratio_bp": 8_600}]}}, [TIER]),
    ({TIER: {"deductible_fen": 0, "bands": [{"up_to_fen": 5, "ratio_bp": 8_600}, LAST]}}, [TIER]),
    *(
        pytest.param({f"{TIER}.ratio_bp": ratio_bp}, places, marks=pytest.mark.requirement("SET-26"))
        for ratio_bp, places in (  # two levels below 8 500
            (8_500, [TIER]),
            (7_501, [TIER]),
            (7_500, []),
            (6_500, []),
            (6_499, [TIER]),
        )
    ),
    (
        {TIER: {"deductible_fen": 0, "bands": [{"up_to_fen": 5, "ratio_bp": 7_000}, {"ratio_bp": 8_000}]}},
        [TIER],
    ),
    ({"outpatient_general.tiers.3": 601}, ["outpatient_general.tiers.3"]),
    ({"outpatient_general.retired_cap_fen": 4}, ["outpatient_general.retired_cap_fen"]),
    ({"outpatient_general.retired_cap_fen": 5}, []),
]


@pytest.mark.parametrize(("changes", "places"), WARNED)
def test_a_policy_that_looks_odd_is_warned_of_and_accepted(changes: Changes, places: list[str]) -> None:
    assert [finding.place for finding in policy_warnings(parse_policy(changed(FULL, changes)))] == places


NOTHING_AND_ALL = [{"up_to_fen": 5, "ratio_bp": 0}, {"ratio_bp": 10_000}]
NO_CUTS = {
    f"out_of_area.{kind}_cut_bp": 0 for kind in ("long_term", "referral", "emergency", "other_temporary")
}
# change, each with ratios at the very edge of what is allowed
EDGES: list[Changes] = [
    {f"{TIER}.ratio_bp": 9_700, "inpatient.tiers.1.ratio_bp": 1_000},
    {**NO_CUTS, "retired": None, TIER: {"deductible_fen": 0, "bands": NOTHING_AND_ALL}},
    {"large_amount.ratio_bp": 10_000, "serious_illness.bands": NOTHING_AND_ALL},
    {"large_amount.ratio_bp": 0, "outpatient_general.tiers": {"1": 10_000, "3": 0}},
    {"retired.own_share_bp": 0, "inpatient.stay_deductible_bp": [10_000, 0]},
    {"inpatient": None, "retired": None, "outpatient_general": None, "outpatient_chronic": {}},
]


@pytest.mark.parametrize("changes", EDGES)
def test_ratios_at_the_very_edge_are_accepted(changes: Changes) -> None:
    assert parse_policy(changed(FULL, changes)).policy_id == "P"


GAPS = {  # policies that were made before or beside 003 五: 4 points a level, or 15
    policy_id: ["inpatient.tiers.2", "inpatient.tiers.3"]
    for policy_id in ("511900-310-2023", "330100-310-sample", "411525-380-sample")
}


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_policy_is_valid_and_reads_the_same_from_json(path: Path) -> None:
    policy = parse_policy(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [one.place for one in policy_warnings(policy)] == GAPS.get(policy.policy_id, [])
    wire: dict[str, Any] = json.loads(policy.model_dump_json(exclude_none=True))
    assert parse_policy(wire) == policy
