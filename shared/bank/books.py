"""Books (对账簿): which orders are paid at the end of each day, as the entries of that day come in.

Within a day nobody knows what came first, so payments and returns are tried in turn until nothing changes.
All orders of trying are fixed: one order before several, then by reference, then by the entries' identity.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.bank.entry import Entry
from shared.bank.payment import PaymentOrder
from shared.bank.references import Target


class Returned(NamedTuple):
    """A payment that came back (退汇): of which orders, by which entry, out of which payments."""

    references: Target
    entry: Entry
    payments: tuple[Entry, ...]


@dataclass(slots=True)
class Payment:
    """A payment of the orders of `target`, by one or several entries; `references` are those still paid."""

    target: Target
    references: Target
    entries: tuple[Entry, ...]

    @property
    def paid_on(self) -> date:
        """The day on which the last of its entries was booked."""
        return max(entry.booked_on for entry in self.entries)


@dataclass(slots=True)
class Books:
    """What is paid, what came back, and what waits for more; days are entered from the first to the last."""

    orders: Mapping[str, PaymentOrder]
    paid: dict[str, Payment] = field(default_factory=dict)
    waiting: defaultdict[Target, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    returned: list[Returned] = field(default_factory=list)
    not_returned: list[tuple[Target, Entry, int]] = field(default_factory=list)  # with what differs, in fen
    _targets: defaultdict[str, set[Target]] = field(default_factory=lambda: defaultdict(set))
    _touched: set[Target] = field(default_factory=set)

    def enter_day(self, entries: Iterable[tuple[Target, Entry]]) -> None:
        """Enters all entries of one day, in the order of their identity, each with the orders it names."""
        credits: list[tuple[Target, Entry]] = []
        for target, entry in entries:
            if entry.direction == "credit":
                credits.append((target, entry))
            else:
                self._wait(target, [entry])
        while self._pay_all() or self._give_back_any(credits):
            pass
        for target, entry in credits:
            paid = sum(self.orders[name].amount_fen for name in target if name in self.paid)
            self.not_returned.append((target, entry, entry.amount_fen - paid))

    def amount_fen(self, target: Target) -> int:
        """What the orders of a target come to."""
        return sum(self.orders[name].amount_fen for name in target)

    def _wait(self, target: Target, entries: Iterable[Entry]) -> None:
        self.waiting[target].extend(entries)
        self._touched.add(target)
        for name in target:
            self._targets[name].add(target)

    def _pay_all(self) -> bool:
        touched = sorted(self._touched, key=lambda target: (len(target), target))
        self._touched.clear()
        paid = [self._pay(target) for target in touched]  # each is tried, also after one that is paid
        return any(paid)

    def _pay(self, target: Target) -> bool:
        if any(name in self.paid for name in target):
            return False
        entries = first_sum(self.waiting[target], self.amount_fen(target))
        for entry in entries:
            self.waiting[target].remove(entry)
        if entries:
            self.paid.update(dict.fromkeys(target, Payment(target, target, entries)))
        return bool(entries)

    def _give_back_any(self, credits: list[tuple[Target, Entry]]) -> bool:
        for one in credits:
            if self._give_back(*one):
                credits.remove(one)
                return True
        return False

    def _give_back(self, target: Target, entry: Entry) -> bool:
        """A payment came back whole, or for some of its orders; or one of its entries; or one that waits."""
        payments = self._payments(target)
        if payments and self.amount_fen(target) == entry.amount_fen:
            given = tuple(one for payment in payments for one in payment.entries)
        elif given := self._one_of(payments, target, entry.amount_fen):
            [payment] = payments
            self._wait(target, (one for one in payment.entries if one not in given))
            self.waiting[target].sort(
                key=lambda one: (one.booked_on, one.identity)
            )  # they came before others
        else:
            return self._give_back_waiting(target, entry)
        self._reopen(target)
        self.returned.append(Returned(target, entry, given))
        return True

    def _payments(self, target: Target) -> list[Payment]:
        """The payments of all orders of a target, each once; none where one of the orders is not paid."""
        if not all(name in self.paid for name in target):
            return []
        return list({id(self.paid[name]): self.paid[name] for name in target}.values())

    def _one_of(self, payments: list[Payment], target: Target, amount_fen: int) -> tuple[Entry, ...]:
        # Of a payment that some orders were already taken from, nobody can say whose money an entry was.
        if len(payments) != 1 or not payments[0].target == payments[0].references == target:
            return ()
        return tuple(entry for entry in payments[0].entries if entry.amount_fen == amount_fen)[:1]

    def _give_back_waiting(self, target: Target, entry: Entry) -> bool:
        for one in self.waiting[target]:
            if one.amount_fen == entry.amount_fen:
                self.waiting[target].remove(one)
                self._touched.add(target)
                self.returned.append(Returned(target, entry, (one,)))
                return True
        return False

    def _reopen(self, target: Target) -> None:
        for name in target:
            payment = self.paid.pop(name)
            payment.references = tuple(one for one in payment.references if one != name)
            self._touched |= self._targets[name]


def first_sum(entries: list[Entry], amount_fen: int) -> tuple[Entry, ...]:
    """The entries by which an amount is first reached to the fen: one alone, or all up to it; none if never.

    What comes on later days never changes what was found, so an order stays paid by the same money.
    """
    total = 0
    for at, entry in enumerate(entries, 1):
        total += entry.amount_fen
        if entry.amount_fen == amount_fen:
            return (entry,)
        if total == amount_fen:
            return tuple(entries[:at])
    return ()
