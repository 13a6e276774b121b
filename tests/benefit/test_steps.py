"""Each step of the calculation by itself: tables of one change, expected results by hand, in fen."""

import pytest

from tests.benefit.given.cases import Changes, in_scope, split_of

TIER = "inpatient.tiers.3"
MODE = "inpatient.deductible_transfer"


def after(stays: int) -> Changes:
    return {"year_to_date.stays": stays}


def continuing(paid_fen: int, stays: int = 1) -> Changes:
    return {"transfer": {"deductible_paid_fen": paid_fen}, **after(stays)}


# Each case: what its policy changes, the bill, what is deducted and what the pool pays.
DEDUCTIBLES = [
    ({}, after(0), (65_000, 607_750)),
    ({}, after(1), (32_500, 628_875)),
    ({}, after(7), (32_500, 628_875)),
    ({"inpatient.stay_deductible_bp": [10_000]}, after(3), (65_000, 607_750)),
    ({"inpatient.stay_deductible_bp": [10_000, 5_000, 0]}, after(2), (0, 650_000)),
    ({f"{TIER}.deductible_fen": 65_001}, after(1), (32_501, 628_874)),  # 32500.5 is rounded first
    ({f"{TIER}.deductible_fen": 101}, {**after(1), **in_scope(50)}, (50, 0)),
    ({f"{TIER}.deductible_fen": 101}, {**after(1), **in_scope(52)}, (51, 1)),  # 0.65 of 1
    ({}, in_scope(40_000), (40_000, 0)),
    ({}, in_scope(0), (0, 0)),
]
TRANSFERS = [
    ({}, continuing(35_000), (30_000, 630_500)),
    ({}, continuing(35_000, stays=0), (30_000, 630_500)),
    ({}, continuing(0), (65_000, 607_750)),  # a transfer leaves the stay factor out
    ({}, continuing(80_000), (0, 650_000)),
    ({}, {"interim": {"deductible_left_fen": 12_500}, **after(1)}, (12_500, 641_875)),
    ({MODE: "none"}, {"interim": {"deductible_left_fen": 0}, **continuing(9)}, (0, 650_000)),
    ({MODE: "waive"}, continuing(0), (0, 650_000)),
    ({MODE: "waive"}, after(1), (32_500, 628_875)),
    ({MODE: "none"}, continuing(35_000), (32_500, 628_875)),
    ({MODE: "none"}, continuing(35_000, stays=0), (65_000, 607_750)),
]


@pytest.mark.parametrize(("policy", "bill", "expected"), DEDUCTIBLES)
def test_the_deductible_follows_the_stay_of_the_year_and_what_is_in_scope(
    policy: Changes, bill: Changes, expected: tuple[int, int]
) -> None:
    split = split_of(policy, bill)
    assert (split.deductible_fen, split.pool_fen) == expected


@pytest.mark.requirement("SET-25")
@pytest.mark.parametrize(("policy", "bill", "expected"), TRANSFERS)
def test_a_transferred_patient_goes_on_with_the_deductible_already_paid(
    policy: Changes, bill: Changes, expected: tuple[int, int]
) -> None:
    split = split_of(policy, bill)
    assert (split.deductible_fen, split.pool_fen) == expected


RETIRED = {"person.retired": True}
BONUS = {"retired": {"ratio_bonus_bp": 300}}
OWN_SHARE = {"retired": {"own_share_bp": 6_000}}

# policy, bill, (ratio bp, pool of 935 000 above the deductible)
RATIOS = [
    (BONUS, {}, (6500, 607_750)),
    (BONUS, RETIRED, (6800, 635_800)),
    (BONUS, {**RETIRED, "filing": "referral"}, (6300, 589_050)),
    (OWN_SHARE, {}, (6500, 607_750)),
    (OWN_SHARE, RETIRED, (7900, 738_650)),  # 1 - 0.35 × 0.6
    ({"retired": {"ratio_bonus_bp": 300, "own_share_bp": 6_000}}, {**RETIRED, "filing": "referral"},
     (7780, 727_430)),  # 1 - 0.37 × 0.6
    ({"retired": {"own_share_bp": 3_333}}, RETIRED, (8833, 825_928)),  # 0.883345, not 0.8833
    ({"retired": {"own_share_bp": 0}}, RETIRED, (10_000, 935_000)),
    ({"retired": {}}, RETIRED, (6500, 607_750)),
    ({}, RETIRED, (6500, 607_750)),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "bill", "expected"), RATIOS)
def test_the_ratio_adds_the_bonus_takes_the_cut_and_then_the_own_share(
    policy: Changes, bill: Changes, expected: tuple[int, int]
) -> None:
    split = split_of(policy, bill)
    assert (split.ratio_bp, split.pool_fen) == expected


THREE_BANDS = [
    {"up_to_fen": 1_000_000, "ratio_bp": 5_000},
    {"up_to_fen": 3_000_000, "ratio_bp": 6_000},
    {"ratio_bp": 7_000},
]
HALF_TWICE = [{"up_to_fen": 1, "ratio_bp": 5_000}, {"ratio_bp": 5_000}]
ZERO = {"inpatient.bands_from": "zero"}


def banded(bands: list[dict[str, int]], deductible_fen: int = 65_000) -> Changes:
    return {TIER: {"deductible_fen": deductible_fen, "bands": bands}}


# policy, in scope, pool
BANDS = [
    (banded(THREE_BANDS), 4_065_000, 500_000 + 1_200_000 + 700_000),
    (banded(THREE_BANDS), 1_065_000, 500_000),
    (banded(THREE_BANDS), 1_065_001, 500_001),  # 500 000.6
    ({**banded(THREE_BANDS), **ZERO}, 4_065_000, 467_500 + 1_200_000 + 745_500),
    ({**banded(THREE_BANDS), **ZERO}, 1_000_000, 467_500),
    ({**banded(THREE_BANDS, 1_200_000), **ZERO}, 2_000_000, 480_000),
    ({**banded(THREE_BANDS, 3_500_000), **ZERO}, 4_000_000, 350_000),
    ({**banded(THREE_BANDS, 3_500_000), **ZERO}, 3_000_000, 0),
    (banded(HALF_TWICE, 0), 2, 1),  # rounded once over both bands
    (banded([{"ratio_bp": 6_500}]), 1_000_000, 607_750),
]


@pytest.mark.parametrize(("policy", "scope", "pool"), BANDS)
def test_bands_are_counted_from_where_the_policy_says(policy: Changes, scope: int, pool: int) -> None:
    split = split_of(policy, in_scope(scope))
    assert (split.ratio_bp, split.pool_fen) == (None, pool)


CAP = "inpatient.pool_cap_fen"
LARGE = {"large_amount": {"ratio_bp": 9_000, "cap_fen": 40_000_000}}
FREE = {f"{TIER}.deductible_fen": 0}
ZERO_BEYOND = [{"up_to_fen": 1_000_000, "ratio_bp": 5_000}, {"ratio_bp": 0}]
CUT_ABOVE = {"out_of_area.cut_serious_illness": True}
NO_CUT_BELOW = {"out_of_area.other_temporary_cut_bp": 0, "out_of_area.referral_cut_bp": 0,
                "out_of_area.emergency_cut_bp": 0}  # fmt: skip


def paid(**year_fen: int) -> Changes:
    return {f"year_to_date.{name}_paid_fen": fen for name, fen in year_fen.items()}


# policy, bill, (pool, large amount)
LARGE_AMOUNTS = [
    ({}, paid(pool=19_500_000), (500_000, 0)),
    ({}, paid(pool=30_000_000), (0, 0)),
    (LARGE, {}, (607_750, 0)),
    ({**LARGE, CAP: 607_750}, {}, (607_750, 0)),  # reached, with nothing beyond
    ({**LARGE, CAP: 500_000}, {}, (500_000, 149_192)),  # (935 000 - 500 000 / 0.65) × 0.9
    ({**LARGE, CAP: 1, **FREE}, in_scope(8), (1, 6)),  # (8 - 1.538…) × 0.9 = 5.8…, whole fen would give 5
    ({**LARGE, CAP: 5, **FREE}, in_scope(7), (5, 0)),  # 4.55 is rounded to the cap and does not reach it
    (LARGE, paid(pool=20_000_000), (0, 841_500)),
    (LARGE, paid(pool=20_000_000, large_amount=39_999_000), (0, 1_000)),
    (LARGE, paid(pool=20_000_000, large_amount=50_000_000), (0, 0)),
    ({**LARGE, **CUT_ABOVE}, {**paid(pool=20_000_000), "filing": "referral"}, (0, 794_750)),
    (LARGE, {**paid(pool=20_000_000), "filing": "referral"}, (0, 841_500)),
    ({**LARGE, **ZERO, **banded(THREE_BANDS), CAP: 500_000}, in_scope(2_000_000), (500_000, 851_250)),
    ({**LARGE, **ZERO, **NO_CUT_BELOW, **banded(ZERO_BEYOND), CAP: 467_500}, in_scope(2_000_000),
     (467_500, 900_000)),  # the smallest point where the pool equals the cap
    ({**LARGE, CAP: 0}, in_scope(60_000), (0, 0)),  # all of it deductible
]  # fmt: skip


@pytest.mark.parametrize(("policy", "bill", "expected"), LARGE_AMOUNTS)
def test_the_large_amount_fund_starts_where_the_pool_reaches_its_cap(
    policy: Changes, bill: Changes, expected: tuple[int, int]
) -> None:
    split = split_of(policy, bill)
    assert (split.pool_fen, split.large_amount_fen) == expected


def test_an_account_pays_up_to_its_balance_and_at_most_the_patients_part() -> None:
    cases = [(False, 900_000, 0), (True, 100_000, 100_000), (True, 900_000, 392_250), (True, 0, 0)]
    for use, balance_fen, account_fen in cases:
        split = split_of({}, {"account": {"use": use, "balance_fen": balance_fen}})
        assert (split.account_fen, split.cash_fen) == (account_fen, 392_250 - account_fen)
