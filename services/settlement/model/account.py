"""What a person has used of a year's limits (年度累计) and of the personal account (个人账户)."""

from datetime import date
from typing import NamedTuple

from shared.benefit.bill import Bill, YearToDate
from shared.benefit.split import Split

AccountKey = tuple[str, str, int, str]
"""The key of a year account: person, scheme, year and benefit account."""
AccountOwner = tuple[str, str, str]
"""The key of a personal account: person, scheme and insured area."""
NOTHING = (0,) * len(YearToDate._fields)


class YearAccount(NamedTuple):
    """What a person has used in a year in one scheme (年度累计), for stays or for one outpatient fund.

    `sums`: the amounts of `YearToDate`, in the order of its fields. `newest_visit_id`: the visit whose
    settlement came last; only that settlement can be taken back alone, since each one builds on the earlier.
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
        """Identifies the account: person, scheme, year and benefit account."""
        return self.person_id, self.scheme, self.year, self.account

    def with_settlement(self, visit_id: str, added: tuple[int, ...]) -> "YearAccount":
        """The account after one more settlement, which adds amounts in the order of `YearToDate`."""
        sums = tuple([held + more for held, more in zip(self.sums, added, strict=True)])
        return YearAccount(*self.key, visit_id, sums, self.stored)

    def without_settlement(self, previous_visit_id: str | None, added: tuple[int, ...]) -> "YearAccount":
        """The account as it was before its newest settlement, to the fen."""
        sums = tuple([held - less for held, less in zip(self.sums, added, strict=True)])
        return self._replace(newest_visit_id=previous_visit_id, sums=sums)


class PersonalAccount(NamedTuple):
    """What a day's settlements took from a personal account (个人账户), less what its reversals gave back."""

    person_id: str
    scheme: str
    insured_area: str
    spent_on: date
    spent_fen: int = 0

    @property
    def owner(self) -> AccountOwner:
        """Identifies the personal account, which has a row for each day on which something was spent."""
        return self.person_id, self.scheme, self.insured_area


def account_name(kind: str, disease: str | None, pharmacy_apart: bool) -> str:
    """The name of the year account that a bill counts in: each table of the policy has an account of its own.

    A pharmacy bill counts with the outpatient ones, unless the policy has a table for pharmacies.
    """
    if kind == "outpatient_chronic":
        return f"{kind}.{disease}"
    return "outpatient_general" if kind == "pharmacy" and not pharmacy_apart else kind


def contribution(bill: Bill, split: Split) -> tuple[int, ...]:
    """The amounts that a settlement adds to the year account, in the order of `YearToDate`.

    A stay that cost nothing does not count as a stay, nor does a later part of one that counts already.
    """
    if bill.kind != "inpatient":
        return (0, 0, 0, 0, 0, 0, 0, split.deductible_fen, split.pool_fen)
    serious_base = split.in_scope_fen - split.pool_fen - split.large_amount_fen
    serious, aid = split.serious_illness_fen, split.assistance_fen
    return (
        int(split.total_fen > 0 and bill.deductible_left_fen is None),
        split.pool_fen,
        split.large_amount_fen,
        serious_base,
        serious,
        serious_base - serious,
        aid,
        0,
        0,
    )
