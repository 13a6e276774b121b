"""The split (费用分割结果): who pays what of one bill, exact to the fen."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.benefit.bill import Bill, CategorySum
from shared.benefit.plan import Plan


class Split(NamedTuple):
    """Always: total = full self-pay + over-limit + pre-self-pay + in scope = fund + account + cash.

    Amounts in fen, none below 0. `deductible_fen` is what was paid of it; `ratio_bp` is the effective
    ratio for display, None when banded; outpatient funds stand in `pool_fen`.
    """

    bill_id: str
    policy_id: str
    total_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int
    in_scope_fen: int
    deductible_fen: int
    ratio_bp: int | None
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    personal_fen: int
    by_category: Mapping[str, CategorySum] | None
    bill: Bill
    plan: Plan


def make_split(
    bill: Bill,
    plan: Plan,
    deductible_fen: int,
    pool_fen: int,
    large_amount_fen: int = 0,
    serious_illness_fen: int = 0,
    assistance_fen: int = 0,
) -> Split:
    """The split that follows from the funds' payments: personal is the rest, cash the residual."""
    amounts = bill.amounts
    fund = pool_fen + large_amount_fen + serious_illness_fen + assistance_fen
    personal = amounts.total_fen - fund
    account = min(bill.account_fen, personal)
    return Split(
        bill.bill_id,
        plan.policy_id,
        *amounts,
        amounts.in_scope_fen,
        deductible_fen,
        plan.ratio_bp,
        pool_fen,
        large_amount_fen,
        serious_illness_fen,
        assistance_fen,
        fund,
        account,
        personal - account,
        personal,
        bill.by_category,
        bill,
        plan,
    )
