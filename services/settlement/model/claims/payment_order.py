"""Orders to pay a patient (支付单), or to recover: rows that are never changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from typing import NamedTuple

from shared.funds import ZERO, Funds

Account = tuple[str, str]
"""Where an order is paid to: the kind of payee, and what stands for its card or account."""


class PaymentOrder(NamedTuple):
    """What is to be paid to a payee for a visit beyond what was paid; a payee's newest replaces the others.

    A bank that had a replaced order already may still pay it: what was paid counts. `number` counts those of
    a visit; `attempt` is that of the settlement behind it. `paid_on` stands in a row of its own.
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
        """Where it is paid to."""
        return self.payee, self.payee_reference


class OrderPaid(NamedTuple):
    """An order was paid, or recovered; `visit_id` is the order's."""

    order_id: str
    visit_id: str
    paid_on: date
    reported_on: date


def paid(orders: Iterable[PaymentOrder]) -> Funds:
    """What was paid over orders, less what was recovered."""
    done = [order.funds for order in orders if order.paid_on is not None]
    return reduce(Funds.plus, done, ZERO)


def due(orders: Sequence[PaymentOrder], entitled: Account, owed: Funds) -> dict[Account, Funds]:
    """What is to be ordered now, by account, left out where the order that waits says so already.

    All that is owed goes to `entitled` and nothing to the others; from each, what it was paid is taken off.
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
    """The same orders, one of them paid."""
    return [
        order._replace(paid_on=row.paid_on) if order.order_id == row.order_id else order for order in orders
    ]
