"""The words of a derivation's steps: (Chinese, English), without the amount of the step itself."""

from shared.benefit.bill import Bill
from shared.benefit.deductible import deductible_due
from shared.benefit.plan import InpatientPlan, OutpatientPlan
from shared.benefit.upper_funds.assistance import Ranking, chosen
from shared.benefit.upper_funds.large_amount import LargeAmountRule
from shared.benefit.upper_funds.serious_illness import SeriousIllnessRule
from shared.benefit.words.ratio_words import Words, percent
from shared.money import yuan


def deductible_words(plan: InpatientPlan, bill: Bill, in_scope_fen: int) -> Words:
    """The deductible: by stay of the year, or what a transfer leaves of it."""
    rule, paid, stays = plan.deductible, bill.transfer_paid_fen, bill.year_to_date.stays
    standard = yuan(rule.standard_fen)
    zh, en = f"{plan.tier}级医院起付线 {standard}", f"Deductible of tier {plan.tier} {standard}"
    if bill.deductible_left_fen is not None:
        left = yuan(bill.deductible_left_fen)
        zh, en = f"{zh}，中途结算后余 {left}，本次", f"{en}, {left} of it left after an interim settlement"
    elif paid is None or rule.on_transfer == "none":
        share = percent(rule.stay_bp[rule.stay_index(stays)])
        zh, en = f"{zh}，本年第{stays + 1}次住院按{share}计", f"{en}, stay {stays + 1} of the year {share}"
    elif rule.on_transfer == "waive":
        zh, en = f"{zh}，转院免收", f"{en}, waived over the transfer"
    else:
        before = yuan(paid)
        zh, en = (
            f"{zh}，转院连续计算，已付 {before}，本次",
            f"{en}, over the transfer {before} was paid already",
        )
    if deductible_due(rule, stays, paid, bill.deductible_left_fen) > in_scope_fen:
        return f"{zh.removesuffix('，本次')}，以政策范围内费用为限", f"{en}, limited to what is in scope"
    return zh, en


def _up_to_cap(cap_fen: int, paid_fen: int, payment_fen: int) -> Words:
    """Named only where the cap was reached."""
    if payment_fen < cap_fen - paid_fen:
        return "", ""
    cap, paid = yuan(cap_fen), yuan(paid_fen)
    return f"（达年度限额 {cap}，此前已付 {paid}）", f" (up to the yearly cap {cap}, {paid} paid before)"


def pool_words(plan: InpatientPlan, bill: Bill, payment_fen: int) -> Words:
    """The pool's payment, and its cap where it was reached."""
    zh, en = _up_to_cap(plan.pool_cap_fen, bill.year_to_date.pool_paid_fen, payment_fen)
    return f"统筹基金支付{zh}", f"Paid by the pool{en}"


def large_amount_words(rule: LargeAmountRule, bill: Bill, payment_fen: int) -> Words:
    """The large-amount fund's payment beyond the pool's cap."""
    zh, en = _up_to_cap(rule.cap_fen, bill.year_to_date.large_amount_paid_fen, payment_fen)
    ratio = percent(rule.ratio_bp)
    return (
        f"大额补助：超过统筹限额部分的{ratio}{zh}",
        f"Large-amount fund: {ratio} of what is beyond the pool's cap{en}",
    )


def serious_illness_words(rule: SeriousIllnessRule, bill: Bill, base_fen: int, payment_fen: int) -> Words:
    """The serious-illness payment, on the year's base before and of this bill."""
    year = bill.year_to_date
    before, base, floor = yuan(year.serious_illness_base_fen), yuan(base_fen), yuan(rule.deductible_fen)
    zh, en = _up_to_cap(rule.cap_fen, year.serious_illness_paid_fen, payment_fen)
    return (
        f"大病保险：本年合规自付 {before} + 本次 {base}，起付线 {floor}{zh}，支付",
        f"Serious illness: own payments of the year {before} + this bill {base}, from {floor}{en}",
    )


def assistance_words(rank: Ranking, bill: Bill, base_fen: int, payment_fen: int) -> Words:
    """The assistance of the identity that counts."""
    best = chosen(rank, bill.identities)
    if best is None:
        return "医疗救助", "Medical assistance"
    identity, rule = best
    zh, en = _up_to_cap(rule.cap_fen, bill.year_to_date.assistance_paid_fen, payment_fen)
    ratio, base, floor = percent(rule.ratio_bp), yuan(base_fen), yuan(rule.deductible_fen)
    return (
        f"医疗救助（{identity}）：{base} 的{ratio}，年度起付 {floor}{zh}，支付",
        f"Medical assistance ({identity}): {ratio} of {base}, yearly deductible {floor}{en}",
    )


def outpatient_deductible_words(plan: OutpatientPlan, bill: Bill) -> Words:
    """The yearly deductible and what was paid of it before."""
    full, paid = yuan(plan.deductible_fen), yuan(bill.year_to_date.outpatient_deductible_paid_fen)
    return (
        f"年度起付线 {full}，此前已付 {paid}，本次",
        f"Yearly deductible {full}, {paid} paid before; this bill",
    )


def outpatient_words(plan: OutpatientPlan, bill: Bill, payment_fen: int) -> Words:
    """The outpatient fund's payment, and its cap where it was reached."""
    zh, en = _up_to_cap(plan.cap_fen, bill.year_to_date.outpatient_paid_fen, payment_fen)
    return f"门诊统筹支付{zh}", f"Paid by the outpatient fund{en}"
