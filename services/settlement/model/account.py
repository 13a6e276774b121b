"""What a person has had in a year, and what was taken from the personal account."""

from datetime import date
from typing import NamedTuple

from shared.benefit.bill import Bill, YearToDate
from shared.benefit.split import Split

AccountKey = tuple[str, str, int, str]
"""A year account's person, scheme, year and benefit account."""
AccountOwner = tuple[str, str, str]
"""A personal account's person, scheme and insured area."""
NOTHING = (0,) * len(YearToDate._fields)


class YearAccount(NamedTuple):
    """A person's year in one scheme (年度累计): of stays, or of one outpatient fund.

    `sums` are the members of `YearToDate` in their order. `newest_visit_id` is the visit whose settlement
    came last: only that one can be taken back, since the later ones built on the earlier.
    """

    person_id: str
    scheme: str
    year: int
    account: str
    newest_visit_id: str | None = None
    sums: tuple[int, ...] = NOTHING
    stored: bool = False

    @property
    def key(self) -> AccountKey:
        """What names it."""
        return self.person_id, self.scheme, self.year, self.account

    def with_settlement(self, visit_id: str, added: tuple[int, ...]) -> "YearAccount":
        """The year with one more settlement."""
        sums = tuple([held + more for held, more in zip(self.sums, added, strict=True)])
        return self._replace(newest_visit_id=visit_id, sums=sums)

    def without_settlement(self, previous_visit_id: str | None, added: tuple[int, ...]) -> "YearAccount":
        """The year as it was before its newest settlement, to the fen."""
        sums = tuple([held - less for held, less in zip(self.sums, added, strict=True)])
        return self._replace(newest_visit_id=previous_visit_id, sums=sums)


class PersonalAccount(NamedTuple):
    """What was taken from a personal account (个人账户) on a day, less what came back."""

    person_id: str
    scheme: str
    insured_area: str
    spent_on: date
    spent_fen: int = 0

    @property
    def owner(self) -> AccountOwner:
        """Whose it is; it has a row for each day on which something was spent."""
        return self.person_id, self.scheme, self.insured_area


def account_name(kind: str, disease: str | None, pharmacy_apart: bool) -> str:
    """The benefit account of a bill: its fund's, so that funds with a table of their own count apart."""
    if kind == "outpatient_chronic":
        return f"{kind}.{disease}"
    return "outpatient_general" if kind == "pharmacy" and not pharmacy_apart else kind


def contribution(bill: Bill, split: Split) -> tuple[int, ...]:
    """What a settlement adds to the year, in the order of `YearToDate`; a stay that cost nothing is none."""
    if bill.kind != "inpatient":
        return (0, 0, 0, 0, 0, 0, 0, split.deductible_fen, split.pool_fen)
    serious_base = split.in_scope_fen - split.pool_fen - split.large_amount_fen
    serious, aid = split.serious_illness_fen, split.assistance_fen
    return (
        int(split.total_fen > 0),
        split.pool_fen,
        split.large_amount_fen,
        serious_base,
        serious,
        serious_base - serious,
        aid,
        0,
        0,
    )
