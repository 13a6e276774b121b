"""What clearing answers: the results of what institutions and centers ask of it."""

from datetime import date
from typing import Literal

from shared.messages.body import AmountSumFen, Identifier, Month, Result, SumFen
from shared.messages.clearing.disputes import Ruling
from shared.messages.clearing.months import Verdict


class ClaimReviewed(Result):
    """The review of a claim."""

    result: Literal["claim_reviewed"] = "claim_reviewed"
    claim_id: str
    accepted_fen: AmountSumFen
    verdicts: tuple[Verdict, ...]


class Confirmed(Result):
    """The confirmation is kept; `complete` once both centers have confirmed."""

    result: Literal["confirmed"] = "confirmed"
    statement_id: str
    confirmed_fen: SumFen
    complete: bool


class Withdrawn(Result):
    """The confirmation is taken back; `reopened` where both centers had confirmed."""

    result: Literal["confirmation_withdrawn"] = "confirmation_withdrawn"
    statement_id: str
    reopened: bool


class PaymentKept(Result):
    """The payment is booked."""

    result: Literal["payment_kept"] = "payment_kept"
    statement_id: str
    paid_fen: AmountSumFen
    top_up_fen: AmountSumFen


class ReturnKept(Result):
    """The return of a payment is booked; it is to be paid again by `pay_by`."""

    result: Literal["return_kept"] = "return_kept"
    statement_id: str
    returned_fen: AmountSumFen
    pay_by: date


class LinesKept(Result):
    """The dispute is kept; the other center answers by `decide_by`."""

    result: Literal["lines_disputed"] = "lines_disputed"
    statement_id: str
    decide_by: date


class DisputeAnswered(Result):
    """The decision on a disputed line is kept."""

    result: Literal["dispute_decided"] = "dispute_decided"
    statement_id: str
    line_id: Identifier
    ruling: Ruling


class AdmissionKept(Result):
    """The request to let a late line in is kept; `month` once another officer has let it in."""

    result: Literal["admission_kept"] = "admission_kept"
    line_id: Identifier
    month: Month | None = None


class ChargeKept(Result):
    """The charge is booked; with an amount below zero, it is taken back."""

    result: Literal["charge_kept"] = "charge_kept"
    charge_id: Identifier
    amount_fen: SumFen


class RecoveryKept(Result):
    """The recovery is made; its line stands in this month."""

    result: Literal["recovery_kept"] = "recovery_kept"
    recovery_id: Identifier
    settlement_id: Identifier
    month: Month
