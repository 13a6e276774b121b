"""Serious-illness insurance (大病保险): bands over the year's cumulative compliant out-of-pocket."""

from dataclasses import dataclass

from shared.benefit.bands import Scale, stretch_sum
from shared.benefit.policy.form import WHOLE_BP
from shared.money import round_fen


@dataclass(frozen=True, slots=True)
class SeriousIllnessRule:
    """Limits of the scale are points of the cumulative base, not of what is above the deductible."""

    deductible_fen: int
    scale: Scale
    cap_fen: int


def serious_illness(rule: SeriousIllnessRule, base_before_fen: int, base_fen: int, paid_fen: int) -> int:
    """The payment for the base of this bill on top of the year's; only the difference is rounded."""
    low = max(rule.deductible_fen, base_before_fen)
    exact = stretch_sum(rule.scale, low, max(low, base_before_fen + base_fen))
    return min(round_fen(exact, WHOLE_BP), max(0, rule.cap_fen - paid_fen))
