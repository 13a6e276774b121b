"""Medical assistance (医疗救助) for a special identity, after every other fund."""

from collections.abc import Mapping

from shared.benefit.policy.form import WHOLE_BP, Assistance
from shared.money import round_fen

Ranking = tuple[tuple[str, Assistance], ...]


def ranking(tables: Mapping[str, Assistance]) -> Ranking:
    """The identities by what they are worth: highest ratio, then lower deductible, then higher cap.

    A spent cap does not change the choice.
    """
    return tuple(
        sorted(tables.items(), key=lambda item: (-item[1].ratio_bp, item[1].deductible_fen, -item[1].cap_fen))
    )


def chosen(rank: Ranking, identities: tuple[str, ...]) -> tuple[str, Assistance] | None:
    """The best of the person's identities that the policy knows."""
    return next((entry for entry in rank if entry[0] in identities), None)


def assistance(rule: Assistance, base_fen: int, base_before_fen: int, paid_fen: int) -> int:
    """The payment in fen; the year's earlier bases consume the yearly deductible first."""
    left = max(0, rule.deductible_fen - base_before_fen)
    payment = round_fen(max(0, base_fen - left) * rule.ratio_bp, WHOLE_BP)
    return min(payment, max(0, rule.cap_fen - paid_fen))
