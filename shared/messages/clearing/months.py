"""What travels about money between institutions and centers: claims, statements, confirmations, payments."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.amounts import FundAmounts
from shared.messages.body import (
    AmountFen,
    AmountSumFen,
    Area,
    Body,
    Fact,
    Fen,
    Identifier,
    InstitutionId,
    Month,
    Request,
    Scheme,
    SumFen,
    Text,
)
from shared.messages.clearing.batches import AreaSums, Digest, StatementHead, Sums
from shared.messages.scope import SCOPE, Scope

_CLAIMS = ("monthly.claims",)
_EVENTS = ("clearing.events",)
_TOLD = ("clearing.events", "reply.<node>")  # also to the nodes of those whom it concerns


class DisputedLine(Body):
    """A line the center does not accept, with its reason and what shows it; it drops out alone."""

    line_id: Identifier
    reason: Text
    evidence: tuple[Text, ...] = Field(default=(), max_length=20)


class ClaimLine(Body):
    """One settlement in an institution's claim for advances."""

    settlement_id: Identifier
    fund_fen: AmountFen


class Verdict(Body):
    """What the review of a claim said about one settlement; `accepted`: what of it is paid, fund by fund."""

    settlement_id: Identifier
    fund_fen: Fen
    accepted: FundAmounts | None = None
    code: Literal[
        "ACCEPTED",
        "UNKNOWN",
        "REVERSED",
        "ALREADY_CLAIMED",
        "NO_CASE_PAGE",
        "AMOUNT_DIFFERS",
        "NOT_ADVANCED",
        "OTHER_MONTH",
    ]


class ClaimAdvances(Request):
    """An institution applies for what it advanced (垫付资金回款申请), monthly (000 三(三)3)."""

    TOPICS = _CLAIMS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    month: Month
    lines: tuple[ClaimLine, ...] = Field(max_length=5000)
    fund_fen: AmountSumFen


class ConfirmStatement(Request):
    """A center confirms a statement (确认清算) and disputes lines one by one (医保发 3261 in practice).

    Of more than 500 the others are disputed before (`DisputeLines`).
    """

    TOPICS = _CLAIMS
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...] = Field(default=(), max_length=500)


class ReportPayment(Request):
    """The center that owes a statement reports that it has paid it (拨付).

    `bank_entry_id` identifies the bank's entry, so that the same entry never pays twice.
    """

    TOPICS = _CLAIMS
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    paid_fen: AmountSumFen
    paid_on: date
    bank_entry_id: Identifier | None = None


class AdvanceReviewed(Fact):
    """A claim is reviewed line by line (审核): what is accepted is paid with the month.

    `to_review`: lines with which nothing is wrong and that persons review, by the terms of their agreement.
    """

    TOPICS = _EVENTS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    month: Month
    claimed_fen: AmountSumFen
    accepted_fen: AmountSumFen
    verdicts: tuple[Verdict, ...]
    reviewed_on: date
    to_review: tuple[ClaimLine, ...] = ()


class StatementIssued(Fact):
    """A statement (清算单) of the month is ready; its lines travel as a batch.

    `by_area`: what each pooling area bears of it (000 三(三)3); `csv_sha256` is over the statement's file.
    """

    TOPICS = _EVENTS
    KEY = "statement_id"
    statement_id: Identifier
    head: StatementHead
    sums: Sums
    issued_on: date
    by_area: tuple[AreaSums, ...] = ()
    csv_sha256: Digest | None = None


class StatementConfirmed(Fact):
    """Both centers have confirmed; disputed lines dropped out, and what is left is paid by `payer`.

    Of many disputed lines `disputed` names the first 500. `sums` are those of the corrected statement; facts
    from before name neither.
    """

    TOPICS = _TOLD
    KEY = "statement_id"
    statement_id: Identifier
    confirmed_fen: SumFen
    disputed: tuple[DisputedLine, ...]
    pay_by: date
    payer: Area | None = None
    sums: Sums | None = None


class StatementPaid(Fact):
    """A statement is paid; under prefund the top-up (补足) restores the quota.

    `booked_on` is the business day on which the payment was reported; facts from before have none.
    """

    TOPICS = _TOLD
    KEY = "statement_id"
    statement_id: Identifier
    paid_fen: AmountSumFen
    paid_on: date
    top_up_fen: AmountSumFen
    booked_on: date | None = None


class AdvancePaid(Fact):
    """The treatment center has paid an institution's accepted advances of a month."""

    TOPICS = _TOLD
    KEY = "institution_id"
    institution_id: InstitutionId
    month: Month
    agreement_id: Identifier
    paid_fen: AmountSumFen


class PrefundChanged(Fact):
    """A prefund account (预付金) moved; alert at 70 % and 90 % used."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    agreement_id: Identifier
    balance_fen: SumFen
    quota_fen: AmountSumFen
    alert: Literal["none", "yellow", "red"]


class LineSetAside(Fact):
    """A line is held aside: no agreement covers it yet, it is late, or its settlement was not heard.

    It is cleared once an agreement is signed, it is let in, or its settlement has come. `RECOVERED`: a
    reversal of whose settlement money was recovered before; the rest is taken back by another recovery.
    """

    TOPICS = _TOLD
    KEY = "settlement_id"
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    business_on: date
    fund_fen: Fen
    why: Literal["NO_AGREEMENT", "NO_SETTLEMENT", "LATE", "RECOVERED"] = "NO_AGREEMENT"
    scope: Scope = SCOPE
