"""The rows of payments between centers: what was paid of a statement, and what the bank sent back."""

from datetime import date
from typing import NamedTuple

from shared.month.funds import Funds


class Remittance(NamedTuple):
    """A payment of a statement (拨付), the first, or a later one after a return; numbers count from 1.

    The amounts are those that cleared the statement and filled a prefund, fen per fund; what is left of the
    statement went beyond the quota. `bank_entry_id` is empty where an officer reported it by hand.
    """

    statement_id: str
    number: int
    paid_on: date
    bank_entry_id: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int

    @property
    def topped_up(self) -> Funds:
        """What of it filled a prefund or, where nothing lies ahead, all of it; fen per fund."""
        return Funds(*self[-5:])

    @property
    def ending(self) -> str:
        """What tells the entries of a later payment from those of the first, in their ids."""
        return "" if self.number == 1 else f".{self.number}"


class Returned(NamedTuple):
    """A payment of a statement came back from the bank (退汇): it is to be paid again."""

    statement_id: str
    number: int
    returned_on: date
    bank_entry_id: str
    reason: str
