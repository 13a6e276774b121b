"""A draft policy (待遇政策草案) tried on bills that are settled: who gains, who loses, by how much. Pure.

Each bill stands for itself: the year before it is the one it was settled with, not the one the draft would
have made of the person's earlier bills.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from heapq import nsmallest
from typing import NamedTuple

from shared.benefit.bill import Bill, VisitKind
from shared.benefit.policy.form import Policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal

LARGEST = 10
"""So many of the largest changes are kept, whatever the number of cases."""

_LEVELS = ("national", "province", "city")


class Group(NamedTuple):
    """What cases are summed by: treatment area (就医地), tier as counted at home, scheme, kind of bill."""

    treatment_area: str
    hospital_tier: str
    scheme: str
    kind: VisitKind


class Paid(NamedTuple):
    """The funds' part and the patient's part of a bill, in fen; together its total."""

    fund_fen: int
    personal_fen: int


class Case(NamedTuple):
    """A settled bill: who paid what of it, and who would under the draft, or why the draft refuses it."""

    visit_id: str
    settlement_id: str
    group: Group
    before: Paid
    after: Paid | Refusal

    @property
    def moved_fen(self) -> int:
        """By how much the patient's part rises; 0 where the draft refuses the bill."""
        return 0 if isinstance(self.after, Refusal) else self.after.personal_fen - self.before.personal_fen


def levels_that_give_way(draft: Policy) -> tuple[str, ...]:
    """The issuer levels whose policies the draft goes before once it is the newest (001 (二十九))."""
    return _LEVELS[_LEVELS.index(draft.issuer_level) :]


def always_in_force(draft: Policy) -> Policy:
    """The draft as if it had been in force on every day: it is tried on days before its own."""
    return draft.model_copy(update={"in_force_from": date.min, "in_force_until": date.max})


def replay(draft: Policy, bill: Bill, settlement_id: str, treatment_area: str, before: Paid) -> Case:
    """A settled bill under the draft. Raises InvalidBillError as `quote` does."""
    after = quote(draft, bill)
    group = Group(treatment_area, bill.hospital_tier, draft.scheme, bill.kind)
    paid = after if isinstance(after, Refusal) else Paid(after.fund_fen, after.personal_fen)
    return Case(bill.bill_id, settlement_id, group, before, paid)


@dataclass(slots=True)
class Sums:
    """Of some cases: how many, who pays what before and after in fen, whose part falls (gainers) or rises.

    `largest_gain_fen`, `largest_loss_fen`: by how much one patient's part falls or rises at most. Cases the
    draft refuses are in `refused` and `refused_fund_fen` (what the funds paid of them) and nowhere else.
    """

    cases: int = 0
    fund_before_fen: int = 0
    fund_after_fen: int = 0
    personal_before_fen: int = 0
    personal_after_fen: int = 0
    gainers: int = 0
    losers: int = 0
    largest_gain_fen: int = 0
    largest_loss_fen: int = 0
    refused: int = 0
    refused_fund_fen: int = 0

    def count(self, case: Case) -> None:
        """Takes one case in."""
        if isinstance(case.after, Refusal):
            self.refused += 1
            self.refused_fund_fen += case.before.fund_fen
            return
        self.cases += 1
        self.fund_before_fen += case.before.fund_fen
        self.fund_after_fen += case.after.fund_fen
        self.personal_before_fen += case.before.personal_fen
        self.personal_after_fen += case.after.personal_fen
        moved_fen = case.moved_fen
        if moved_fen < 0:
            self.gainers += 1
            self.largest_gain_fen = max(self.largest_gain_fen, -moved_fen)
        elif moved_fen > 0:
            self.losers += 1
            self.largest_loss_fen = max(self.largest_loss_fen, moved_fen)

    def add(self, other: "Sums") -> None:
        """Takes in what was summed of other cases."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _LARGEST_OF:
            setattr(self, name, max(getattr(self, name), getattr(other, name)))


_LARGEST_OF = ("largest_gain_fen", "largest_loss_fen")
_SUMMED = tuple(member.name for member in fields(Sums) if member.name not in _LARGEST_OF)


@dataclass(slots=True)
class Tally:
    """What a simulation comes to (试算结果): sums by group and by refusal (code, what it is about), and the
    largest changes, the largest first. It does not grow with the cases.
    """

    groups: dict[Group, Sums] = field(default_factory=lambda: defaultdict(Sums))
    refused: dict[tuple[str, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    largest: list[Case] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Takes in the tally of other cases."""
        for group, sums in other.groups.items():
            self.groups[group].add(sums)
        for reason, sums in other.refused.items():
            self.refused[reason].add(sums)
        self.largest = nsmallest(LARGEST, (*self.largest, *other.largest), key=_rank)

    def totals(self) -> Sums:
        """Of all groups."""
        whole = Sums()
        for sums in self.groups.values():
            whole.add(sums)
        return whole


def tally_of(cases: Iterable[Case]) -> Tally:
    """The tally of some cases."""
    tally = Tally()
    moved = []
    for case in cases:
        tally.groups[case.group].count(case)
        if isinstance(case.after, Refusal):
            tally.refused[case.after.code, case.after.where].count(case)
        elif case.moved_fen:
            moved.append(case)
    tally.largest = nsmallest(LARGEST, moved, key=_rank)
    return tally


def _rank(case: Case) -> tuple[int, str]:
    return -abs(case.moved_fen), case.visit_id
