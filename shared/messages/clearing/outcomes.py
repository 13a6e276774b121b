"""What clearing answers: the results of what institutions and centers ask of it."""

from datetime import date
from typing import Literal

from shared.messages.amounts import FundAmounts
from shared.messages.body import (
    AmountSumFen,
    Area,
    Body,
    Count,
    Fen,
    Identifier,
    Month,
    Result,
    SumFen,
    Text,
)
from shared.messages.clearing.claims import CenterVerdict, LineState
from shared.messages.clearing.disputes import Ruling
from shared.messages.clearing.months import ClaimLine, Verdict


class ClaimReviewed(Result):
    """The review of a claim by rule; what persons review is listed apart."""

    result: Literal["claim_reviewed"] = "claim_reviewed"
    claim_id: str
    accepted_fen: AmountSumFen
    verdicts: tuple[Verdict, ...]
    to_review: tuple[ClaimLine, ...] = ()


class ClaimStands(Result):
    """A step in the review of a claim is kept; how much of it is accepted, and how many lines are open."""

    result: Literal["claim_stands"] = "claim_stands"
    claim_id: str
    accepted_fen: AmountSumFen
    open_lines: Count


class CenterOpinion(Body):
    """What a center said last of a line (审核意见); `accepted`: what that left of it, fund by fund."""

    center_id: Area
    verdict: CenterVerdict
    accepted: FundAmounts | None
    reason: Text
    given_on: date


class FoundClaimLine(Body):
    """A line of a claim (申请明细): what the rules found, where it stands, what each center said last."""

    settlement_id: str
    fund_fen: Fen
    code: Literal[
        "ACCEPTED",
        "UNKNOWN",
        "REVERSED",
        "ALREADY_CLAIMED",
        "NO_CASE_PAGE",
        "AMOUNT_DIFFERS",
        "NOT_ADVANCED",
        "OTHER_MONTH",
        "TO_REVIEW",
    ]
    line_state: LineState
    accepted: FundAmounts | None
    opinions: tuple[CenterOpinion, ...]


class ClaimFound(Result):
    """How a claim stands (申请进度), and a page of its lines in order; `more`: there are further ones."""

    result: Literal["claim_found"] = "claim_found"
    claim_id: str
    month: Month
    claimed_on: date
    claimed_fen: AmountSumFen
    accepted_fen: AmountSumFen
    open_lines: Count
    withdrawn_on: date | None
    lines: tuple[FoundClaimLine, ...]
    more: bool


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


class ChunkSent(Result):
    """The chunk, or the manifest, is on its way again; so many chunks the batch has."""

    result: Literal["chunk_sent"] = "chunk_sent"
    statement_id: str
    chunks: Count


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


class InvestigationKept(Result):
    """The step of an investigation is kept: what comes next is due by a day, or it is closed."""

    result: Literal["investigation_kept"] = "investigation_kept"
    investigation_id: Identifier
    line_id: Identifier
    due_on: date | None = None
    recovery_id: Identifier | None = None


class QuotaKept(Result):
    """The measurement or approval of a quota is kept; `approved` once two officers have approved it."""

    result: Literal["quota_kept"] = "quota_kept"
    measure_id: Identifier
    quota_fen: AmountSumFen
    approved: bool


class FundingKept(Result):
    """What was paid ahead is booked; below zero, it was paid back."""

    result: Literal["funding_kept"] = "funding_kept"
    funding_id: Identifier
    funded_fen: SumFen


class TopUpKept(Result):
    """A top-up or its answer is kept; what it asks of the insured center is due by `due_on`."""

    result: Literal["top_up_kept"] = "top_up_kept"
    top_up_id: Identifier
    due_on: date
