"""The derivation (计算过程): every step of a split in plain Chinese and English.

The `total` step is the bill; the `fund.` steps add up to `fund_fen`, the `personal.` steps to
`personal_fen`; the others tell how they came about. Amounts are the split's: nothing is settled here.
"""

from typing import NamedTuple

from shared.benefit.plan import InpatientPlan, OutpatientPlan
from shared.benefit.split import Split
from shared.benefit.words.derivation_words import (
    assistance_words,
    deductible_words,
    large_amount_words,
    outpatient_deductible_words,
    outpatient_words,
    pool_words,
    serious_illness_words,
)
from shared.money import yuan


class Step(NamedTuple):
    """One step: its stable name, what happened in both languages, the policy's clause, fen."""

    step: str
    text: str
    clause: str
    amount_fen: int


_BETWEEN = " 元 / "
_OUT_OF_SCOPE = (
    (
        "personal.full_self_pay",
        "全自费（丙类及目录外）",
        "Paid in full by the patient, outside the catalogue",
    ),
    ("personal.over_limit", "超出支付限价部分", "Above the price limit"),
    ("personal.pre_self_pay", "先行自付", "The share the patient pays first"),
)


def derive(split: Split) -> tuple[Step, ...]:
    """The steps of a split, in the order of calculation; parts that are 0 are left out."""
    steps = _bill_steps(split)
    if isinstance(split.plan, InpatientPlan):
        steps += _stay_steps(split, split.plan)
    else:
        steps += _outpatient_steps(split, split.plan)
    return tuple(steps + _payer_steps(split))


def _step(split: Split, step: str, zh: str, en: str, fen: int) -> Step:
    amount = yuan(fen)
    return Step(step, f"{zh} {amount}{_BETWEEN}{en}: {amount} yuan", split.plan.clause, fen)


def languages(text: str) -> tuple[str, str]:
    """The Chinese and the English part of a step's text; without the amount, which stands beside it."""
    zh, _, en = text.partition(_BETWEEN)
    return zh.rpartition(" ")[0], en.rpartition(": ")[0]


def _bill_steps(split: Split) -> list[Step]:
    parts = (split.full_self_pay_fen, split.over_limit_fen, split.pre_self_pay_fen)
    return [
        _step(split, "total", "医疗总费用", "Total of the bill", split.total_fen),
        *[_step(split, *words, fen) for words, fen in zip(_OUT_OF_SCOPE, parts, strict=True) if fen],
        _step(split, "in_scope", "政策范围内费用", "In scope of the policy", split.in_scope_fen),
    ]


def _stay_steps(split: Split, plan: InpatientPlan) -> list[Step]:
    bill, deductible, pool = split.bill, split.deductible_fen, split.pool_fen
    steps = [
        _step(split, "deductible", *deductible_words(plan, bill, split.in_scope_fen), deductible),
        _step(split, "ratio", *plan.ratio_words, split.in_scope_fen - deductible),
        _step(split, "fund.pool", *pool_words(plan, bill, pool), pool),
    ]
    if plan.large_amount and (fen := split.large_amount_fen):
        steps.append(
            _step(split, "fund.large_amount", *large_amount_words(plan.large_amount, bill, fen), fen)
        )
    rest = split.in_scope_fen - pool - split.large_amount_fen
    if plan.serious_illness:
        fen = split.serious_illness_fen
        words = serious_illness_words(plan.serious_illness, bill, rest, fen)
        steps.append(_step(split, "fund.serious_illness", *words, fen))
    if fen := split.assistance_fen:
        words = assistance_words(plan.assistance, bill, rest - split.serious_illness_fen, fen)
        steps.append(_step(split, "fund.assistance", *words, fen))
    return steps


def _outpatient_steps(split: Split, plan: OutpatientPlan) -> list[Step]:
    bill, deductible, pool = split.bill, split.deductible_fen, split.pool_fen
    return [
        _step(split, "deductible", *outpatient_deductible_words(plan, bill), deductible),
        _step(split, "ratio", *plan.ratio_words, split.in_scope_fen - deductible),
        _step(split, "fund.pool", *outpatient_words(plan, bill, pool), pool),
    ]


def _payer_steps(split: Split) -> list[Step]:
    left, account = split.in_scope_fen - split.fund_fen, split.account_fen
    steps = [_step(split, "personal.in_scope", "政策范围内个人负担", "The patient's part in scope", left)]
    if account:
        steps.append(_step(split, "account", "个人账户支付", "The patient pays from the account", account))
    steps.append(_step(split, "cash", "个人现金支付", "The patient pays in cash", split.cash_fen))
    return steps
