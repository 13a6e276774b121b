"""A split as text for people: the amounts in yuan, then how they came about.

Columns of plain text: a file of many bills is told as fast as it is settled, and kept as it is shown.
"""

from rich.cells import cell_len
from rich.console import Console

from shared.benefit.split import Split
from shared.benefit.words.derivation import derive
from shared.benefit.words.ratio_words import percent
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
_RATIO = "支付比例 / Ratio"
_BANDED = "分段 / banded"
_WORDS_CELLS, _YUAN_CELLS = 32, 14
_STEPS = f"{'元 / yuan':>13}  计算过程 / Derivation\n{'─' * 14}  {'─' * 48}"
_SECOND = " " * (_YUAN_CELLS + 2)


def print_split(console: Console, split: Split) -> None:
    """Prints one bill's amounts and derivation."""
    console.print(split_text(split), end="", soft_wrap=True, markup=False, highlight=False)


def split_text(split: Split) -> str:
    """One bill's amounts and derivation, ending in an empty line."""
    ratio = percent(split.ratio_bp) if split.ratio_bp is not None else _BANDED
    lines = [f"{split.bill_id} · {split.policy_id}", _RULE]
    lines += [f"{words}{yuan(getattr(split, name)):>{_YUAN_CELLS}}" for name, words in _PADDED]
    lines += [_padded(_RATIO) + " " * (_YUAN_CELLS - cell_len(ratio)) + ratio, "", _STEPS]
    for step in derive(split):
        zh, _, en = step.text.partition(" / ")
        lines += [f"{yuan(step.amount_fen):>{_YUAN_CELLS}}  {zh}", f"{_SECOND}{en}  [{step.clause}]"]
    return "\n".join([*lines, "", ""])


def _padded(words: str) -> str:
    # A Chinese character is two cells wide.
    return words + " " * (_WORDS_CELLS - cell_len(words))


_PADDED = tuple((name, _padded(words)) for name, words in _ROWS)
_RULE = "─" * (_WORDS_CELLS + _YUAN_CELLS)
