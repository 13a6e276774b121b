"""A settlement (结算) and its reversal (冲正): rows that are never changed."""

from datetime import date
from typing import NamedTuple

from shared.benefit.bill import VisitKind

MOST_DAYS = 31  # in one period of an institution's books
MOST_ENTRIES = 5_000  # compared one by one: a period that has more is to be asked for in parts
LISTED = 100  # in one page of a list


class Settlement(NamedTuple):
    """A settlement (结算) of a visit; `attempt` counts them from 1. `explanation` and `lines` are packed.

    `account` is the year account it counts in, `previous_visit_id` the visit whose settlement was the newest
    there before it. `use_account`: the personal account was to be used, whatever was in it.
    `direct`: it stands in the institution's books, unlike a claim by hand. `prescriptions`: the ids of those
    that it dispensed (电子处方), separated by spaces.
    """

    visit_id: str
    attempt: int
    settlement_id: str
    settled_on: date
    account: str
    previous_visit_id: str | None
    policy_id: str
    filing_id: str | None
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    explanation: bytes
    lines: bytes | None = None
    use_account: bool = False
    institution_id: str | None = None
    direct: bool = True
    prescriptions: str | None = None


class Reversal(NamedTuple):
    """The row that takes a settlement back (冲正) and points at it by visit and attempt."""

    visit_id: str
    attempt: int
    reversal_id: str
    reversed_on: date
    reason: str


class Period(NamedTuple):
    """Whose settlements of which days (时段); `until_on` is exclusive, "" any insured area."""

    institution_id: str
    from_on: date
    until_on: date
    insured_area: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it has days, and not so many that asking for them would hold up others."""
        return 0 < (self.until_on - self.from_on).days <= MOST_DAYS


class Entry(NamedTuple):
    """A direct settlement in an institution's books (对账明细); `reversed_on`: it was taken back that day."""

    settlement_id: str
    visit_id: str
    person_id: str
    kind: VisitKind
    insured_area: str
    scheme: str
    settled_on: date
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    reversed_on: date | None
