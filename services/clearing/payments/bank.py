"""Compares what a bank has booked of statements with the books, and says what is still to be reported.

What is paid and what came back is told one after the other, as the bank booked it; what the books have, by
the bank's entry or by an officer's hand, is not told again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal, NamedTuple

from services.clearing.payments.orders import Owed, base_of
from shared.bank.entry import Entry
from shared.bank.match import Matching
from shared.bank.payment import PaymentOrder
from shared.identity import derive

Happening = Literal["paid", "returned"]


class Booked(NamedTuple):
    """What the bank booked of a debt (银行入账): it was paid, or the payment came back."""

    what: Happening
    day: date
    bank_entry_id: str
    reason: str = ""


def booked(orders: Iterable[PaymentOrder], matching: Matching) -> dict[str, list[Booked]]:
    """What the bank booked, in its order, by the beginning of the orders' references.

    A return of a part is none: what is left with the payee is a matter for people.
    """
    amounts = {order.reference: order.amount_fen for order in orders}
    found: defaultdict[str, list[Booked]] = defaultdict(list)
    for back in matching.returned:
        if back.entry.amount_fen != sum(amounts[name] for name in back.references):
            continue
        for name in back.references:
            story = found[base_of(name)]
            story.append(_paid(back.payments, story))
            reason = back.entry.return_reason or ""
            story.append(Booked("returned", back.entry.booked_on, _id([back.entry]), reason))
    for paid in matching.paid:
        for name in paid.references:
            story = found[base_of(name)]
            story.append(_paid(paid.entries, story))
    return dict(found)


def to_report(one: Owed, story: Iterable[Booked], reported: Collection[str]) -> list[Booked]:
    """What of the bank's story the books lack; `reported` are the entries that they have."""
    rest = list(story)
    for at, happened in reversed(list(enumerate(rest))):
        if happened.bank_entry_id in reported:
            rest = rest[at + 1 :]
            break
    lacking: list[Booked] = []
    is_open = one.is_open
    for happened in rest:
        if (happened.what == "paid") == is_open:
            lacking.append(happened)
            is_open = not is_open
    return lacking


def _paid(entries: Iterable[Entry], story: list[Booked]) -> Booked:
    """A payment; one that was there before another came back counts from that day."""
    given = list(entries)
    days = [entry.booked_on for entry in given] + [before.day for before in story[-1:]]
    return Booked("paid", max(days), _id(given))


def _id(entries: Iterable[Entry]) -> str:
    return derive("bank entry", *sorted(str(entry.identity) for entry in entries))
