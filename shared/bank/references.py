"""Which payment orders a bank's entry names, and whether they are of its accounts."""

import re
from collections.abc import Mapping

from shared.bank.entry import Entry
from shared.bank.payment import PaymentOrder

Target = tuple[str, ...]
"""The references that an entry names, sorted: the orders that it pays together, or brings back."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_ENDINGS = "._:-"


def named_orders(entry: Entry, orders: Mapping[str, PaymentOrder]) -> Target:
    """The orders an entry names: the one whose reference it bears, else all that stand in its words.

    A reference stands alone between blanks, commas, slashes or Chinese characters; what ends a sentence may
    follow it.
    """
    if entry.reference in orders:
        return (entry.reference,)
    words = _WORD.findall(f"{entry.reference} {entry.text}")
    found = {one for word in words for one in (word, word.rstrip(_ENDINGS)) if one in orders}
    return tuple(sorted(found))


def is_other_account(entry: Entry, orders: list[PaymentOrder]) -> bool:
    """Whether an entry cannot belong to the orders it names: not the payer's account, or paid to another one.

    Of money that comes back only the payer's account counts: banks return it from an account of their own.
    """
    account, counter = entry.identity.account, entry.counter_account
    if any(order.debtor.account != account for order in orders):
        return True
    goes_out = entry.direction == "debit" and bool(counter)
    return goes_out and any(order.creditor.account != counter for order in orders)
