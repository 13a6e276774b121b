"""Compares two lists of a month, ours and the other side's, key by key; what differs adds up to the fen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.month.funds import Funds
from shared.month.statement import Sums, added_up
from shared.reconcile.cause import Cause, Kind, Sides, cause_of


class Key(NamedTuple):
    """What two lists are compared by (对账键)."""

    settlement_id: str
    kind: Kind


class Entry(NamedTuple):
    """A settlement or a reversal in a list (对账明细); a reversal's amounts are below zero."""

    key: Key
    day: date
    total_fen: int
    funds: Funds

    @property
    def sums(self) -> Sums:
        """What it adds to its list's sums."""
        return Sums(1, self.total_fen, self.funds)


class Side(NamedTuple):
    """A side's list of a month (一方账目), and which keys it has in the months before and after."""

    entries: Sequence[Entry]
    beside: Mapping[Key, str] = {}  # key → the neighbouring month

    @property
    def sums(self) -> Sums:
        """The list's sums."""
        return added_up(entry.sums for entry in self.entries)


class Difference(NamedTuple):
    """A key that differs (对账差异), why, and what it adds to the difference of the lists: here less there.

    `month` is the neighbouring one in which the other side has it, where that is the cause.
    """

    key: Key
    cause: Cause
    sums: Sums
    here: Sequence[Entry]
    there: Sequence[Entry]
    month: str | None


class Reconciliation(NamedTuple):
    """What comparing came to (对账结果): both lists' sums, and each difference, by key."""

    here: Sums
    there: Sums
    differences: Sequence[Difference]

    @property
    def difference(self) -> Sums:
        """How far the lists' sums lie apart: here less there. The differences add up to it exactly."""
        return less(self.here, self.there)


def reconcile(here: Side, there: Side) -> Reconciliation:
    """Compares both sides' lists of a month; neither's order matters."""
    return Reconciliation(here.sums, there.sums, list(_differences(here, there)))


def less(one: Sums, other: Sums) -> Sums:
    """The sums of one list less those of another."""
    funds = one.funds.plus(other.funds.negative())
    return Sums(one.lines - other.lines, one.total_fen - other.total_fen, funds)


def _differences(here: Side, there: Side) -> Iterator[Difference]:
    ours, theirs = _by_key(here.entries), _by_key(there.entries)
    for key in sorted(ours.keys() | theirs.keys()):
        mine, given = ours.get(key, ()), theirs.get(key, ())
        month = _month_beside(key, here if not mine else there if not given else None)
        cause = cause_of(Sides(key.kind, _amounts(mine), _amounts(given), month is not None))
        if cause:
            sums = less(_sums(mine), _sums(given))
            yield Difference(key, cause, sums, mine, given, month if cause is Cause.DATE_CUT else None)


def _by_key(entries: Iterable[Entry]) -> Mapping[Key, Sequence[Entry]]:
    by_key: defaultdict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_key[entry.key].append(entry)
    return by_key


def _month_beside(key: Key, lacking: Side | None) -> str | None:
    return lacking.beside.get(key) if lacking else None


def _amounts(entries: Iterable[Entry]) -> list[tuple[int, Funds]]:
    return [(entry.total_fen, entry.funds) for entry in entries]


def _sums(entries: Iterable[Entry]) -> Sums:
    return added_up(entry.sums for entry in entries)
