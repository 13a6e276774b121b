"""What travels about charges (杂项收支) on an agreement's accounts: interest, fines, fees."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import INTEGER, MOST_SUM_FEN, Area, Fact, Identifier, Proof, Request, SumFen

ChargeKind = Literal["INTEREST", "FINE", "PENALTY", "BANK_FEE", "BANK_SLIP", "SERVICE_FEE"]
ChargedAccount = Literal[
    "prefund", "reserve", "insured_bank", "treatment_bank", "own_account", "administrative_budget"
]
SomeFen = Annotated[int, Field(ge=1, le=MOST_SUM_FEN, description=f"分，大于零 / fen, above zero; {INTEGER}")]


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
