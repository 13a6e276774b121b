"""Reads and writes orders to pay patients, and their payments; rows are only added."""

from collections import defaultdict
from collections.abc import Sequence

from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder
from shared.bus.service import Tx

_COLUMNS = PaymentOrder._fields[:-1]
_OF_PERSONS = """
SELECT o.order_id, o.visit_id, o.number, o.person_id, o.attempt, o.ordered_on, o.payee, o.payee_reference,
    o.pool_fen, o.large_amount_fen, o.serious_illness_fen, o.assistance_fen, p.paid_on
FROM payment_order o LEFT JOIN order_paid p USING (order_id)
WHERE o.person_id = ANY($1) ORDER BY o.visit_id, o.number
"""


async def of_persons(tx: Tx, persons: Sequence[str]) -> dict[str, list[PaymentOrder]]:
    """The persons' orders by visit, oldest first, with the days on which they were paid."""
    orders: dict[str, list[PaymentOrder]] = defaultdict(list)
    for row in await tx.fetch(_OF_PERSONS, persons):
        order = PaymentOrder(*row)
        orders[order.visit_id].append(order)
    return orders


async def save(tx: Tx, rows: Sequence[PaymentOrder]) -> None:
    """Keeps orders."""
    await tx.copy_records_to_table("payment_order", records=[row[:-1] for row in rows], columns=_COLUMNS)


async def save_paid(tx: Tx, rows: Sequence[OrderPaid]) -> None:
    """Keeps payments; an order paid twice violates a constraint."""
    await tx.copy_records_to_table("order_paid", records=rows, columns=OrderPaid._fields)
