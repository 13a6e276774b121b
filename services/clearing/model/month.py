"""The books of an agreement, and what its institutions are owed and paid for a month."""

from typing import NamedTuple


class Book(NamedTuple):
    """The books (账簿) of an agreement, with the last month that is sorted; empty before the first."""

    agreement_id: str
    sorted_through: str = ""


class Sorted(NamedTuple):
    """An agreement's months after `after` up to `through` are sorted (清分).

    `by_lines`: institutions are paid for the months' lines; else for the advances that fell due to them.
    """

    agreement_id: str
    after: str
    through: str
    by_lines: bool


class Payable(NamedTuple):
    """An amount (应付款) due to an institution with a month: an accepted advance or its return (negative)."""

    line_id: str
    agreement_id: str
    institution_id: str
    month: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int


class Payment(NamedTuple):
    """What an institution was paid for a month (拨付); the rest of its due is carried to the next month."""

    agreement_id: str
    institution_id: str
    month: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int
