"""Funds (基金与个人账户): money by who paid it at the desk, and what an institution is owed of it."""

from operator import add, sub
from typing import NamedTuple


class Funds(NamedTuple):
    """What the four funds and the personal account paid (基金与个人账户支付), fen; below zero when returned.

    The patient did not pay the account's part in cash, so the institution is owed it too; the account's money
    lies with the insured place.
    """

    pool_fen: int = 0
    large_amount_fen: int = 0
    serious_illness_fen: int = 0
    assistance_fen: int = 0
    account_fen: int = 0

    @property
    def due_fen(self) -> int:
        """What the institution is owed (应付): all five."""
        return sum(self)

    @property
    def fund_fen(self) -> int:
        """What the four funds pay (基金支付): all but the account."""
        return sum(self) - self.account_fen

    def plus(self, other: "Funds") -> "Funds":
        """The sum, fund by fund."""
        return Funds(*map(add, self, other))

    def less(self, other: "Funds") -> "Funds":
        """The difference, fund by fund."""
        return Funds(*map(sub, self, other))

    def times(self, sign: int) -> "Funds":
        """The same money, with the sign of a debit (+1) or a credit (-1)."""
        return self if sign == 1 else Funds(*(sign * amount for amount in self))

    def negative(self) -> "Funds":
        """The same money, owed the other way."""
        return self.times(-1)

    def is_part_of(self, whole: "Funds") -> bool:
        """Whether each amount lies between zero and the whole's, with the whole's sign."""
        return all(min(0, most) <= mine <= max(0, most) for mine, most in zip(self, whole, strict=True))


ZERO = Funds()
