"""A stay (住院) settled: deductible, pool, large amount, serious illness, assistance, in this order.

One settlement with all funds (一单制结算, 000 三(三)2).
"""

from shared.benefit.bands import part_beyond, stretch_sum
from shared.benefit.bill import Bill
from shared.benefit.deductible import deductible_due
from shared.benefit.plan import InpatientPlan
from shared.benefit.ratio import WHOLE_E8
from shared.benefit.split import Split, make_split
from shared.benefit.upper_funds.assistance import assistance, chosen
from shared.benefit.upper_funds.large_amount import large_amount
from shared.benefit.upper_funds.serious_illness import serious_illness
from shared.money import round_fen


def settle_stay(plan: InpatientPlan, bill: Bill) -> Split:
    """The split of a stay under its plan."""
    year = bill.year_to_date
    in_scope = bill.amounts.in_scope_fen
    due = deductible_due(plan.deductible, year.stays, bill.transfer_paid_fen, bill.deductible_left_fen)
    deductible = min(due, in_scope)
    pool, large = _pool_and_large_amount(plan, bill, deductible, in_scope)
    rest = in_scope - pool - large
    serious = 0
    if plan.serious_illness:
        serious = serious_illness(
            plan.serious_illness, year.serious_illness_base_fen, rest, year.serious_illness_paid_fen
        )
    aid = _assistance(plan, bill, rest - serious)
    return make_split(bill, plan, deductible, pool, large, serious, aid)


def _pool_and_large_amount(
    plan: InpatientPlan, bill: Bill, deductible: int, in_scope: int
) -> tuple[int, int]:
    """What both pay. Of a stay in parts (中途结算) it is what the stay so far exceeds its earlier parts by.

    So the bands go on and the fen are those of one settlement.
    """
    low, start, high = _stretch(plan, bill, deductible, in_scope)
    exact_e8 = stretch_sum(plan.pool_scale, low, high)
    before = round_fen(stretch_sum(plan.pool_scale, low, start), WHOLE_E8)
    left = max(0, plan.pool_cap_fen - bill.year_to_date.pool_paid_fen)
    if exact_e8 < (before + left) * WHOLE_E8:
        return round_fen(exact_e8, WHOLE_E8) - before, 0
    if plan.large_amount is None:
        return left, 0
    beyond = part_beyond(plan.pool_scale, low, high, (before + left) * WHOLE_E8)
    if not left:
        beyond = (high - start, 1)
    return left, large_amount(plan.large_amount, beyond, bill.year_to_date.large_amount_paid_fen)


def _stretch(plan: InpatientPlan, bill: Bill, deductible: int, in_scope: int) -> tuple[int, int, int]:
    """Where the bands of the whole stay begin, where this part begins on them, and where it ends."""
    scope, paid = bill.parts_before
    low = paid + deductible if plan.bands_from_zero else 0
    start = max(low, scope) if plan.bands_from_zero else scope - paid
    end = scope + in_scope if plan.bands_from_zero else scope + in_scope - paid - deductible
    return low, start, end


def _assistance(plan: InpatientPlan, bill: Bill, base: int) -> int:
    best = chosen(plan.assistance, bill.identities)
    if best is None:
        return 0
    year = bill.year_to_date
    return assistance(best[1], base, year.assistance_base_fen, year.assistance_paid_fen)
