"""A split as tables for people: the amounts in yuan, then how they came about."""

from rich.console import Console
from rich.table import Column, Table

from services.settlement.rules.derivation import derive
from services.settlement.rules.ratio_words import percent
from services.settlement.rules.split import Split
from shared.money import yuan

_ROWS = (
    ("total_fen", "总费用 / Total"),
    ("full_self_pay_fen", "全自费 / Full self-pay"),
    ("over_limit_fen", "超限价 / Above the limit"),
    ("pre_self_pay_fen", "先行自付 / Paid first"),
    ("in_scope_fen", "政策范围内 / In scope"),
    ("deductible_fen", "起付线 / Deductible"),
    ("pool_fen", "统筹基金 / Pool"),
    ("large_amount_fen", "大额补助 / Large amount"),
    ("serious_illness_fen", "大病保险 / Serious illness"),
    ("assistance_fen", "医疗救助 / Assistance"),
    ("fund_fen", "基金支付合计 / Fund"),
    ("account_fen", "个人账户 / Account"),
    ("cash_fen", "现金 / Cash"),
    ("personal_fen", "个人负担合计 / Personal"),
)


def print_split(console: Console, split: Split) -> None:
    """Prints one bill's amounts and derivation."""
    amounts = Table("", "元 / yuan", title=f"{split.bill_id} · {split.policy_id}", title_justify="left")
    amounts.columns[1].justify = "right"
    for name, words in _ROWS:
        amounts.add_row(words, yuan(getattr(split, name)))
    ratio = percent(split.ratio_bp) if split.ratio_bp is not None else "分段 / banded"
    amounts.add_row("支付比例 / Ratio", ratio)
    console.print(amounts)
    steps = Table("", Column("计算过程 / Derivation", overflow="fold"), "依据 / Clause", "元 / yuan")
    steps.columns[3].justify = "right"
    for number, step in enumerate(derive(split), 1):
        steps.add_row(str(number), step.text.replace(" / ", "\n"), step.clause, yuan(step.amount_fen))
    console.print(steps)
