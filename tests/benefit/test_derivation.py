"""The derivation: what a patient at the desk is told, in both languages."""

import pytest

from shared.benefit.files.split_document import split_document
from shared.benefit.words.derivation import derive
from tests.benefit.given.cases import Changes, in_scope, split_of

RICH = {
    "retired": {"ratio_bonus_bp": 300, "own_share_bp": 6_000},
    "large_amount": {"ratio_bp": 9_000, "cap_fen": 40_000_000},
    "serious_illness": {"deductible_fen": 0, "cap_fen": 1_000, "bands": [{"ratio_bp": 5_000}]},
    "assistance": {"low_income": {"ratio_bp": 7_000, "deductible_fen": 0, "cap_fen": 5_000_000}},
    "inpatient.pool_cap_fen": 300_000,
    "sources": [{"document": "001", "clause": "(四)"}, {"document": "002", "clause": "一"}],
}
RICH_BILL = {
    "amounts.total_fen": 1_100_000,
    "amounts.full_self_pay_fen": 50_000,
    "amounts.over_limit_fen": 20_000,
    "amounts.pre_self_pay_fen": 30_000,
    "person": {"retired": True, "identities": ["low_income"]},
    "filing": "referral",
    "account": {"use": True, "balance_fen": 1_000},
}


def test_every_part_and_every_fund_has_its_step_in_the_order_of_calculation() -> None:
    split = split_of(RICH, RICH_BILL)
    assert [(step.step, step.amount_fen) for step in derive(split)] == [
        ("total", 1_100_000),
        ("personal.full_self_pay", 50_000),
        ("personal.over_limit", 20_000),
        ("personal.pre_self_pay", 30_000),
        ("in_scope", 1_000_000),
        ("deductible", 65_000),
        ("ratio", 935_000),
        ("fund.pool", 300_000),
        ("fund.large_amount", 494_456),  # (935 000 - 300 000 / 0.778) × 0.9
        ("fund.serious_illness", 1_000),
        ("fund.assistance", 143_181),  # 204 544 × 0.7
        ("personal.in_scope", 61_363),
        ("account", 1_000),
        ("cash", 160_363),
    ]
    assert {step.clause for step in derive(split)} == {"001 (四); 002 一"}


RICH_TOLD = (
    "医疗总费用 11000.00 元 / Total of the bill: 11000.00 yuan",
    "全自费（丙类及目录外） 500.00 元 / Paid in full by the patient, outside the catalogue: 500.00 yuan",
    "超出支付限价部分 200.00 元 / Above the price limit: 200.00 yuan",
    "先行自付 300.00 元 / The share the patient pays first: 300.00 yuan",
    "政策范围内费用 10000.00 元 / In scope of the policy: 10000.00 yuan",
    "3级医院起付线 650.00，本年第1次住院按100%计 650.00 元"
    " / Deductible of tier 3 650.00, stay 1 of the year 100%: 650.00 yuan",
    "支付比例（3级医院 65%，退休 +3%，异地转诊 −5%，个人负担部分按60%计 = 77.8%）适用于 9350.00 元"
    " / Ratio (tier 3 65%, retired +3%, referral −5%, the patient's share × 60% = 77.8%) of: 9350.00 yuan",
    "统筹基金支付（达年度限额 3000.00，此前已付 0.00） 3000.00 元"
    " / Paid by the pool (up to the yearly cap 3000.00, 0.00 paid before): 3000.00 yuan",
    "大额补助：超过统筹限额部分的90% 4944.56 元"
    " / Large-amount fund: 90% of what is beyond the pool's cap: 4944.56 yuan",
    "大病保险：本年合规自付 0.00 + 本次 2055.44，起付线 0.00（达年度限额 10.00，此前已付 0.00），"
    "支付 10.00 元"
    " / Serious illness: own payments of the year 0.00 + this bill 2055.44, from 0.00"
    " (up to the yearly cap 10.00, 0.00 paid before): 10.00 yuan",
    "医疗救助（low_income）：2045.44 的70%，年度起付 0.00，支付 1431.81 元"
    " / Medical assistance (low_income): 70% of 2045.44, yearly deductible 0.00: 1431.81 yuan",
    "政策范围内个人负担 613.63 元 / The patient's part in scope: 613.63 yuan",
    "个人账户支付 10.00 元 / The patient pays from the account: 10.00 yuan",
    "个人现金支付 1603.63 元 / The patient pays in cash: 1603.63 yuan",
)


def test_a_stay_that_every_fund_pays_for_is_told_word_by_word() -> None:
    assert tuple(step.text for step in derive(split_of(RICH, RICH_BILL))) == RICH_TOLD


def test_what_is_nothing_has_no_step_but_cash_and_the_funds_that_were_asked() -> None:
    far = {"deductible_fen": 10**9, "cap_fen": 1_000, "bands": [{"ratio_bp": 5_000}]}
    policy = {**RICH, "serious_illness": far, "inpatient.pool_cap_fen": 10**9}
    assert [step.step for step in derive(split_of(policy, {}))] == [
        "total", "in_scope", "deductible", "ratio", "fund.pool", "fund.serious_illness",
        "personal.in_scope", "cash",
    ]  # fmt: skip


WAIVE = {"inpatient.deductible_transfer": "waive"}
NO_TRANSFER = {"inpatient.deductible_transfer": "none"}
FREE_CARE = {"outpatient_general": {"deductible_fen": 0, "cap_fen": 10**9, "tiers": {"3": 5_005}}}
CUT_CARE = {"outpatient_general": {**FREE_CARE["outpatient_general"], "cut": True}}
BONUS_CARE = {"outpatient_general": {**FREE_CARE["outpatient_general"], "retired_ratio_bonus_bp": 500}}
VISIT = {"kind": "outpatient_general", "filing": "referral", "person.retired": True}
HALF_BANDS = [{"up_to_fen": 100, "ratio_bp": 5_050}, {"ratio_bp": 6_000}]
BANDED = {"inpatient.tiers.3": {"deductible_fen": 0, "bands": HALF_BANDS}}


def transfer(paid_fen: int) -> Changes:
    return {"transfer": {"deductible_paid_fen": paid_fen}}


# policy, bill, step, words in Chinese, words in English
WORDS: list[tuple[Changes, Changes, str, str, str]] = [
    ({}, {}, "deductible",
     "3级医院起付线 650.00，本年第1次住院按100%计 650.00 元",
     "Deductible of tier 3 650.00, stay 1 of the year 100%: 650.00 yuan"),
    ({}, {"year_to_date.stays": 4}, "deductible", "本年第5次住院按50%计 325.00 元", "stay 5 of the year 50%"),
    ({}, transfer(35_000), "deductible", "连续计算，已付 350.00，本次 300.00 元", "350.00 was paid already"),
    (WAIVE, transfer(0), "deductible", "转院免收 0.00 元", "waived over the transfer: 0.00 yuan"),
    ({}, in_scope(40_000), "deductible", "以政策范围内费用为限 400.00 元", "limited to what is in scope"),
    (WAIVE, {}, "deductible", "650.00，本年第1次住院按100%计 650.00 元", "650.00, stay 1 of the year 100%"),
    (WAIVE, {"interim": {"deductible_left_fen": 12_500}}, "deductible",
     "650.00，中途结算后余 125.00，本次 125.00 元", "125.00 of it left after an interim settlement: 125.00"),
    (NO_TRANSFER, transfer(35_000), "deductible", "第1次住院按100%计 650.00 元", "stay 1 of the year 100%"),
    ({}, in_scope(65_000), "deductible", "按100%计 650.00 元", "the year 100%: 650.00 yuan"),
    ({}, {**in_scope(40_000), **transfer(35_000)}, "deductible",
     "已付 350.00，本次 300.00 元", "already: 300.00"),
    ({}, {**in_scope(40_000), **transfer(20_000)}, "deductible",
     "已付 200.00，以政策范围内费用为限 400.00 元", "paid already, limited to what is in scope: 400.00"),
    ({}, {"filing": "none"}, "ratio", "65%，未备案 −10% = 55%", "tier 3 65%, not filed −10% = 55%"),
    (RICH, RICH_BILL, "ratio",
     "65%，退休 +3%，异地转诊 −5%，个人负担部分按60%计 = 77.8%",
     "65%, retired +3%, referral −5%, the patient's share × 60% = 77.8%"),
    (BANDED, {}, "ratio", "（3级医院 至1.00元 50.5%、以上 60%，参保地就医）",
     "(tier 3 50.5% to 1.00, 60% above, at home) of"),
    ({}, {"person.retired": True}, "ratio", "（3级医院 65%，参保地就医 = 65%）", "(tier 3 65%, at home = "),
    (RICH, {}, "ratio", "（3级医院 65%，参保地就医 = 65%）", "(tier 3 65%, at home = 65%)"),
    (RICH, {"person.retired": True}, "ratio", "65%，退休 +3%，参保地就医，", "65%, retired +3%, at home, "),
    (CUT_CARE, VISIT, "ratio", "（3级机构 50.05%，异地转诊 −5%）", "(tier 3 50.05%, referral −5%) of"),
    (BONUS_CARE, VISIT, "ratio", "（3级机构 50.05%，退休 +5%", "(tier 3 50.05%, retired +5%"),
    (FREE_CARE, VISIT, "ratio",
     "支付比例（3级机构 50.05%）适用于 10000.00 元", "Ratio (tier 3 50.05%) of: 10000.00 yuan"),
    (FREE_CARE, {"kind": "outpatient_general"}, "fund.pool", "门诊统筹支付 5005.00 元",
     "Paid by the outpatient fund: 5005.00 yuan"),
    ({}, {"year_to_date.pool_paid_fen": 19_500_000}, "fund.pool",
     "（达年度限额 200000.00，此前已付 195000.00） 5000.00 元",
     "(up to the yearly cap 200000.00, 195000.00 paid before): 5000.00 yuan"),
    ({}, {"year_to_date.pool_paid_fen": 19_392_249}, "fund.pool", "支付 6077.50 元", "the pool: 6077.50"),
    (RICH, RICH_BILL, "fund.pool", "达年度限额 3000.00，此前已付 0.00", "cap 3000.00, 0.00 paid before"),
    (RICH, RICH_BILL, "fund.large_amount", "大额补助", "90% of what is beyond the pool's cap"),
    (RICH, RICH_BILL, "fund.serious_illness",
     "本年合规自付 0.00 + 本次 2055.44，起付线 0.00（达年度限额 10.00",
     "of the year 0.00 + this bill 2055.44, from 0.00 (up to the yearly cap 10.00"),
    (RICH, RICH_BILL, "fund.assistance",
     "医疗救助（low_income）：2045.44 的70%",
     "Medical assistance (low_income): 70% of 2045.44"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "bill", "step", "zh", "en"), WORDS)
def test_a_step_says_why_in_chinese_and_english(
    policy: Changes, bill: Changes, step: str, zh: str, en: str
) -> None:
    told = next(entry.text for entry in derive(split_of(policy, bill)) if entry.step == step)
    chinese, english = told.split(" / ")
    assert zh in chinese
    assert en in english


def test_an_outpatient_bill_tells_its_yearly_deductible_and_cap() -> None:
    table = {
        "deductible_fen": 20_000,
        "cap_fen": 30_000,
        "tiers": {"3": 5_000},
        "retired_ratio_bonus_bp": 500,
        "cut": True,
    }
    bill = {"kind": "outpatient_general", "person.retired": True, "filing": "referral", **in_scope(100_000),
            "year_to_date.outpatient_deductible_paid_fen": 5_000}  # fmt: skip
    steps = derive(split_of({"outpatient_general": table}, bill))
    assert [(step.step, step.amount_fen) for step in steps] == [
        ("total", 100_000),
        ("in_scope", 100_000),
        ("deductible", 15_000),
        ("ratio", 85_000),
        ("fund.pool", 30_000),
        ("personal.in_scope", 70_000),
        ("cash", 70_000),
    ]
    texts = {step.step: step.text for step in steps}
    assert texts["deductible"] == (
        "年度起付线 200.00，此前已付 50.00，本次 150.00 元"
        " / Yearly deductible 200.00, 50.00 paid before; this bill: 150.00 yuan"
    )
    assert texts["ratio"] == (
        "支付比例（3级机构 50%，退休 +5%，异地转诊 −5%）适用于 850.00 元"
        " / Ratio (tier 3 50%, retired +5%, referral −5%) of: 850.00 yuan"
    )
    assert texts["fund.pool"] == (
        "门诊统筹支付（达年度限额 300.00，此前已付 0.00） 300.00 元"
        " / Paid by the outpatient fund (up to the yearly cap 300.00, 0.00 paid before): 300.00 yuan"
    )


def test_the_document_holds_the_contracts_members_in_its_order() -> None:
    members = (
        "bill_id policy_id total_fen full_self_pay_fen over_limit_fen pre_self_pay_fen in_scope_fen"
        " deductible_fen ratio_bp pool_fen large_amount_fen serious_illness_fen assistance_fen fund_fen"
        " account_fen cash_fen personal_fen derivation"
    )
    document = split_document(split_of({}, {}))
    assert list(document) == members.split()
    assert list(document["derivation"][0]) == ["step", "text", "clause", "amount_fen"]
