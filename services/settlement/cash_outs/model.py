"""A cash-out (个人账户资金划转) and its undo: rows that are never changed."""

from datetime import date
from typing import NamedTuple

from shared.messages.settlement.reimbursement import Payee


class CashOut(NamedTuple):
    """Money of a personal account paid out to its owner (划转), in fen."""

    cash_out_id: str
    person_id: str
    scheme: str
    insured_area: str
    amount_fen: int
    filing_id: str
    payee: Payee
    payee_reference: str
    cashed_out_on: date


class CashOutReversal(NamedTuple):
    """The row that takes a cash-out back (撤销划转)."""

    cash_out_id: str
    reversed_on: date
    reason: str
