"""Why two bills came out differently: one circumstance at a time, expected results by hand, in fen."""

import pytest

from shared.benefit.compare.comparison import Cause, Settled, compare
from shared.benefit.quote import quote
from shared.benefit.split import Split
from tests.benefit.given.cases import Changes, in_scope, read

TIER = "inpatient.tiers.3"
GENERAL = {"deductible_fen": 20_000, "cap_fen": 200_000, "tiers": {"3": 5_000}}
VISIT = {"kind": "outpatient_general", **in_scope(100_000)}
LARGE = {"large_amount": {"ratio_bp": 9_000, "cap_fen": 40_000_000}}
NO_POOL = {"inpatient.pool_cap_fen": 0, f"{TIER}.deductible_fen": 0}
HALF = [{"up_to_fen": 3_000_000, "ratio_bp": 5_000}, {"ratio_bp": 6_000}]
SERIOUS = {**NO_POOL, "serious_illness": {"deductible_fen": 1_250_000, "cap_fen": 400_000, "bands": HALF}}
AID = {**NO_POOL, "assistance": {"low": {"ratio_bp": 7_000, "deductible_fen": 50_000, "cap_fen": 60_000}}}


def settled(policy_changes: Changes, bill_changes: Changes) -> Settled:
    policy, bill = read(policy_changes, bill_changes)
    split = quote(policy, bill)
    assert isinstance(split, Split), split
    return Settled(policy, bill, split)


def year(**before: int) -> Changes:
    return {f"year_to_date.{name}": value for name, value in before.items()}


# policy of both, first bill, what the second changes of it; the only cause
CAUSES: list[tuple[Changes, Changes, Changes, Cause]] = [
    ({}, {}, in_scope(2_000_000),
     Cause("total", "费用", "the costs", "10000.00，范围内 / in scope 10000.00",
           "20000.00，范围内 / in scope 20000.00", 650_000, 350_000)),
    ({}, {}, {"amounts.total_fen": 1_000_100, "amounts.full_self_pay_fen": 100},
     Cause("total", "费用", "the costs", "10000.00，范围内 / in scope 10000.00",
           "10001.00，范围内 / in scope 10000.00", 0, 100)),
    ({}, {}, {"hospital_tier": "1"},
     Cause("ratio", "医院级别", "the hospital's tier", "3", "1", 229_500, -229_500)),
    ({}, {}, {"filing": "referral"},
     Cause("ratio", "备案", "the filing", "home", "referral", -46_750, 46_750)),
    ({"retired": {"ratio_bonus_bp": 300}}, {}, {"person.retired": True},
     Cause("ratio", "在职退休", "retired", "否 / no", "是 / yes", 28_050, -28_050)),
    ({}, {}, year(stays=1),
     Cause("deductible", "本年住院次数", "stays of the year before", "0 -", "1 -", 21_125, -21_125)),
    ({}, {}, {"transfer": {"deductible_paid_fen": 35_000}},
     Cause("deductible", "本年住院次数", "stays of the year before", "0 -", "0 350.00", 22_750, -22_750)),
    ({"outpatient_general": GENERAL}, VISIT, year(outpatient_deductible_paid_fen=15_000),
     Cause("deductible", "本年门诊起付线已付", "outpatient deductible paid before", "0.00", "150.00",
           7_500, -7_500)),
    ({}, {}, year(pool_paid_fen=19_500_000),
     Cause("fund.pool", "统筹基金本年已付", "paid by the pool before", "0.00", "195000.00",
           -107_750, 107_750)),
    ({"outpatient_general": GENERAL}, VISIT, year(outpatient_paid_fen=170_000),
     Cause("fund.pool", "门诊统筹本年已付", "paid by the outpatient fund before", "0.00", "1700.00",
           -10_000, 10_000)),
    (LARGE, year(pool_paid_fen=20_000_000), year(large_amount_paid_fen=39_999_000),
     Cause("fund.large_amount", "大额补助本年已付", "paid by the large-amount fund before", "0.00",
           "399990.00", -840_500, 840_500)),
    (SERIOUS, {}, year(serious_illness_base_fen=1_000_000),
     Cause("fund.serious_illness", "大病保险本年累计", "serious illness: the year before", "0.00 0.00",
           "10000.00 0.00", 375_000, -375_000)),
    (SERIOUS, year(serious_illness_base_fen=1_000_000), year(serious_illness_paid_fen=100_000),
     Cause("fund.serious_illness", "大病保险本年累计", "serious illness: the year before", "10000.00 0.00",
           "10000.00 1000.00", -75_000, 75_000)),
    (AID, in_scope(100_000), {"person.identities": ["none", "low"]},
     Cause("fund.assistance", "救助身份", "identities", "", "none/low", 35_000, -35_000)),
    (AID, {**in_scope(100_000), "person.identities": ["low"]}, year(assistance_base_fen=30_000),
     Cause("fund.assistance", "医疗救助本年累计", "assistance: the year before", "0.00 0.00", "300.00 0.00",
           21_000, -21_000)),
    (AID, {**in_scope(100_000), "person.identities": ["low"]}, year(assistance_paid_fen=50_000),
     Cause("fund.assistance", "医疗救助本年累计", "assistance: the year before", "0.00 0.00", "0.00 500.00",
           -25_000, 25_000)),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "first", "change", "cause"), CAUSES)
def test_one_circumstance_is_the_one_cause_with_its_values_and_its_fen(
    policy: Changes, first: Changes, change: Changes, cause: Cause
) -> None:
    assert compare(settled(policy, first), settled(policy, {**first, **change})) == [cause]


def test_another_policy_is_named_with_the_kind_the_disease_and_the_day_it_was_chosen_by() -> None:
    chronic = {"outpatient_chronic": {"M1": {"deductible_fen": 0, "cap_fen": 10**9, "tiers": {"3": 6_000}}}}
    bill = {"policy_id": "Q", "kind": "outpatient_chronic", "disease": "M1", "service_on": "2023-05-02"}
    first, second = settled({}, {}), settled({"policy_id": "Q", **chronic}, bill)
    assert compare(first, second) == [
        Cause("ratio", "政策", "the policy", "P inpatient - 2023-05-01", "Q outpatient_chronic M1 2023-05-02",
              -7_750, 7_750)
    ]  # fmt: skip


def test_causes_stand_in_the_order_of_the_calculation_and_add_up() -> None:
    change = {**in_scope(3_000_000), "filing": "none", **year(stays=1, pool_paid_fen=19_000_000)}
    first, second = settled({}, {}), settled({}, change)
    # 1 907 750 of 2 935 000; 10 % less; 32 500 more at 55 %; the pool has 1 000 000 left
    told = [(cause.step, cause.fund_fen, cause.personal_fen) for cause in compare(first, second)]
    assert told == [
        ("total", 1_300_000, 700_000),
        ("ratio", -293_500, 293_500),
        ("deductible", 17_875, -17_875),
        ("fund.pool", -632_125, 632_125),
    ]
    assert second.split.fund_fen - first.split.fund_fen == sum(fund for _, fund, _ in told)


def test_what_moves_nothing_is_no_cause() -> None:
    one = settled({}, {})
    assert compare(one, one) == []
    assert compare(one, settled({}, {"person.identities": ["low"], "person.retired": True})) == []


def test_a_mixture_that_no_policy_settles_is_told_with_what_completes_it() -> None:
    table = {"outpatient_general": {**GENERAL, "deductible_fen": 0, "cap_fen": 10**9, "tiers": {"1": 5_000}}}
    first = settled(table, {})
    second = settled(table, {"kind": "outpatient_general", "hospital_tier": "1"})
    assert compare(first, second) == [
        Cause(
            "ratio", "政策、医院级别", "the policy and the hospital's tier", "P inpatient - 2023-05-01; 3",
            "P outpatient_general - 2023-05-01; 1", -107_750, 107_750,
        )
    ]  # fmt: skip


def test_a_policy_with_tiers_of_other_names_is_told_together_with_the_tier() -> None:
    other = {"policy_id": "Q", "inpatient.tiers": {"3甲": {"deductible_fen": 65_000, "ratio_bp": 6_000}}}
    first = settled({}, {})
    second = settled(other, {"policy_id": "Q", "hospital_tier": "3甲", "filing": "referral"})
    # 935 000 at 65 %, at 60 %, at 55 % as the filing cuts 5
    assert compare(first, second) == [
        Cause(
            "ratio", "政策、医院级别", "the policy and the hospital's tier", "P inpatient - 2023-05-01; 3",
            "Q inpatient - 2023-05-01; 3甲", -46_750, 46_750,
        ),
        Cause("ratio", "备案", "the filing", "home", "referral", -46_750, 46_750),
    ]  # fmt: skip


def test_only_what_differs_is_told_together() -> None:
    refusing = {"policy_id": "Q", "out_of_area.unfiled": "refuse", f"{TIER}.ratio_bp": 6_000}
    first = settled({}, {"filing": "none"})
    second = settled(refusing, {"policy_id": "Q", "filing": "referral"})
    # 935 000 at 55 % in both: 65 less 10, 60 less 5
    assert compare(first, second) == []
    dearer = settled({**refusing, f"{TIER}.ratio_bp": 7_000}, {"policy_id": "Q", "filing": "referral"})
    assert compare(first, dearer) == [
        Cause(
            "ratio", "政策、备案", "the policy and the filing", "P inpatient - 2023-05-01; none",
            "Q inpatient - 2023-05-01; referral", 93_500, -93_500,
        )
    ]  # fmt: skip


def test_what_today_no_policy_settles_is_told_together_with_the_rules() -> None:
    first, second = settled({}, {}), settled({}, {"hospital_tier": "1"})
    without, _ = read({f"{TIER[:-1]}1": None}, {})
    assert compare(first, second._replace(policy=without)) == [
        Cause(
            "ratio, rules", "医院级别、计算规则", "the hospital's tier and the rules of calculation",
            "3; -", "1; -", 229_500, -229_500,
        )
    ]  # fmt: skip


def test_fen_that_no_circumstance_explains_are_laid_on_the_rules() -> None:
    first, second = settled({}, {}), settled({}, {"filing": "referral"})
    older = second.split._replace(
        fund_fen=second.split.fund_fen - 5, personal_fen=second.split.personal_fen + 5
    )
    assert compare(first, second._replace(split=older)) == [
        Cause("ratio", "备案", "the filing", "home", "referral", -46_750, 46_750),
        Cause("rules", "计算规则", "the rules of calculation", "", "", -5, 5),
    ]
