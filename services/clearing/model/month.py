"""The books of an agreement, and what its institutions are owed and paid for a month."""

from typing import NamedTuple


class Book(NamedTuple):
    """The books of an agreement: the last month that is sorted, empty before the first."""

    agreement_id: str
    sorted_through: str = ""


class Sorted(NamedTuple):
    """An agreement's months after `after` up to `through` are sorted; lines decide who is paid what.

    `by_lines`: institutions are paid for the months' lines, else for what became payable to them.
    """

    agreement_id: str
    after: str
    through: str
    by_lines: bool


class Payable(NamedTuple):
    """What falls due to an institution with a month: an accepted advance, or its return (negative)."""

    line_id: str
    agreement_id: str
    institution_id: str
    month: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int


class Payment(NamedTuple):
    """What an institution was paid for a month; what is missing to its due is carried to the next."""

    agreement_id: str
    institution_id: str
    month: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
