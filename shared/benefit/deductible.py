"""The inpatient deductible (起付线): by tier, by stay of the year, and over a transfer (003 五)."""

from dataclasses import dataclass
from typing import Literal

from shared.benefit.policy.form import WHOLE_BP, Inpatient, InpatientTier
from shared.money import round_fen


@dataclass(frozen=True, slots=True)
class DeductibleRule:
    """A tier's deductible in fen, also for each stay of the year; the last entry repeats."""

    standard_fen: int
    stay_bp: tuple[int, ...]
    stay_fen: tuple[int, ...]
    on_transfer: Literal["none", "difference", "waive"]

    def stay_index(self, stays: int) -> int:
        """Which entry counts after `stays` earlier stays in the year."""
        return min(stays, len(self.stay_fen) - 1)


def deductible_rule(inpatient: Inpatient, tier: InpatientTier) -> DeductibleRule:
    """The rule of one tier; a stay's share of the deductible is rounded here, before anything uses it."""
    standard = tier.deductible_fen
    stay_fen = tuple(round_fen(standard * bp, WHOLE_BP) for bp in inpatient.stay_deductible_bp)
    return DeductibleRule(standard, inpatient.stay_deductible_bp, stay_fen, inpatient.deductible_transfer)


def deductible_due(
    rule: DeductibleRule, stays: int, transfer_paid_fen: int | None, left_fen: int | None = None
) -> int:
    """The deductible of this stay in fen; over a transfer the stay's number plays no part.

    A later part of a stay that was settled in between owes what is left of the stay's, whatever the mode.
    """
    if left_fen is not None:
        return left_fen
    if transfer_paid_fen is None or rule.on_transfer == "none":
        return rule.stay_fen[rule.stay_index(stays)]
    if rule.on_transfer == "waive":
        return 0
    return max(0, rule.standard_fen - transfer_paid_fen)
