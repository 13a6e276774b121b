"""The radar (预付金雷达): how long what lies ahead will last, from what is left, owed and used up.

Whole fen and whole days; nothing is rounded but the days, and these down.
"""

from typing import NamedTuple

from services.clearing.parameters import BURN_DAYS, PREFUND_RED_BP, PREFUND_YELLOW_BP, WARN_DAYS
from shared.messages.clearing.prefunds import Level

_WHOLE_BP = 10_000
_MOST_DAYS = 10**9
"""More days than that are told as so many: it lasts for ever, and a message holds no higher count."""


class Radar(NamedTuple):
    """What the radar shows of an agreement on a day (预付金走势), fen.

    `accrued_fen`: what institutions are owed from it. `burn_fen`: what was due of the business of 28 days.
    """

    quota_fen: int
    balance_fen: int
    accrued_fen: int
    burn_fen: int

    @property
    def free_fen(self) -> int:
        """What is left when all that is owed is paid."""
        return self.balance_fen - self.accrued_fen

    @property
    def days_to_yellow(self) -> int | None:
        """Whole days until 70 % are used; none while nothing is used up."""
        return self._days_to(PREFUND_YELLOW_BP.value)

    @property
    def days_to_red(self) -> int | None:
        """Whole days until 90 % are used; none while nothing is used up."""
        return self._days_to(PREFUND_RED_BP.value)

    @property
    def level(self) -> Level:
        """The worst threshold that is crossed once what is owed is paid, or will be within 10 days."""
        if self._is_near(PREFUND_RED_BP.value, self.days_to_red):
            return "red"
        return "yellow" if self._is_near(PREFUND_YELLOW_BP.value, self.days_to_yellow) else "none"

    def _days_to(self, used_bp: int) -> int | None:
        if self.burn_fen <= 0:
            return None
        days = self._above(used_bp) * BURN_DAYS.value // (_WHOLE_BP * self.burn_fen)
        return min(max(0, days), _MOST_DAYS)

    def _is_near(self, used_bp: int, days: int | None) -> bool:
        return self._above(used_bp) <= 0 or (days is not None and days <= WARN_DAYS.value)

    def _above(self, used_bp: int) -> int:
        """How far the free money lies above the threshold, in ten-thousandths of a fen."""
        return _WHOLE_BP * self.free_fen - (_WHOLE_BP - used_bp) * self.quota_fen
