"""A settlement (结算) and its reversal (冲正): rows that are never changed."""

from datetime import date
from typing import NamedTuple


class Settlement(NamedTuple):
    """A settlement (结算) of a visit; `attempt` counts them from 1. `explanation` and `lines` are packed.

    `account` is the year account it counts in, `previous_visit_id` the visit whose settlement was the newest
    there before it. `use_account`: the personal account was to be used, whatever was in it.
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


class Reversal(NamedTuple):
    """The row that takes a settlement back (冲正) and points at it by visit and attempt."""

    visit_id: str
    attempt: int
    reversal_id: str
    reversed_on: date
    reason: str
