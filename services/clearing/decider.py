"""The table of clearing: for each message its keys and its rule, for each row type what a row changes."""

from collections.abc import Iterable

from services.clearing.agreements import decide as agreements
from services.clearing.agreements import store as agreement_store
from services.clearing.agreements import store_copies as copy_store
from services.clearing.charges import decide as charges
from services.clearing.charges import store as charge_store
from services.clearing.charges.model import Charge, ChargeReversed
from services.clearing.claims import answer, found
from services.clearing.claims import decide as claims
from services.clearing.claims import review as reviews
from services.clearing.claims import store as claim_store
from services.clearing.claims import store_reviewing as reviewing_store
from services.clearing.investigations import decide as investigations
from services.clearing.investigations import store as investigation_store
from services.clearing.investigations.model import Answered, Closed, Held, Investigation, Reminded
from services.clearing.investigations.overdue import tell_investigation
from services.clearing.ledger import store as ledger_store
from services.clearing.ledger import store_books as book_store
from services.clearing.lines import admit
from services.clearing.lines import decide as lines
from services.clearing.lines import store as line_store
from services.clearing.lines import store_evidence as evidence_store
from services.clearing.load import load
from services.clearing.model.agreement import InUse
from services.clearing.model.claim import Claim, ClaimedLine, ClaimWithdrawal, PageHeld, Reviewing
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
from services.clearing.model.evidence import Admission, AdmissionAsked, Decided, PageCame, Review
from services.clearing.model.known import Kind, Known
from services.clearing.model.ledger import Posting
from services.clearing.model.line import Line, LineReported, Moved
from services.clearing.model.month import Book, Payable, Payment, Sorted
from services.clearing.model.statement import (
    Chunk,
    Dispute,
    DisputeWithdrawn,
    Manifest,
    Progress,
    Reminder,
    Statement,
)
from services.clearing.months import decide as month
from services.clearing.months import resend
from services.clearing.months import store as month_store
from services.clearing.payments import report, returns
from services.clearing.payments import store as payment_store
from services.clearing.payments.model import Remittance, Returned
from services.clearing.recoveries import decide as recoveries
from services.clearing.statements import decide as confirmations
from services.clearing.statements import disputes, overdue
from services.clearing.statements import store as statement_store
from shared.bus.message import Decision, Message
from shared.bus.service import Key, Rule, Table, TableDecider, no_keys
from shared.errors import refuse
from shared.messages.body import CancelRequest
from shared.messages.clearing.admissions import AdmitLine
from shared.messages.clearing.batches import RequestChunk
from shared.messages.clearing.charges import BookCharge, ReverseCharge
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
from shared.messages.clearing.payments import ReportReturn
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed


def _settlement_keys(message: Message, body: SettlementCompleted) -> Iterable[Key]:
    yield Kind.AREA, body.insured_area
    yield Kind.SETTLEMENT, body.settlement_id
    if body.kind == "inpatient":  # it may be investigated
        yield Kind.TOLD, body.institution_id


def _reversal_keys(message: Message, body: SettlementReversed | RetryLine) -> Iterable[Key]:
    return (
        (Kind.AREA, body.insured_area),
        (Kind.INSTITUTION, body.institution_id),
        (Kind.SETTLEMENT, body.settlement_id),
    )


def _agreement_keys(message: Message, body: BeginPeriod | SortMonths) -> Iterable[Key]:
    return ((Kind.AGREEMENT, body.agreement_id),)


def _signing_keys(message: Message, body: AgreementSigned) -> Iterable[Key]:
    yield Kind.AGREEMENT, body.agreement_id
    yield Kind.CENTER, body.insured_center
    yield Kind.CENTER, body.treatment_center


def _paying_keys(message: Message, body: PayInstitutions) -> Iterable[Key]:
    yield Kind.AGREEMENT, body.agreement_id
    for due in body.dues:
        yield Kind.TOLD, due.institution_id


def _claim_keys(message: Message, body: ClaimAdvances) -> Iterable[Key]:
    yield from _claimant_keys(message, body)
    for line in body.lines:
        yield Kind.SETTLEMENT, line.settlement_id


def _claimant_keys(message: Message, body: ClaimAdvances | AnswerReview | WithdrawClaim) -> Iterable[Key]:
    return (Kind.CLAIMANT, body.institution_id), (Kind.CLAIM, body.claim_id)


def _review_keys(message: Message, body: ReviewClaim) -> Iterable[Key]:
    yield Kind.CLAIMANT, body.institution_id
    yield Kind.CLAIM, body.claim_id
    yield Kind.CENTER, body.center_id
    for verdict in body.verdicts:
        yield Kind.SETTLEMENT, verdict.settlement_id


def _question_keys(message: Message, body: QueryClaim) -> Iterable[Key]:
    yield Kind.TOLD, body.institution_id
    yield Kind.CLAIM, body.claim_id
    yield Kind.CLAIM_PAGE, found.page_key(body)


def _disputing_keys(message: Message, body: ConfirmStatement | DisputeLines) -> Iterable[Key]:
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    for disputed in body.disputed:
        yield Kind.LINE, disputed.line_id


def _withdrawal_keys(message: Message, body: WithdrawConfirmation) -> Iterable[Key]:
    return (Kind.STATEMENT, body.statement_id), (Kind.CENTER, body.center_id)


def _decision_keys(message: Message, body: DecideDispute) -> Iterable[Key]:
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    yield from _taking_keys(body.line_id)


def _recovery_keys(message: Message, body: OrderRecovery) -> Iterable[Key]:
    return (Kind.CENTER, body.center_id), *_taking_keys(body.settlement_id)


def _open_keys(message: Message, body: OpenInvestigation | AnswerInvestigation) -> Iterable[Key]:
    return (Kind.CENTER, body.center_id), (Kind.LINE, body.line_id), (Kind.IN_DOUBT, body.line_id)


def _close_keys(message: Message, body: CloseInvestigation) -> Iterable[Key]:
    return (Kind.CENTER, body.center_id), (Kind.IN_DOUBT, body.line_id), *_taking_keys(body.line_id)


def _doubt_keys(message: Message, body: TellInvestigation) -> Iterable[Key]:
    return (Kind.LINE, body.line_id), (Kind.IN_DOUBT, body.line_id)


def _taking_keys(line_id: str) -> Iterable[Key]:
    return (Kind.LINE, line_id), (Kind.WORTH, line_id)


def _admission_keys(message: Message, body: AdmitLine) -> Iterable[Key]:
    return (Kind.LINE, body.line_id), (Kind.CENTER, body.center_id)


def _payment_keys(message: Message, body: ReportPayment | ReportReturn) -> Iterable[Key]:
    return (Kind.STATEMENT_TO_PAY, body.statement_id), (Kind.CENTER, body.center_id)


def _charge_keys(message: Message, body: BookCharge | ReverseCharge) -> Iterable[Key]:
    return (Kind.AGREEMENT, body.agreement_id), (Kind.CENTER, body.center_id), (Kind.CHARGE, body.charge_id)


def _resending_keys(message: Message, body: RequestChunk) -> Iterable[Key]:
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    yield Kind.RESENT, f"{body.statement_id}/{'' if body.number is None else body.number}"


def _page_keys(message: Message, body: CasePageReceived) -> Iterable[Key]:
    return (Kind.DISCHARGE, body.discharge_id), (Kind.WAITING, body.visit_id)


def _chunk_keys(message: Message, body: WriteChunk) -> Iterable[Key]:
    return ((Kind.STATEMENT, body.statement_id),)


def _issue_keys(message: Message, body: IssueStatement) -> Iterable[Key]:
    return (Kind.STATEMENT, body.statement_id), (Kind.ISSUED, body.statement_id)


def _keep_request(known: Known, message: Message, body: CancelRequest) -> Decision:
    return Decision(answer=refuse("NOT_CANCELLABLE", body.original_id))


def _overdue_keys(message: Message, body: TellOverdue) -> Iterable[Key]:
    return (Kind.STATEMENT, body.statement_id), (Kind.REMINDED, body.statement_id)


_RULES: dict[type, Rule] = {
    InstitutionPublished: Rule(no_keys, agreements.keep_copy),
    CenterRegistered: Rule(no_keys, agreements.keep_copy),
    AgreementSigned: Rule(_signing_keys, agreements.sign_agreement),
    CasePageReceived: Rule(_page_keys, lines.receive_page),
    DischargeCancelled: Rule(no_keys, agreements.void_case_page),
    SettlementCompleted: Rule(_settlement_keys, lines.enter_settlement),
    SettlementReversed: Rule(_reversal_keys, lines.enter_reversal),
    ClaimAdvances: Rule(_claim_keys, claims.claim_advances),
    ReviewClaim: Rule(_review_keys, reviews.review_claim),
    AnswerReview: Rule(_claimant_keys, answer.answer_review),
    WithdrawClaim: Rule(_claimant_keys, answer.withdraw_claim),
    QueryClaim: Rule(_question_keys, found.query_claim),
    ConfirmStatement: Rule(_disputing_keys, confirmations.confirm_statement),
    WithdrawConfirmation: Rule(_withdrawal_keys, confirmations.withdraw_confirmation),
    DisputeLines: Rule(_disputing_keys, disputes.dispute_lines),
    DecideDispute: Rule(_decision_keys, disputes.decide_dispute),
    AdmitLine: Rule(_admission_keys, admit.admit_line),
    OpenInvestigation: Rule(_open_keys, investigations.open_investigation),
    AnswerInvestigation: Rule(_open_keys, investigations.answer_investigation),
    CloseInvestigation: Rule(_close_keys, investigations.close_investigation),
    OrderRecovery: Rule(_recovery_keys, recoveries.order_recovery),
    BookCharge: Rule(_charge_keys, charges.book_charge),
    ReverseCharge: Rule(_charge_keys, charges.reverse_charge),
    ReportPayment: Rule(_payment_keys, report.report_payment),
    ReportReturn: Rule(_payment_keys, returns.report_return),
    RequestChunk: Rule(_resending_keys, resend.resend_chunk),
    CancelRequest: Rule(no_keys, _keep_request),
    RetryLine: Rule(_reversal_keys, lines.retry_line),
    BeginPeriod: Rule(_agreement_keys, agreements.begin_period),
    SortMonths: Rule(_agreement_keys, month.sort_months),
    WriteChunk: Rule(_chunk_keys, month.write_chunk),
    IssueStatement: Rule(_issue_keys, month.issue_statement),
    TellOverdue: Rule(_overdue_keys, overdue.tell_overdue),
    TellInvestigation: Rule(_doubt_keys, tell_investigation),
    PayInstitutions: Rule(_paying_keys, month.pay_institutions),
}

_TABLES: dict[type, Table] = {
    InstitutionPublished: Table(Known.keep_institution, copy_store.save_institutions),
    CenterRegistered: Table(Known.keep_center, copy_store.save_centers),
    AgreementSigned: Table(Known.keep_period, agreement_store.save_periods),
    InUse: Table(Known.use, agreement_store.save_in_use),
    PageHeld: Table(Known.keep_case_page, copy_store.save_case_pages),
    Book: Table(Known.open_book, book_store.add_books),
    PageCame: Table(Known.keep_page, evidence_store.save_pages),
    Review: Table(Known.keep_review, evidence_store.add_reviews),
    Decided: Table(Known.keep_decision, evidence_store.add_decisions),
    AdmissionAsked: Table(Known.ask_admission, evidence_store.add_asked),
    Admission: Table(Known.admit, evidence_store.add_admissions),
    Line: Table(Known.enter, line_store.add_lines),
    Moved: Table(Known.move_line, line_store.move_lines),
    LineReported: Table(Known.tell, line_store.note_told),
    Claim: Table(Known.keep_claim, claim_store.add_claims),
    ClaimedLine: Table(None, claim_store.add_lines),
    Reviewing: Table(Known.take_step, reviewing_store.add_steps),
    ClaimWithdrawal: Table(Known.withdraw_claim, claim_store.add_withdrawals),
    Payable: Table(None, claim_store.add_payables),
    Statement: Table(None, statement_store.add_statements),
    Chunk: Table(Known.keep_chunk, statement_store.add_chunks),
    Manifest: Table(None, statement_store.add_manifests),
    Dispute: Table(Known.dispute, statement_store.add_disputes),
    DisputeWithdrawn: Table(Known.withdraw, statement_store.take_disputes_back),
    Investigation: Table(Known.inquire, investigation_store.add_investigations),
    Answered: Table(Known.inquire, investigation_store.add_answers),
    Held: Table(Known.inquire, investigation_store.add_holds),
    Closed: Table(Known.inquire, investigation_store.add_closed),
    Reminded: Table(Known.inquire, investigation_store.add_reminded),
    Reminder: Table(Known.remind, statement_store.add_reminders),
    Progress: Table(Known.move, statement_store.move_statements),
    Remittance: Table(Known.keep_remittance, payment_store.add_remittances),
    Returned: Table(Known.keep_returned, payment_store.add_returned),
    Sorted: Table(Known.close_months, book_store.close_months),
    Payment: Table(Known.keep_payment, month_store.add_payments),
    Charge: Table(Known.keep_charge, charge_store.add_charges),
    ChargeReversed: Table(Known.reverse_charge, charge_store.add_reversed),
    Posting: Table(Known.post, ledger_store.add_postings),
}
"""Every batch writes its rows in this order; a fact without an entry here is published and not kept."""

DECIDER = TableDecider(_RULES, _TABLES, load)
