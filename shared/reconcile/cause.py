"""Why two lists differ in one settlement or reversal (差异原因): a single cause each, with what to do."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Literal, NamedTuple

Kind = Literal["settled", "reversed"]


class Cause(StrEnum):
    """Why a key differs (差异原因), in the order in which they are tried."""

    DUPLICATE = "DUPLICATE"
    REFUND_UNKNOWN = "REFUND_UNKNOWN"
    DATE_CUT = "DATE_CUT"
    MISSING_THERE = "MISSING_THERE"
    MISSING_HERE = "MISSING_HERE"
    AMOUNT = "AMOUNT"


class Sides(NamedTuple):
    """What stands under one key on both sides (双方记录), in the period compared.

    `here` and `there` hold the amounts of each time it stands on a side, in any one form that can be sorted.
    `beside` says that the side which lacks the key has it in a neighbouring month.
    """

    kind: Kind
    here: Sequence[Any]
    there: Sequence[Any]
    beside: bool = False

    @property
    def agree(self) -> bool:
        """Whether the same amounts stand on both sides, each as often."""
        return sorted(self.here) == sorted(self.there)

    @property
    def is_one_sided(self) -> bool:
        """Whether a side has nothing of it at all, not in a neighbouring month either."""
        return not (self.beside or (self.here and self.there))


_FITS: tuple[tuple[Cause, Callable[[Sides], object]], ...] = (
    (Cause.DUPLICATE, lambda sides: max(len(sides.here), len(sides.there)) > 1),
    (Cause.REFUND_UNKNOWN, lambda sides: sides.kind == "reversed" and sides.is_one_sided),
    (Cause.DATE_CUT, lambda sides: sides.beside),
    (Cause.MISSING_THERE, lambda sides: not sides.there),
    (Cause.MISSING_HERE, lambda sides: not sides.here),
    (Cause.AMOUNT, lambda sides: True),
)


def cause_of(sides: Sides) -> Cause | None:
    """Why a key differs: the first cause that fits; None where both sides agree."""
    if sides.agree:
        return None
    return next(cause for cause, fits in _FITS if fits(sides))


class Words(NamedTuple):
    """A cause for people, and the action (处理建议) that is suggested, each in Chinese and English."""

    zh: str
    en: str
    action_zh: str
    action_en: str


WORDS: dict[Cause, Words] = {
    Cause.DUPLICATE: Words(
        "同一笔出现两次",
        "stands twice on one side",
        "重复一方核对原始凭证，只保留一笔，多出的作废",
        "the side that has it twice checks its vouchers, keeps one and voids the others",
    ),
    Cause.REFUND_UNKNOWN: Words(
        "冲正仅一方有",
        "the reversal stands on one side only",
        "核对冲正回执：冲正成立的，另一方补记；不成立的，本笔撤回",
        "look up the reversal's receipt: if it holds, the other side books it; if not, it is taken out",
    ),
    Cause.DATE_CUT: Words(
        "另一方记在相邻月份",
        "the other side has it in a neighbouring month",
        "核对业务日期与截止日，按协议的月份规则记入同一月；已结月份不改，下月随之抵平",
        "compare its day with the cut-off day and book it in the agreement's month; a closed month stays, "
        "the month beside it evens out",
    ),
    Cause.MISSING_THERE: Words(
        "对方没有",
        "the other side does not have it",
        "请对方核对是否漏记；对方确认无此业务的，提出争议并附凭证",
        "ask the other side whether it left it out; if there was no such care, dispute it with evidence",
    ),
    Cause.MISSING_HERE: Words(
        "本方没有",
        "our side does not have it",
        "查未入单明细（无协议、逾期、缺病案首页或审核）；仍没有的，请对方提供结算回执并补传",
        "look under the lines of no statement (unagreed, late, not eligible); if not there, ask for the "
        "settlement's receipt and have it sent again",
    ),
    Cause.AMOUNT: Words(
        "金额不一致",
        "the amounts differ",
        "逐项核对差额：审核扣减的凭扣减通知调整，其余以结算回执为准",
        "go through each fund's difference: what review deducted follows its notice, all else the receipt",
    ),
}
"""Every cause in words."""
