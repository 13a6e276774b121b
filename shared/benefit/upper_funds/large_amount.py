"""The large-amount fund (大额补助): what is in scope beyond the point where the pool's cap is reached."""

from dataclasses import dataclass

from shared.benefit.policy.form import WHOLE_BP
from shared.money import round_fen


@dataclass(frozen=True, slots=True)
class LargeAmountRule:
    """The ratio, after a cut where the policy cuts this fund, and the cap per person and year."""

    ratio_bp: int
    cap_fen: int


def large_amount(rule: LargeAmountRule, beyond: tuple[int, int], paid_fen: int) -> int:
    """The payment in fen; `beyond` is the exact part past that point, as a fraction."""
    numerator, denominator = beyond
    payment = round_fen(numerator * rule.ratio_bp, denominator * WHOLE_BP)
    return min(payment, max(0, rule.cap_fen - paid_fen))
