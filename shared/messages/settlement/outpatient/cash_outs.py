"""What travels of cash-outs (个人账户资金划转本人): a personal account paid out to who lives elsewhere."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import (
    MOST_FEN,
    AmountFen,
    Area,
    Fact,
    Fen,
    Identifier,
    Request,
    Result,
    Scheme,
    Text,
)
from shared.messages.settlement.reimbursement import Payee, PayeeToken


class CashOutAccount(Request):
    """Pays out money of a personal account (个人账户) to an owner who lives elsewhere (004-4 二(七)).

    From the insured area's agency, which pays. Its undo is `CancelRequest`: for money that did not arrive.
    """

    TOPICS = ("realtime.encounters",)
    KEY = "person_id"
    person_id: Identifier
    insured_area: Area
    scheme: Scheme
    amount_fen: AmountFen = Field(gt=0, le=MOST_FEN)
    payee: Payee
    payee_reference: PayeeToken


class CashOutSubject(Fact):
    """What a cash-out and its undo both say."""

    KEY = "person_id"
    cash_out_id: Identifier
    person_id: Identifier
    insured_area: Area
    scheme: Scheme
    amount_fen: Fen


class AccountCashedOut(CashOutSubject):
    """Money of a personal account is paid out (个人账户已划转), by the filing that is in force."""

    TOPICS = ("settlement.events",)
    filing_id: Identifier
    cashed_out_on: date


class CashOutReversed(CashOutSubject):
    """A cash-out is undone (划转已撤销): the money is in the personal account again."""

    TOPICS = ("settlement.events",)
    reversed_on: date
    reason: Text


class CashedOut(Result):
    """What was paid out, and what is left in the personal account."""

    result: Literal["cashed_out"] = "cashed_out"
    cash_out_id: str
    amount_fen: Fen
    account_balance_fen: AmountFen
