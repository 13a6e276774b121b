"""What a center has to pay (应拨款项), as payment orders: a statement, or an institution's month.

An order goes to the bank once, and once more, by another reference, for each time that it came back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.bank.match import Matching
from shared.bank.payment import Holder, PaymentOrder, remittance_text
from shared.identity import derive

_BASE = 24  # hexadecimal digits: with its kind and number a reference stays below the 35 of ISO 20022


class Owed(NamedTuple):
    """What a center pays another party (应拨款项), fen; `statement_id` is empty for an institution's month.

    `is_open`: the books do not have it as paid yet. An institution's they have as paid from the sort on, so
    only the bank's statement says whether it was. `returned`: how often the books say that it came back.
    """

    payer: str
    payee: str
    month: str
    agreement_id: str
    amount_fen: int
    due_on: date
    statement_id: str = ""
    is_open: bool = True
    returned: int = 0

    @property
    def base(self) -> str:
        """What the references of all its orders begin with."""
        if self.statement_id:
            return f"S{self.statement_id[:_BASE]}"
        return f"I{derive('payment', self.agreement_id, self.month, self.payee)[:_BASE]}"

    def reference(self, number: int) -> str:
        """The reference of its first, second … order."""
        return self.base if number == 1 else f"{self.base}-{number}"


class Due(NamedTuple):
    """An order that is to be sent (待发拨付单), by its number."""

    owed: Owed
    number: int


def base_of(reference: str) -> str:
    """What all references of one debt begin with."""
    return reference.partition("-")[0]


def order_of(owed: Owed, number: int, holders: Mapping[str, Holder], day: date) -> PaymentOrder:
    """The order, to be carried out on the day it is due, or on this one if that is past.

    Raises KeyError for a party without an account.
    """
    words = remittance_text([owed.statement_id]) if owed.statement_id else f"{owed.month} 医药费"
    return PaymentOrder(
        reference=owed.reference(number),
        debtor=holders[owed.payer],
        creditor=holders[owed.payee],
        amount_fen=owed.amount_fen,
        due_on=max(owed.due_on, day),
        purpose="异地就医清算款" if owed.statement_id else "异地就医医药费",
        remittance_text=words,
    )


def orders_known(
    owed: Iterable[Owed], sent: Iterable[PaymentOrder], holders: Mapping[str, Holder]
) -> list[PaymentOrder]:
    """All orders that an entry of the bank may name: as they were sent, else as they would be now."""
    known = {order.reference: order for order in sent}
    for one in owed:
        for number in range(1, one.returned + 2):
            if one.reference(number) not in known and {one.payer, one.payee} <= holders.keys():
                order = order_of(one, number, holders, one.due_on)
                known[order.reference] = order
    return list(known.values())


def due_now(owed: Iterable[Owed], sent: Sequence[PaymentOrder], matching: Matching) -> list[Due]:
    """What is to be sent: not paid by the books or the bank, and sent no more often than it came back."""
    paid = {base_of(name) for one in matching.paid for name in one.references}
    returned = {name for one in matching.returned for name in one.references}
    due: list[Due] = []
    for one in owed:
        names = {order.reference for order in sent if base_of(order.reference) == one.base}
        back = max(one.returned, len(names & returned))
        if one.is_open and one.base not in paid and len(names) <= back:
            due.append(Due(one, back + 1))
    return due
