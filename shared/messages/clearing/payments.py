"""What travels about money at the banks: a payment sent back; charges (杂项收支): interest, fines, fees."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import (
    INTEGER,
    MOST_SUM_FEN,
    AmountSumFen,
    Area,
    Fact,
    Identifier,
    Proof,
    Request,
    SumFen,
    Text,
)

ChargeKind = Literal["INTEREST", "FINE", "PENALTY", "BANK_FEE", "BANK_SLIP", "SERVICE_FEE"]
ChargedAccount = Literal[
    "prefund", "reserve", "insured_bank", "treatment_bank", "own_account", "administrative_budget"
]
SomeFen = Annotated[int, Field(ge=1, le=MOST_SUM_FEN, description=f"分，大于零 / fen, above zero; {INTEGER}")]


class ReportReturn(Request):
    """The center that paid a statement reports that the bank has sent the money back (退汇).

    The statement is to be paid again. What was no return after all is reported as paid anew, with
    ReportPayment. `bank_entry_id` identifies the bank's entry, so that the same entry never counts twice.
    """

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    returned_fen: AmountSumFen
    returned_on: date
    reason: Text = ""
    bank_entry_id: Identifier | None = None


class PaymentReturned(Fact):
    """A statement's payment came back (退汇): it is not paid any more, and owed by the same center.

    `top_up_fen`: what had filled a prefund and is missing there now.
    """

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    returned_fen: AmountSumFen
    paid_on: date
    returned_on: date
    top_up_fen: AmountSumFen
    pay_by: date
    reason: Text
    booked_on: date


class BookCharge(Request):
    """An officer of a center books interest, a fine, a penalty or a fee (001 (十八), (二十三)).

    Interest belongs to whom the agreement says; a fee is never borne by an account of a fund.
    """

    TOPICS = ("monthly.claims",)
    KEY = "agreement_id"
    charge_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    kind: ChargeKind
    account: ChargedAccount
    amount_fen: SomeFen
    charged_on: date
    reason: Proof


class ReverseCharge(Request):
    """An officer of the same center takes a charge back (红字冲销): an entry with the opposite sign."""

    TOPICS = ("monthly.claims",)
    KEY = "agreement_id"
    charge_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    reason: Proof


class ChargeBooked(Fact):
    """A charge is booked (已记账); with an amount below zero, what was booked under its id is taken back."""

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "agreement_id"
    charge_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    kind: ChargeKind
    account: ChargedAccount
    amount_fen: SumFen
    charged_on: date
    reason: Proof
