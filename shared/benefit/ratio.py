"""The pool's ratio (支付比例): of the tier, with the retired bonus, after the out-of-area cut.

An effective ratio is exact, in units of 10⁻⁸; only its display is rounded to basis points.
"""

from shared.benefit.bands import Scale
from shared.benefit.policy.form import WHOLE_BP, Bands, Policy
from shared.money import round_fen

WHOLE_E8 = WHOLE_BP * WHOLE_BP


def effective_e8(ratio_bp: int, own_share_bp: int) -> int:
    """1 − (1 − ratio) × own share."""
    return WHOLE_E8 - (WHOLE_BP - ratio_bp) * own_share_bp


def pool_scale(policy: Policy, bands: Bands, cut_bp: int, retired: bool) -> Scale:
    """The inpatient bands with their effective ratios; `[retired]` touches the inpatient pool only."""
    extra = policy.retired if retired else None
    bonus_bp, own_share_bp = (extra.ratio_bonus_bp, extra.own_share_bp) if extra else (0, WHOLE_BP)
    return tuple(
        (band.up_to_fen, effective_e8(band.ratio_bp + bonus_bp - cut_bp, own_share_bp)) for band in bands
    )


def display_bp(ratio_e8: int) -> int:
    """An effective ratio for display, rounded to basis points."""
    return round_fen(ratio_e8, WHOLE_BP)
