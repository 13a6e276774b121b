"""The prefund (预付金): how far it is used, whom it can still pay, and what restores it (001 (二十一))."""

from typing import Literal

from services.clearing.parameters import PREFUND_RED_BP, PREFUND_YELLOW_BP
from shared.month.funds import Funds

Alert = Literal["none", "yellow", "red"]


def alert(balance_fen: int, quota_fen: int) -> Alert:
    """The alert: yellow from 70 %, red from 90 % of the quota used (parameters), or when nothing is left."""
    used = (quota_fen - balance_fen) * 10_000
    if balance_fen <= 0 or used >= PREFUND_RED_BP.value * quota_fen:
        return "red"
    return "yellow" if used >= PREFUND_YELLOW_BP.value * quota_fen else "none"


def top_up(balance_fen: int, quota_fen: int, paid_fen: int) -> int:
    """How much of a payment restores the quota (补足), fen; never below zero."""
    return max(0, min(paid_fen, quota_fen - balance_fen))


def allot(due: Funds, available_fen: int | None) -> Funds:
    """What an institution is paid of its due: all of it, or as far as the prefund reaches (None: no bound).

    An institution that owes more than it is due is paid nothing; the debt is carried to its next month. If
    the prefund falls short, the funds with the smallest amounts are paid first.
    """
    if due.due_fen <= 0:
        return Funds()
    if available_fen is None or due.due_fen <= available_fen:
        return due
    left = max(0, available_fen)
    paid = []
    for amount in sorted(enumerate(due), key=lambda pair: pair[1]):
        paid.append((amount[0], min(amount[1], left)))
        left -= paid[-1][1]
    return Funds(*(amount for _, amount in sorted(paid)))
