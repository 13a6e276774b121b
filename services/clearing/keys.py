"""The keys of messages: what each needs to know, and what is locked for it."""

from collections.abc import Iterable
from enum import StrEnum

from services.clearing.claims import found
from services.clearing.model.due import (
    BeginPeriod,
    IssueStatement,
    PayInstitutions,
    RetryLine,
    SortMonths,
    TellInvestigation,
    TellOverdue,
    WriteChunk,
)
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.clearing.admissions import AdmitLine
from shared.messages.clearing.batches import RequestChunk
from shared.messages.clearing.claims import AnswerReview, QueryClaim, ReviewClaim, WithdrawClaim
from shared.messages.clearing.confirmations import WithdrawConfirmation
from shared.messages.clearing.disputes import DecideDispute, DisputeLines
from shared.messages.clearing.investigations import (
    AnswerInvestigation,
    CloseInvestigation,
    OpenInvestigation,
    OrderRecovery,
)
from shared.messages.clearing.months import ClaimAdvances, ConfirmStatement, ReportPayment
from shared.messages.clearing.payments import BookCharge, ReportReturn, ReverseCharge
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed


class Kind(StrEnum):
    """The kinds of key by which a message names what it needs to know."""

    AREA = "insured area"  # its agreements; their books are locked, so that no month is sorted meanwhile
    AGREEMENT = "agreement"  # its books are locked to be changed
    CLAIMANT = "institution that claims"  # locked, so that none of its settlements is reversed meanwhile
    INSTITUTION = "institution"  # locked, so that none of its claims is reviewed meanwhile
    WAITING = "visit whose page came"  # its lines that wait for it
    TOLD = "institution that is told"  # its node, for a notice
    CENTER = "center"
    SETTLEMENT = "settlement"  # its lines, its review, what was decided on them
    CLAIM = "claim"  # itself, the steps of its lines' review; the pages and centers of lines named with it
    CLAIM_PAGE = "page of a claim's lines"  # their reviews
    STATEMENT = "statement"
    REMINDED = "statement of which overdue things were told"
    RESENT = (
        "statement/number of a chunk that is sent again"  # its lines; without a number its manifest alone
    )
    STATEMENT_TO_PAY = "statement to pay"  # its agreement's books are locked to be changed as well
    LINE = "line"  # all lines of its settlement
    WORTH = "line of which something is taken"  # its institution is locked, so that it is not reversed
    IN_DOUBT = "line that is investigated"  # its statement, if its month is sorted
    ISSUED = "statement to issue"  # its lines that are investigated
    DISCHARGE = "discharge"  # whether it was cancelled
    AHEAD = "agreement's money ahead"  # what is kept about its quota, its fundings, its top-ups
    QUARTER = "quarter of an agreement"  # what was payable of it
    CHARGE = "charge"  # whether its id is taken, and whether it was taken back


def of_settlement(message: Message, body: SettlementCompleted) -> Iterable[Key]:
    """The agreements of its insured area, and its settlement with all its lines."""
    yield Kind.AREA, body.insured_area
    yield Kind.SETTLEMENT, body.settlement_id
    if body.kind == "inpatient":  # it may be investigated
        yield Kind.TOLD, body.institution_id


def of_reversal(message: Message, body: SettlementReversed | RetryLine) -> Iterable[Key]:
    """Those of its settlement, and the institution, so that no claim of it is reviewed meanwhile."""
    return (
        (Kind.AREA, body.insured_area),
        (Kind.INSTITUTION, body.institution_id),
        (Kind.SETTLEMENT, body.settlement_id),
    )


def of_agreement(message: Message, body: BeginPeriod | SortMonths) -> Iterable[Key]:
    """The agreement, whose books are changed."""
    return ((Kind.AGREEMENT, body.agreement_id),)


def of_signing(message: Message, body: AgreementSigned) -> Iterable[Key]:
    """The agreement and its two centers."""
    yield Kind.AGREEMENT, body.agreement_id
    yield Kind.CENTER, body.insured_center
    yield Kind.CENTER, body.treatment_center


def of_paying(message: Message, body: PayInstitutions) -> Iterable[Key]:
    """The agreement, and the institutions that are paid."""
    yield Kind.AGREEMENT, body.agreement_id
    for due in body.dues:
        yield Kind.TOLD, due.institution_id


def of_claim(message: Message, body: ClaimAdvances) -> Iterable[Key]:
    """The claim with its institution, and the settlements in it."""
    yield from of_claimant(message, body)
    for line in body.lines:
        yield Kind.SETTLEMENT, line.settlement_id


def of_claimant(message: Message, body: ClaimAdvances | AnswerReview | WithdrawClaim) -> Iterable[Key]:
    """The claim, and the institution whose claim it is."""
    return (Kind.CLAIMANT, body.institution_id), (Kind.CLAIM, body.claim_id)


def of_review(message: Message, body: ReviewClaim) -> Iterable[Key]:
    """The claim with its institution, the center that reviews it, and the settlements it speaks of."""
    yield Kind.CLAIMANT, body.institution_id
    yield Kind.CLAIM, body.claim_id
    yield Kind.CENTER, body.center_id
    for verdict in body.verdicts:
        yield Kind.SETTLEMENT, verdict.settlement_id


def of_question(message: Message, body: QueryClaim) -> Iterable[Key]:
    """The claim, and the node of the institution that asks."""
    yield Kind.TOLD, body.institution_id
    yield Kind.CLAIM, body.claim_id
    yield Kind.CLAIM_PAGE, found.page_key(body)


def of_disputing(message: Message, body: ConfirmStatement | DisputeLines) -> Iterable[Key]:
    """The statement, the center, and the lines that it disputes."""
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    for disputed in body.disputed:
        yield Kind.LINE, disputed.line_id


def of_withdrawal(message: Message, body: WithdrawConfirmation) -> Iterable[Key]:
    """The statement and the center."""
    return (Kind.STATEMENT, body.statement_id), (Kind.CENTER, body.center_id)


def of_decision(message: Message, body: DecideDispute) -> Iterable[Key]:
    """The statement, the center, and the disputed line."""
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    yield from of_taken_back(body.line_id)


def of_recovery(message: Message, body: OrderRecovery) -> Iterable[Key]:
    """The center, and the settlement of which money goes back."""
    return (Kind.CENTER, body.center_id), *of_taken_back(body.settlement_id)


def of_investigation(message: Message, body: OpenInvestigation | AnswerInvestigation) -> Iterable[Key]:
    """The center, the line, and the investigation of it."""
    return (Kind.CENTER, body.center_id), (Kind.LINE, body.line_id), (Kind.IN_DOUBT, body.line_id)


def of_closing(message: Message, body: CloseInvestigation) -> Iterable[Key]:
    """The center, the investigation, and the line of which money may go back."""
    return (Kind.CENTER, body.center_id), (Kind.IN_DOUBT, body.line_id), *of_taken_back(body.line_id)


def of_doubt(message: Message, body: TellInvestigation) -> Iterable[Key]:
    """The line and the investigation of it."""
    return (Kind.LINE, body.line_id), (Kind.IN_DOUBT, body.line_id)


def of_taken_back(line_id: str) -> Iterable[Key]:
    """A line of which money goes back, and what its settlement came to."""
    return (Kind.LINE, line_id), (Kind.WORTH, line_id)


def of_admission(message: Message, body: AdmitLine) -> Iterable[Key]:
    """The late line, and the center that lets it in."""
    return (Kind.LINE, body.line_id), (Kind.CENTER, body.center_id)


def of_payment(message: Message, body: ReportPayment | ReportReturn) -> Iterable[Key]:
    """The statement, whose agreement's books are changed, and the center that pays."""
    return (Kind.STATEMENT_TO_PAY, body.statement_id), (Kind.CENTER, body.center_id)


def of_charge(message: Message, body: BookCharge | ReverseCharge) -> Iterable[Key]:
    """The agreement, whose books are changed, the center, and the charge."""
    return (Kind.AGREEMENT, body.agreement_id), (Kind.CENTER, body.center_id), (Kind.CHARGE, body.charge_id)


def of_resending(message: Message, body: RequestChunk) -> Iterable[Key]:
    """The statement and the center that asks for its batch again."""
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    yield Kind.RESENT, f"{body.statement_id}/{'' if body.number is None else body.number}"


def of_page(message: Message, body: CasePageReceived) -> Iterable[Key]:
    """The discharge that the page is of, and the lines of its visit that wait for it."""
    return (Kind.DISCHARGE, body.discharge_id), (Kind.WAITING, body.visit_id)


def of_chunk(message: Message, body: WriteChunk) -> Iterable[Key]:
    """The statement whose chunk is written."""
    return ((Kind.STATEMENT, body.statement_id),)


def of_issue(message: Message, body: IssueStatement) -> Iterable[Key]:
    """The statement with what was issued of it."""
    return (Kind.STATEMENT, body.statement_id), (Kind.ISSUED, body.statement_id)


def of_overdue(message: Message, body: TellOverdue) -> Iterable[Key]:
    """The statement, and what was told of it."""
    return (Kind.STATEMENT, body.statement_id), (Kind.REMINDED, body.statement_id)
