"""How a quota is measured (核定): exact integers, rounded once."""

from datetime import date

from services.clearing.parameters import QUOTA_STEP_FEN
from shared.messages.body import MOST_FEN
from shared.messages.clearing.prefunds import QuarterBasis, ResidentsBasis
from shared.money import round_fen
from shared.month.place import calendar_month, month_after
from shared.month.terms import month_end

Basis = QuarterBasis | ResidentsBasis
_QUARTER = 3
MOST_QUOTA_FEN = MOST_FEN
"""The highest quota: 1 000 billion yuan. So no sum of what lies ahead leaves what a message can hold."""


def last_quarter(day: date) -> str:
    """The first month of the last quarter that ended before a day: `2027-01-04` → `2026-10`."""
    of_this = month_after(calendar_month(day), -((day.month - 1) % _QUARTER))
    return month_after(of_this, -_QUARTER)


def quarter_months(first_month: str) -> tuple[str, ...]:
    """The three months of a quarter."""
    return tuple(month_after(first_month, number) for number in range(_QUARTER))


def quarter_key(agreement_id: str, first_month: str) -> str:
    """The key of what was payable of an agreement in a quarter."""
    return f"{first_month}/{agreement_id}"


def quota_of(basis: Basis) -> int:
    """The quota that follows from its inputs, fen; below zero where reversals outweighed the quarter.

    Of a quarter: so many months' mean of what was payable, rounded up to 10 000 yuan (001 (二十一)). Of
    residents: persons living there × last year's mean cost of a stay × the ratio (004-5 三(七)1).
    """
    if isinstance(basis, ResidentsBasis):
        return round_fen(basis.persons * basis.mean_cost_fen * basis.ratio_bp, 10_000)
    step = QUOTA_STEP_FEN.value
    return -(-basis.months * basis.payable_fen // (_QUARTER * step)) * step


def pay_by(approved_on: date) -> date:
    """A quota is paid by the end of the month after its approval: that of January by the end of February."""
    return month_end(month_after(calendar_month(approved_on)), 0)
