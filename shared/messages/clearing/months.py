"""What travels about money between institutions and centers: claims, statements, batches, payments.

And how a batch is summed and hashed, so that who writes it and who checks it do the same.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from shared.benefit.bill import VisitKind
from shared.messages.body import (
    AmountFen,
    AmountSumFen,
    Area,
    Body,
    Count,
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
from shared.messages.enrollment.agreements import FundingMode

_CLAIMS = ("monthly.claims",)
_EVENTS = ("clearing.events",)
_TOLD = ("clearing.events", "reply.<node>")  # also to the nodes of those whom it concerns
CHUNK_LINES = 500
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]


class ClearingLine(Body):
    """One line of a statement (清算明细): a settlement, or the reversal of one (negative)."""

    line_id: Identifier
    settlement_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    visit_kind: VisitKind
    business_on: date
    total_fen: Fen
    pool_fen: Fen
    large_amount_fen: Fen
    serious_illness_fen: Fen
    assistance_fen: Fen
    fund_fen: Fen


class Sums(Body):
    """Control sums of a batch or statement, per fund."""

    lines: Count
    total_fen: SumFen
    pool_fen: SumFen
    large_amount_fen: SumFen
    serious_illness_fen: SumFen
    assistance_fen: SumFen
    fund_fen: SumFen


_SUMMED = ("total_fen", "pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen", "fund_fen")
_NAMED = ("line_id", "settlement_id", "person_id", "institution_id", "visit_kind", "business_on")
_HASHED = (*_NAMED, *_SUMMED)


def sum_lines(lines: Sequence[ClearingLine]) -> Sums:
    """The control sums of all lines of a batch."""
    return Sums(lines=len(lines), **{name: sum(getattr(line, name) for line in lines) for name in _SUMMED})


def chunk_digest(lines: Iterable[ClearingLine]) -> str:
    """SHA-256 over a chunk's lines; frozen form: values in fixed order, tab between, newline after."""
    rows = ("\t".join(str(getattr(line, name)) for name in _HASHED) + "\n" for line in lines)
    return sha256("".join(rows).encode()).hexdigest()


def join_digests(digests: Iterable[str]) -> str:
    """A batch's SHA-256: over the hexadecimal digests of its chunks, one after the other."""
    return sha256("".join(digests).encode()).hexdigest()


def batch_digest(lines: Sequence[ClearingLine]) -> str:
    """The digest of a batch from all its lines in order, as its manifest gives it."""
    starts = range(0, len(lines), CHUNK_LINES)
    return join_digests(chunk_digest(lines[start : start + CHUNK_LINES]) for start in starts)


class StatementHead(Body):
    """Which money a statement is about: who owes whom, under which agreement, for which month."""

    statement_id: Identifier
    agreement_id: Identifier
    funding_mode: FundingMode
    insured_center: Area
    treatment_center: Area
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    month: Month


class DisputedLine(Body):
    """A line the center does not accept, with its reason; it drops out alone."""

    line_id: Identifier
    reason: Text


class ClaimLine(Body):
    """One settlement in an institution's claim for advances."""

    settlement_id: Identifier
    fund_fen: AmountFen


class Verdict(Body):
    """What the review of a claim said about one settlement."""

    settlement_id: Identifier
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
    """A center confirms a statement (确认清算) and disputes lines one by one (医保发 3261 in practice)."""

    TOPICS = _CLAIMS
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...] = ()


class ReportPayment(Request):
    """The insured center reports that it has paid a statement (拨付)."""

    TOPICS = _CLAIMS
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    paid_fen: AmountSumFen
    paid_on: date


class AdvanceReviewed(Fact):
    """A claim is reviewed line by line (审核): what is accepted is paid with the month."""

    TOPICS = _EVENTS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    month: Month
    claimed_fen: AmountSumFen
    accepted_fen: AmountSumFen
    verdicts: tuple[Verdict, ...]
    reviewed_on: date


class StatementIssued(Fact):
    """A statement (清算单) of the month is ready; its lines travel as a batch."""

    TOPICS = _EVENTS
    KEY = "statement_id"
    statement_id: Identifier
    head: StatementHead
    sums: Sums
    issued_on: date


class StatementConfirmed(Fact):
    """Both centers have confirmed; disputed lines dropped out, and what is left is paid by `payer`.

    `sums` are those of the corrected statement; facts from before name neither.
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
    """A line is held aside: no agreement covers its settlement yet, or its settlement was not heard yet.

    It is cleared once an agreement is signed, or its settlement has come.
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
    why: Literal["NO_AGREEMENT", "NO_SETTLEMENT"] = "NO_AGREEMENT"


class BatchManifest(Fact):
    """The manifest of a monthly batch: what must have arrived before the first line counts."""

    TOPICS = ("monthly.batches",)
    KEY = "statement_id"
    statement_id: Identifier
    head: StatementHead
    sums: Sums
    chunks: Count
    sha256: Digest


class BatchChunk(Fact):
    """500 lines of a batch, in order, the last fewer; numbers from 0; the digest stands in the manifest.

    The centers are those of the statement, so that others need not keep what is not theirs; chunks from
    before they were told name none.
    """

    TOPICS = ("monthly.batches",)
    KEY = "statement_id"
    statement_id: Identifier
    number: Count
    lines: tuple[ClearingLine, ...] = Field(max_length=CHUNK_LINES)
    insured_center: Area | None = None
    treatment_center: Area | None = None
