"""The table of clearing: for each message its keys and its rule, for each row type what a row changes."""

from services.clearing import keys
from services.clearing.agreements import decide as agreements
from services.clearing.agreements import store as agreement_store
from services.clearing.agreements import store_copies as copy_store
from services.clearing.centers import store as center_store
from services.clearing.charges import decide as charges
from services.clearing.charges import store as charge_store
from services.clearing.charges.model import Charge, ChargeReversed
from services.clearing.claims import answer, doubt, found
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
from services.clearing.model.claim import Claim, ClaimedLine, ClaimWithdrawal, Doubt, PageHeld, Reviewing
from services.clearing.model.due import (
    BeginPeriod,
    IssueStatement,
    PayInstitutions,
    ProposeQuota,
    RetryLine,
    SortMonths,
    TellInvestigation,
    TellOverdue,
    TellPrefundOverdue,
    WatchPrefund,
    WriteChunk,
)
from services.clearing.model.evidence import Admission, AdmissionAsked, Decided, PageCame, Review
from services.clearing.model.known import Known
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
from services.clearing.months.jobs import ClearingJob
from services.clearing.payments import report, returns
from services.clearing.payments import store as payment_store
from services.clearing.payments.model import Remittance, Returned
from services.clearing.prefund import decide as prefund
from services.clearing.prefund import keys as prefund_keys
from services.clearing.prefund import store as prefund_store
from services.clearing.prefund import top_up, watch
from services.clearing.prefund.model import KINDS
from services.clearing.recoveries import decide as recoveries
from services.clearing.statements import decide as confirmations
from services.clearing.statements import disputes, overdue
from services.clearing.statements import store as statement_store
from shared.bus.message import Decision, Message
from shared.bus.service import Copies, Rule, Table, TableDecider, no_keys, of_rows
from shared.errors import refuse
from shared.messages.audit.supervision import CareInDoubt
from shared.messages.body import CancelRequest
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
from shared.messages.clearing.prefunds import (
    AnswerTopUp,
    ApproveQuota,
    AskTopUp,
    MeasureQuota,
    ReportFunding,
)
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.register_pages import InstitutionsPublished
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed


def _keep_request(known: Known, message: Message, body: CancelRequest) -> Decision:
    return Decision(answer=refuse("NOT_CANCELLABLE", body.original_id))


_RULES: dict[type, Rule] = {
    InstitutionPublished: Rule(no_keys, agreements.keep_copy),
    InstitutionsPublished: of_rows(Rule(no_keys, agreements.keep_copy)),
    CenterRegistered: Rule(no_keys, agreements.keep_copy),
    AgreementSigned: Rule(keys.of_signing, agreements.sign_agreement),
    CasePageReceived: Rule(keys.of_page, lines.receive_page),
    DischargeCancelled: Rule(no_keys, agreements.void_case_page),
    SettlementCompleted: Rule(keys.of_settlement, lines.enter_settlement),
    SettlementReversed: Rule(keys.of_reversal, lines.enter_reversal),
    CareInDoubt: Rule(no_keys, doubt.keep_doubt),
    ClaimAdvances: Rule(keys.of_claim, claims.claim_advances),
    ReviewClaim: Rule(keys.of_review, reviews.review_claim),
    AnswerReview: Rule(keys.of_claimant, answer.answer_review),
    WithdrawClaim: Rule(keys.of_claimant, answer.withdraw_claim),
    QueryClaim: Rule(keys.of_question, found.query_claim),
    ConfirmStatement: Rule(keys.of_disputing, confirmations.confirm_statement),
    WithdrawConfirmation: Rule(keys.of_withdrawal, confirmations.withdraw_confirmation),
    DisputeLines: Rule(keys.of_disputing, disputes.dispute_lines),
    DecideDispute: Rule(keys.of_decision, disputes.decide_dispute),
    AdmitLine: Rule(keys.of_admission, admit.admit_line),
    OpenInvestigation: Rule(keys.of_investigation, investigations.open_investigation),
    AnswerInvestigation: Rule(keys.of_investigation, investigations.answer_investigation),
    CloseInvestigation: Rule(keys.of_closing, investigations.close_investigation),
    OrderRecovery: Rule(keys.of_recovery, recoveries.order_recovery),
    BookCharge: Rule(keys.of_charge, charges.book_charge),
    ReverseCharge: Rule(keys.of_charge, charges.reverse_charge),
    ReportPayment: Rule(keys.of_payment, report.report_payment),
    ReportReturn: Rule(keys.of_payment, returns.report_return),
    RequestChunk: Rule(keys.of_resending, resend.resend_chunk),
    MeasureQuota: Rule(prefund_keys.of_measurement, prefund.measure_quota),
    ApproveQuota: Rule(prefund_keys.of_request, prefund.approve_quota),
    ReportFunding: Rule(prefund_keys.of_request, prefund.report_funding),
    AskTopUp: Rule(prefund_keys.of_request, top_up.ask_top_up),
    AnswerTopUp: Rule(prefund_keys.of_request, top_up.answer_top_up),
    CancelRequest: Rule(no_keys, _keep_request),
    RetryLine: Rule(keys.of_reversal, lines.retry_line),
    BeginPeriod: Rule(keys.of_agreement, agreements.begin_period),
    SortMonths: Rule(keys.of_agreement, month.sort_months),
    WriteChunk: Rule(keys.of_chunk, month.write_chunk),
    IssueStatement: Rule(keys.of_issue, month.issue_statement),
    TellOverdue: Rule(keys.of_overdue, overdue.tell_overdue),
    TellInvestigation: Rule(keys.of_doubt, tell_investigation),
    PayInstitutions: Rule(keys.of_paying, month.pay_institutions),
    ProposeQuota: Rule(prefund_keys.of_the_day, prefund.propose_quota),
    TellPrefundOverdue: Rule(prefund_keys.of_the_day, top_up.tell_prefund_overdue),
    WatchPrefund: Rule(prefund_keys.of_the_day, watch.watch_prefund),
}

_TABLES: dict[type, Table] = {
    InstitutionPublished: Table(Known.keep_institution, copy_store.save_institutions),
    CenterRegistered: Table(Known.keep_center, center_store.save_centers),
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
    Doubt: Table(Known.keep_doubt, claim_store.add_doubts),
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
    **{kind: Table(Known.keep_ahead, prefund_store.add) for kind in KINDS},
    Posting: Table(Known.post, ledger_store.add_postings),
}
"""Every batch writes its rows in this order; a fact without an entry here is published and not kept."""

COPIES = Copies(
    {
        InstitutionPublished: (InstitutionPublished,),
        InstitutionsPublished: (InstitutionPublished,),
        CenterRegistered: (CenterRegistered,),
        AgreementSigned: (AgreementSigned, InUse),
        BeginPeriod: (InUse,),
        CasePageReceived: (PageHeld,),
        DischargeCancelled: (PageHeld,),
    },
    tables=("void_discharge",),
    jobs=(ClearingJob.BEGIN_PERIODS,),
)
"""Lines, pages as evidence and doubts are what was decided on: rows of clearing's own, never changed."""

DECIDER = TableDecider(_RULES, _TABLES, load)
