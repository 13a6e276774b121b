"""The double-entry ledger (复式记账): the events that move money, the accounts, and the posting."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.month.funds import Funds


class Event(StrEnum):
    """An event (记账事项) that moves money in the ledger.

    BANK_FEE and BANK_SLIP have no posting: no fund bears them (001 (二十三)).
    """

    SETTLED = "SETTLED"
    ADVANCE_ACCEPTED = "ADVANCE_ACCEPTED"
    INSTITUTION_PAID = "INSTITUTION_PAID"
    STATEMENT_PAID = "STATEMENT_PAID"
    PAID_BEYOND_QUOTA = "PAID_BEYOND_QUOTA"  # the part of a payment that no quota takes up
    PREFUND_FUNDED = "PREFUND_FUNDED"
    CENTERS_CHANGED = "CENTERS_CHANGED"
    BANK_FEE = "BANK_FEE"
    BANK_SLIP = "BANK_SLIP"


class Account(StrEnum):
    """An account of the ledger (会计科目); all accounts hold fund money."""

    BENEFIT_EXPENSE = "benefit_expense"  # 待遇支出, of the insured center
    FUND_PAYABLE = "fund_payable"  # 应付清算款, of the insured center
    PREPAID = "prepaid"  # 预付款项, of the insured center
    INSURED_BANK = "insured_bank"  # 银行存款, of the insured center
    CENTER_RECEIVABLE = "center_receivable"  # 应收清算款, of the treatment center
    INSTITUTION_PAYABLE = "institution_payable"  # 应付医药机构款, to one institution
    ADVANCE = "advance"  # 垫付款, of one institution, before its claim is accepted
    PREFUND = "prefund"  # 预付金账户, with the treatment center
    RESERVE = "reserve"  # 周转金账户, with the treatment center
    RECEIVED_AHEAD = "received_ahead"  # 暂收款项, of the treatment center
    TREATMENT_BANK = "treatment_bank"  # 银行存款, of the treatment center


class Posting(NamedTuple):
    """One side of a journal entry (分录): debit above zero, credit below, per fund."""

    entry_id: str
    agreement_id: str
    event: str
    account: str
    party: str
    posted_on: date
    slot: int
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int

    @property
    def funds(self) -> Funds:
        """The signed amounts, fen per fund."""
        return Funds(*self[-5:])
