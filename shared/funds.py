"""Money per fund: what clearing counts everything in, and what an order pays to a patient."""

from typing import NamedTuple


class Funds(NamedTuple):
    """Money per fund (基金), in fen: basic pool, large amount, serious illness, medical assistance."""

    pool_fen: int = 0
    large_amount_fen: int = 0
    serious_illness_fen: int = 0
    assistance_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All funds together."""
        return sum(self)

    def plus(self, other: "Funds") -> "Funds":
        """The sum, fund by fund."""
        return Funds(*(mine + its for mine, its in zip(self, other, strict=True)))

    def less(self, other: "Funds") -> "Funds":
        """The difference, fund by fund."""
        return Funds(*(mine - its for mine, its in zip(self, other, strict=True)))

    def times(self, sign: int) -> "Funds":
        """The same money, with the sign of a debit (+1) or a credit (-1)."""
        return self if sign == 1 else Funds(*(sign * amount for amount in self))


ZERO = Funds()
