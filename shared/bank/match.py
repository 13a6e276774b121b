"""Matching (对账): which payment orders the bank's entries paid, which came back, and what matches nothing.

Tolerance 0. The same orders and entries give the same result in any order and repetition. An order is paid by
the entry that bears its reference, by several that together come to it, or with other orders by one entry
whose words name them all. A credit entry on the payer's account that names a paid order returns the payment
(退汇): the order is open again.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from shared.bank.amounts import Problem, refuse
from shared.bank.books import Books, Payment, Returned
from shared.bank.entry import Entry, distinct
from shared.bank.payment import PaymentOrder
from shared.bank.references import Target, is_other_account, named_orders


class Cause(StrEnum):
    """Why an entry matches nothing (未匹配原因)."""

    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    """It names no order: of another business, a fee, interest, or a mistyped reference."""
    OTHER_ACCOUNT = "OTHER_ACCOUNT"
    """It names an order, but left another account or went to another one than the order says."""
    ALREADY_PAID = "ALREADY_PAID"
    """It pays what other entries have paid: the money is to be asked back."""
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    """It names an order, but with what came before it does not come to the amount."""


class Paid(NamedTuple):
    """Orders that one payment paid, and the entries that are the payment."""

    references: Target
    entries: tuple[Entry, ...]


class Unmatched(NamedTuple):
    """An entry that matches nothing: the cause, and the orders that it names.

    `difference_fen`, of AMOUNT_DIFFERS only: what was paid less what is to be paid; of money that came back,
    what came less what had been paid.
    """

    entry: Entry
    cause: Cause
    references: Target
    difference_fen: int = 0


class Matching(NamedTuple):
    """What came of matching; `open` are the orders that nothing pays, also since their payment came back."""

    paid: tuple[Paid, ...]
    open: tuple[str, ...]
    returned: tuple[Returned, ...]
    unmatched: tuple[Unmatched, ...]


def match(orders: Iterable[PaymentOrder], entries: Iterable[Entry]) -> Matching:
    """Matches all orders with all entries known of them.

    Raises InvalidFileError for two orders of one reference or two entries of one identity that differ.
    """
    known = _by_reference(orders)
    books, unmatched = Books(known), list[Unmatched]()
    for _, day in groupby(distinct(entries), key=lambda entry: entry.booked_on):
        named = [(named_orders(entry, known), entry) for entry in day]
        strange = [found for one in named if (found := _strange(*one, known))]
        left = {found.entry for found in strange}
        books.enter_day(one for one in named if one[1] not in left)
        unmatched += strange
    return _matching(books, [*unmatched, *_waiting(books), *_not_returned(books)])


def _by_reference(orders: Iterable[PaymentOrder]) -> dict[str, PaymentOrder]:
    known: dict[str, PaymentOrder] = {}
    for order in orders:
        if known.setdefault(order.reference, order) != order:
            zh, en = "两张拨付单的参考号相同而内容不同", "is the reference of two orders that differ"
            refuse(order.reference, Problem(zh, en))
    return known


def _strange(target: Target, entry: Entry, known: Mapping[str, PaymentOrder]) -> Unmatched | None:
    if not target:
        return Unmatched(entry, Cause.UNKNOWN_REFERENCE, ())
    if is_other_account(entry, [known[name] for name in target]):
        return Unmatched(entry, Cause.OTHER_ACCOUNT, target)
    return None


def _waiting(books: Books) -> Iterable[Unmatched]:
    for target, entries in books.waiting.items():
        difference = sum(entry.amount_fen for entry in entries) - books.amount_fen(target)
        for entry in entries:
            if any(name in books.paid for name in target):
                yield Unmatched(entry, Cause.ALREADY_PAID, target)
            else:
                yield Unmatched(entry, Cause.AMOUNT_DIFFERS, target, difference)


def _not_returned(books: Books) -> Iterable[Unmatched]:
    for target, entry, difference in books.not_returned:
        yield Unmatched(entry, Cause.AMOUNT_DIFFERS, target, difference)


def _matching(books: Books, unmatched: list[Unmatched]) -> Matching:
    payments: dict[int, Payment] = {id(payment): payment for payment in books.paid.values()}
    return Matching(
        paid=tuple(sorted(Paid(payment.references, payment.entries) for payment in payments.values())),
        open=tuple(sorted(books.orders.keys() - books.paid.keys())),
        returned=tuple(books.returned),
        unmatched=tuple(sorted(unmatched, key=lambda one: (one.entry.booked_on, one.entry.identity))),
    )
