"""Serious-illness insurance and medical assistance: tables, expected results by hand, in fen."""

import pytest

from tests.benefit.given.cases import Changes, in_scope, split_of

BANDS = [
    {"up_to_fen": 3_000_000, "ratio_bp": 6_000},
    {"up_to_fen": 10_000_000, "ratio_bp": 6_500},
    {"ratio_bp": 7_500},
]
NO_POOL = {"inpatient.pool_cap_fen": 0, "inpatient.tiers.3.deductible_fen": 0}
CUT_ABOVE = {"out_of_area.cut_serious_illness": True}


def serious(deductible_fen: int, cap_fen: int = 30_000_000, bands: list[dict[str, int]] = BANDS) -> Changes:
    return {
        **NO_POOL,
        "serious_illness": {"deductible_fen": deductible_fen, "cap_fen": cap_fen, "bands": bands},
    }


def before(base_fen: int, paid_fen: int = 0) -> Changes:
    return {
        "year_to_date.serious_illness_base_fen": base_fen,
        "year_to_date.serious_illness_paid_fen": paid_fen,
    }


# policy, bill, serious illness; nothing is paid by the pool, so the base is what is in scope
SERIOUS_ILLNESSES = [
    (serious(1_250_000), in_scope(1_250_000), 0),
    (serious(1_250_000), in_scope(1_250_100), 60),
    (serious(1_250_000), in_scope(11_000_000), 1_050_000 + 4_550_000 + 750_000),
    (serious(1_250_000), {**in_scope(1_000_000), **before(1_000_000)}, 450_000),
    (serious(1_250_000), {**in_scope(1_000_000), **before(2_500_000)}, 300_000 + 325_000),
    (serious(4_000_000), in_scope(5_000_000), 650_000),  # the first band lies below the deductible
    (serious(0, bands=[{"ratio_bp": 5_000}]), {**in_scope(1), **before(1)}, 1),  # f(2) - f(1) = 0.5
    (serious(0, bands=[{"ratio_bp": 3_000}]), {**in_scope(1), **before(1)}, 0),  # not 0.6 - 0.3 rounded apart
    (serious(0, cap_fen=100_000), in_scope(1_000_000), 100_000),
    (serious(0, cap_fen=100_000), {**in_scope(1_000_000), **before(0, 30_000)}, 70_000),
    (serious(0, cap_fen=100_000), {**in_scope(1_000_000), **before(0, 200_000)}, 0),
    (serious(0), {**in_scope(1_000_000), "filing": "referral"}, 600_000),
    ({**serious(0), **CUT_ABOVE}, {**in_scope(4_000_000), "filing": "referral"}, 1_650_000 + 600_000),
    ({**serious(0), **CUT_ABOVE}, {**in_scope(1_000_000), "filing": "none"}, 500_000),
]


@pytest.mark.parametrize(("policy", "bill", "expected"), SERIOUS_ILLNESSES)
def test_serious_illness_insurance_pays_by_bands_of_the_years_base(
    policy: Changes, bill: Changes, expected: int
) -> None:
    assert split_of(policy, bill).serious_illness_fen == expected


def test_the_base_of_serious_illness_is_what_the_rounded_payments_leave() -> None:
    # pool 0.65 × 3 = 1.95 → 2, so the base is 1 and half of it is rounded up to 1
    half = {"deductible_fen": 0, "cap_fen": 100, "bands": [{"ratio_bp": 5_000}]}
    split = split_of({"inpatient.tiers.3.deductible_fen": 0, "serious_illness": half}, in_scope(3))
    assert (split.pool_fen, split.serious_illness_fen, split.personal_fen) == (2, 1, 0)


def aid(ratio_bp: int, deductible_fen: int = 0, cap_fen: int = 5_000_000) -> dict[str, int]:
    return {"ratio_bp": ratio_bp, "deductible_fen": deductible_fen, "cap_fen": cap_fen}


def known(**tables: dict[str, int]) -> Changes:
    return {**NO_POOL, "assistance": tables}


def person(*identities: str, base_fen: int = 0, paid_fen: int = 0) -> Changes:
    return {
        "person.identities": list(identities),
        "year_to_date.assistance_base_fen": base_fen,
        "year_to_date.assistance_paid_fen": paid_fen,
        **in_scope(100_000),
    }


# policy, person with 100 000 in scope that no other fund pays, assistance
ASSISTANCES = [
    (known(low=aid(7_000)), person("low"), 70_000),
    (known(low=aid(7_000)), person(), 0),
    (known(low=aid(7_000)), person("other"), 0),
    ({}, person("low"), 0),
    (known(low=aid(7_000), poor=aid(9_000)), person("low", "poor"), 90_000),
    (known(low=aid(7_000), poor=aid(9_000)), person("low", "unknown"), 70_000),
    (known(low=aid(7_000), poor=aid(9_000, cap_fen=40_000)), person("low", "poor", paid_fen=40_000), 0),
    (known(a=aid(7_000, 50_000), b=aid(7_000, 20_000)), person("a", "b"), 56_000),
    (known(a=aid(7_000, cap_fen=10_000), b=aid(7_000, cap_fen=20_000)), person("a", "b"), 20_000),
    (known(low=aid(7_000, 50_000)), person("low"), 35_000),
    (known(low=aid(7_000, 50_000)), person("low", base_fen=30_000), 56_000),
    (known(low=aid(7_000, 50_000)), person("low", base_fen=90_000), 70_000),
    (known(low=aid(7_000, 500_000)), person("low"), 0),
    (known(low=aid(7_000, cap_fen=60_000)), person("low", paid_fen=10_000), 50_000),
    (known(low=aid(7_000, cap_fen=60_000)), person("low", paid_fen=90_000), 0),
    ({**known(low=aid(7_000)), **CUT_ABOVE}, {**person("low"), "filing": "referral"}, 70_000),
]


@pytest.mark.requirement("SET-16")
@pytest.mark.parametrize(("policy", "bill", "expected"), ASSISTANCES)
def test_assistance_pays_for_the_identity_with_the_highest_ratio(
    policy: Changes, bill: Changes, expected: int
) -> None:
    assert split_of(policy, bill).assistance_fen == expected


@pytest.mark.requirement("SET-15")
def test_each_fund_pays_of_what_the_funds_before_it_left() -> None:
    funds = {
        "inpatient.pool_cap_fen": 650_000,
        "large_amount": {"ratio_bp": 5_000, "cap_fen": 1_000_000},
        "serious_illness": {"deductible_fen": 100_000, "cap_fen": 1_000_000, "bands": [{"ratio_bp": 5_000}]},
        "assistance": {"low": aid(8_000)},
    }
    split = split_of(funds, {**in_scope(1_465_000), "person.identities": ["low"]})
    # 1 400 000 above the deductible: the pool's 650 000 are reached at 1 000 000, half of 400 000 is large
    # amount; 615 000 left: half of 515 000; 357 500 left: 80 %
    payments = (split.pool_fen, split.large_amount_fen, split.serious_illness_fen, split.assistance_fen)
    assert payments == (650_000, 200_000, 257_500, 286_000)
    assert (split.fund_fen, split.personal_fen) == (1_393_500, 71_500)
