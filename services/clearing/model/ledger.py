"""The double-entry ledger (复式记账): the events that move money, the accounts, and the posting."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.month.funds import Funds


class Event(StrEnum):
    """An event (记账事项) that moves money in the ledger; which accounts, the posting table says."""

    SETTLED = "SETTLED"
    ADVANCE_ACCEPTED = "ADVANCE_ACCEPTED"
    INSTITUTION_PAID = "INSTITUTION_PAID"
    STATEMENT_PAID = "STATEMENT_PAID"
    PAID_BEYOND_QUOTA = "PAID_BEYOND_QUOTA"  # the part of a payment that no quota takes up
    PREFUND_FUNDED = "PREFUND_FUNDED"
    CENTERS_CHANGED = "CENTERS_CHANGED"
    INTEREST = "INTEREST"  # of what lies ahead, where it belongs to the insured place
    INTEREST_OF_TREATMENT = "INTEREST_OF_TREATMENT"
    FINE = "FINE"
    PENALTY = "PENALTY"
    BANK_FEE = "BANK_FEE"
    BANK_SLIP = "BANK_SLIP"
    SERVICE_FEE = "SERVICE_FEE"


FEES = frozenset({Event.BANK_FEE, Event.BANK_SLIP, Event.SERVICE_FEE})
"""What no fund bears: fees of banks, slips, fees for cooperation (001 (二十三), 004-2 十)."""


class Account(StrEnum):
    """An account of the ledger (会计科目); all but the last four hold fund money."""

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
    INTEREST_PAYABLE = "interest_payable"  # 应付利息, of the treatment center
    OWN_ACCOUNT = "own_account"  # 自有账户, of the treatment center: no fund
    FINES_HELD = "fines_held"  # 罚没及违约金, of the treatment center
    ADMINISTRATIVE_EXPENSE = "administrative_expense"  # 业务经费支出, of the center that bears it
    ADMINISTRATIVE_BUDGET = "administrative_budget"  # 行政经费, of the center that bears it


NO_FUND = frozenset(
    {
        Account.OWN_ACCOUNT,
        Account.FINES_HELD,
        Account.ADMINISTRATIVE_EXPENSE,
        Account.ADMINISTRATIVE_BUDGET,
    }
)
"""The accounts that hold no fund's money; their amounts stand in the first of the five columns."""


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
