"""Orders to pay a patient (支付单), or to recover what was paid too much; rows that are never changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from typing import NamedTuple

from shared.funds import ZERO, Funds

Account = tuple[str, str]
"""Where an order is paid to: the kind of payee, and a reference to its card or account."""


class PaymentOrder(NamedTuple):
    """An order (支付单) to pay a payee what is owed for a visit beyond what was paid; below 0 it recovers.

    A payee's newest order replaces the earlier ones. A bank that already had a replaced order may still pay
    it: what was paid counts. `number` counts the orders of a visit; `attempt` is that of the settlement
    behind it. `paid_on` comes from a row of its own, `OrderPaid`.
    """

    order_id: str
    visit_id: str
    number: int
    person_id: str
    attempt: int
    ordered_on: date
    payee: str
    payee_reference: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    paid_on: date | None = None

    @property
    def funds(self) -> Funds:
        """Its amount by fund."""
        return Funds(self.pool_fen, self.large_amount_fen, self.serious_illness_fen, self.assistance_fen)

    @property
    def account(self) -> Account:
        """The payee and the card or account that the order is paid to."""
        return self.payee, self.payee_reference


class OrderPaid(NamedTuple):
    """The report that an order (支付单) was paid, or its amount recovered; `visit_id` is the order's."""

    order_id: str
    visit_id: str
    paid_on: date
    reported_on: date


def paid(orders: Iterable[PaymentOrder]) -> Funds:
    """The sum of the orders that were paid, by fund, less what was recovered."""
    done = [order.funds for order in orders if order.paid_on is not None]
    return reduce(Funds.plus, done, ZERO)


def due(orders: Sequence[PaymentOrder], entitled: Account, owed: Funds) -> dict[Account, Funds]:
    """The amounts to order now, by payee's account; none where an unpaid order already has the right amount.

    All that is owed goes to `entitled` and nothing to the others. What an account was paid is subtracted, so
    that an amount below 0 is to be recovered.
    """
    accounts = dict.fromkeys([entitled, *(order.account for order in orders)])
    found = {}
    for account in accounts:
        own = [order for order in orders if order.account == account]
        waiting = own[-1].funds if own and own[-1].paid_on is None else ZERO
        rest = (owed if account == entitled else ZERO).less(paid(own))
        if rest != waiting:
            found[account] = rest
    return found


def with_paid(orders: Iterable[PaymentOrder], row: OrderPaid) -> list[PaymentOrder]:
    """The orders with one of them marked as paid."""
    return [
        order._replace(paid_on=row.paid_on) if order.order_id == row.order_id else order for order in orders
    ]
