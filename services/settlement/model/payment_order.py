"""Orders to pay a patient (支付单), or to recover: rows that are never changed."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from typing import NamedTuple

from shared.funds import ZERO, Funds


class PaymentOrder(NamedTuple):
    """What is to be paid for a visit beyond what was paid; only the newest order of a visit may be paid.

    `number` counts those of a visit; `attempt` is that of the settlement behind it. `paid_on` stands in a row
    of its own.
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
