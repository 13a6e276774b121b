"""The table of settlement: for each message the rows it needs and its rule; for each row what it changes."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from services.settlement import keys
from services.settlement.admissions import change, interim
from services.settlement.admissions import keys as admission_keys
from services.settlement.cash_outs import decide as cash_outs
from services.settlement.cash_outs import keys as cash_out_keys
from services.settlement.cash_outs import store as kept_cash_outs
from services.settlement.cash_outs.model import CashOut, CashOutReversal
from services.settlement.costs import decide as uploads
from services.settlement.costs import store as kept_uploads
from services.settlement.insured import keys as insured_keys
from services.settlement.insured.decide import find_insured
from services.settlement.load import load
from services.settlement.model.account import PersonalAccount, YearAccount
from services.settlement.model.case_page import CasePage, CasePageDue
from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder
from services.settlement.model.claims.reimbursement import ReimbursementCase, SelfPaidUploadDue
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from services.settlement.model.known import Known
from services.settlement.model.registers.credential import Credential
from services.settlement.model.registers.registry import (
    Agreement,
    CataloguePage,
    Center,
    Coverage,
    Edition,
    Filing,
    HomeTiers,
    Institution,
    MappingPage,
    PricePage,
    PublishedPolicy,
    Qualification,
)
from services.settlement.model.settlement import Reversal, Settlement
from services.settlement.model.upload import Upload, Withdrawal
from services.settlement.model.visit import Visit
from services.settlement.pages import decide as page_history
from services.settlement.pages import store as page_versions
from services.settlement.pages.version import CasePageVersion
from services.settlement.prescriptions import rules as prescriptions
from services.settlement.reconciliation import decide as books
from services.settlement.reconciliation import keys as book_keys
from services.settlement.registers import decide as copies
from services.settlement.registers import keys as register_keys
from services.settlement.registers import store as kept_copies
from services.settlement.registers import store_books as registers
from services.settlement.registers import store_centers as centers
from services.settlement.registers import store_pages as pages
from services.settlement.registers.cache import RegisterCache
from services.settlement.reimbursements import claim, self_paid
from services.settlement.reimbursements import store as reimbursement_cases
from services.settlement.reimbursements import store_bills as self_paid_bills
from services.settlement.reimbursements import store_orders as payment_orders
from services.settlement.reversals import undo
from services.settlement.reversals.undo import Undo
from services.settlement.rollout.decide import keep_stage
from services.settlement.rollout.model import AreaStage
from services.settlement.rollout.store import save_stages
from services.settlement.settlements import found, outpatient, payment, stay
from services.settlement.settlements import store as settlements
from services.settlement.settlements import store_accounts as accounts
from services.settlement.visits import admission, case_pages, credential, discharge, eligibility
from services.settlement.visits import store as visits
from services.settlement.visits import store_case_pages as kept_pages
from services.settlement.visits.checks import refused
from shared.bus.message import Decision, Due, Message
from shared.bus.service import Copies, Key, Keys, Rule, Table, TableDecider, Tx, no_keys, of_rows
from shared.messages.body import CancelRequest, Request
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.enrollment.editions import EditionPublished
from shared.messages.enrollment.mappings import MappingPublished
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.enrollment.network.rollout import RolloutMoved
from shared.messages.enrollment.prices import PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.register_pages import CoveragesChanged, InstitutionsPublished
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
    PolicyPublished,
)
from shared.messages.enrollment.tiers import TiersMapped
from shared.messages.referral.filings import FilingAccepted, FilingEnded
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim
from shared.messages.settlement.case_pages import QueryCasePages, SubmitCasePage
from shared.messages.settlement.corrections import CancelDischarge, WithdrawUpload
from shared.messages.settlement.insured import QueryInsured
from shared.messages.settlement.outpatient.cash_outs import CashOutAccount
from shared.messages.settlement.queries import (
    QueryDay,
    QueryFees,
    QueryPerson,
    QuerySettlements,
    QueryVisit,
    ReconcileSettlements,
)
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    ReportReimbursementPaid,
    UploadSelfPaid,
)
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    QuoteOutpatient,
    QuoteVisit,
    ReverseSettlement,
    SettleOutpatient,
    SettleVisit,
    UploadCosts,
)
from shared.pools import Pool


def _on_a_day(
    keys: Callable[[Message, Any], Iterable[Key]], decide: Callable[[Known, Message, Any], Decision]
) -> Rule:
    """Makes the rule of a request, which is refused while no business day is open."""

    def decide_on_a_day(known: Known, message: Message, body: Any) -> Decision:
        return decide(known, message, body) if message.day else refused("NO_DAY_OPEN")

    return Rule(keys, decide_on_a_day)


_UNDOING: dict[type[Request], Undo] = {
    AdmitPatient: Undo(keys.of_undo_admit, undo.undo_admit),
    ChangeAdmission: Undo(admission_keys.of_undo_change, change.undo_change),
    SettleInterim: Undo(admission_keys.of_undo_interim, interim.undo_interim),
    UploadCosts: Undo(keys.of_undo_upload, undo.undo_upload),
    DischargePatient: Undo(keys.of_undo_discharge, discharge.undo_discharge),
    SettleVisit: Undo(keys.of_undo_settlement, undo.undo_settlement),
    SettleOutpatient: Undo(keys.of_undo_settlement, undo.undo_settlement),
    ClaimReimbursement: Undo(keys.of_undo_settlement, undo.undo_settlement),
    CashOutAccount: Undo(cash_out_keys.of_undo_cash_out, cash_outs.undo_cash_out),
    UploadSelfPaid: Undo(keys.of_undo_self_paid, undo.undo_self_paid),
}
_RULES: dict[type, Rule] = {
    AdmitPatient: _on_a_day(keys.of_admit, admission.admit),
    ChangeAdmission: _on_a_day(admission_keys.of_change, change.change_admission),
    ShowCredential: _on_a_day(keys.of_show, credential.show_credential),
    UploadCosts: _on_a_day(keys.of_upload, uploads.upload),
    DischargePatient: _on_a_day(keys.of_discharge, discharge.discharge),
    CancelDischarge: _on_a_day(keys.of_cancel_discharge, discharge.cancel_discharge),
    WithdrawUpload: _on_a_day(keys.of_withdraw, uploads.withdraw_upload),
    QueryVisit: _on_a_day(keys.of_query_visit, found.find_state),
    QueryFees: _on_a_day(keys.of_query_fees, found.find_fees),
    QueryPerson: _on_a_day(keys.of_query_person, eligibility.find_person),
    QueryDay: _on_a_day(keys.of_query_day, eligibility.tell_day),
    QueryInsured: _on_a_day(insured_keys.of_insured, find_insured),
    QuerySettlements: _on_a_day(book_keys.of_list, books.list_settlements),
    ReconcileSettlements: _on_a_day(book_keys.of_reconcile, books.reconcile),
    QuoteVisit: _on_a_day(keys.of_quote, stay.quote_stay),
    SettleInterim: _on_a_day(admission_keys.of_interim, interim.settle_interim),
    SettleVisit: _on_a_day(keys.of_settle, stay.settle_stay),
    QuoteOutpatient: _on_a_day(keys.of_quote_outpatient, outpatient.quote_outpatient),
    SettleOutpatient: _on_a_day(keys.of_settle_outpatient, outpatient.settle_outpatient),
    ReverseSettlement: _on_a_day(keys.of_reverse, undo.reverse),
    SubmitCasePage: _on_a_day(keys.of_page, case_pages.receive_page),
    QueryCasePages: _on_a_day(page_history.of_query, page_history.find_pages),
    UploadSelfPaid: _on_a_day(keys.of_upload_self_paid, self_paid.upload_self_paid),
    ClaimReimbursement: _on_a_day(keys.of_claim, claim.claim),
    CashOutAccount: _on_a_day(cash_out_keys.of_cash_out, cash_outs.cash_out),
    ReportReimbursementPaid: _on_a_day(keys.of_report_paid, payment.report_paid),
    CancelRequest: _on_a_day(*undo.cancelling(_UNDOING)),
    CasePageDue: Rule(keys.of_page, case_pages.miss_page),
    SelfPaidUploadDue: Rule(keys.of_miss_bill, self_paid.miss_bill),
    CoverageChanged: Rule(register_keys.of_coverage, copies.keep_coverage),
    CoveragesChanged: of_rows(Rule(register_keys.of_coverage, copies.keep_coverage)),
    InstitutionsPublished: of_rows(Rule(register_keys.of_area, copies.keep_institution)),
    CredentialChanged: Rule(register_keys.of_credential, copies.keep_credential),
    DiseaseQualified: Rule(register_keys.of_qualification, copies.keep_qualification),
    InstitutionPublished: Rule(register_keys.of_area, copies.keep_institution),
    CenterRegistered: Rule(register_keys.of_center, copies.keep_center),
    AgreementSigned: Rule(register_keys.of_agreement, copies.keep_agreement),
    PolicyPublished: Rule(no_keys, copies.keep_policy),
    CataloguePublished: Rule(register_keys.of_area, copies.keep_catalogue),
    MappingPublished: Rule(register_keys.of_mapping, copies.keep_mapping),
    TiersMapped: Rule(no_keys, copies.keep_tiers),
    PoolingSet: Rule(register_keys.of_pool, copies.keep_pool),
    PricesPublished: Rule(register_keys.of_prices, copies.keep_prices),
    EditionPublished: Rule(no_keys, copies.keep_edition),
    FilingAccepted: Rule(register_keys.of_filing, copies.keep_filing),
    RolloutMoved: Rule(no_keys, keep_stage),
    FilingEnded: Rule(register_keys.of_filing_ended, copies.end_filing),
}
_TABLES: dict[type, Table] = {
    Coverage: Table(Known.keep_coverage, kept_copies.save_coverages),
    Institution: Table(Known.keep_institution, kept_copies.save_institutions),
    Qualification: Table(Known.keep_qualification, kept_copies.save_qualifications),
    Credential: Table(Known.keep_credential, kept_copies.save_credentials),
    Center: Table(Known.keep_center, centers.save),
    Filing: Table(Known.keep_filing, kept_copies.save_filings),
    PublishedPolicy: Table(Known.keep_policy, registers.save_policies),
    Agreement: Table(Known.keep_agreement, registers.save_agreements),
    CataloguePage: Table(Known.keep_catalogue_page, pages.save_catalogue_pages),
    MappingPage: Table(Known.keep_mapping_page, pages.save_mapping_pages),
    HomeTiers: Table(Known.keep_tiers, registers.save_tiers),
    Pool: Table(Known.keep_pool, registers.save_pools),
    AreaStage: Table(Known.keep_stage, save_stages),
    PricePage: Table(Known.keep_price_page, pages.save_price_pages),
    Edition: Table(None, pages.save_editions),
    Visit: Table(Known.keep_visit, visits.save, visits.writes),
    Upload: Table(Known.keep_upload, kept_uploads.save),
    Withdrawal: Table(Known.withdraw_upload, kept_uploads.save_withdrawals),
    Settlement: Table(Known.keep_settlement, settlements.save, settlements.writes),
    Reversal: Table(prescriptions.free, settlements.save_reversals),
    YearAccount: Table(Known.keep_account, accounts.save, accounts.writes),
    PersonalAccount: Table(Known.keep_personal, accounts.save_personal),
    CashOut: Table(cash_outs.keep_cash_out, kept_cash_outs.save),
    CashOutReversal: Table(cash_outs.keep_reversal, kept_cash_outs.save_reversals),
    CasePage: Table(Known.keep_page, kept_pages.save),
    CasePageVersion: Table(page_history.keep_version, page_versions.save),
    ReimbursementCase: Table(Known.keep_case, reimbursement_cases.save),
    SelfPaidBill: Table(Known.keep_bill, self_paid_bills.save),
    SelfPaidWithdrawal: Table(Known.keep_withdrawal, self_paid_bills.save_withdrawals),
    PaymentOrder: Table(Known.keep_order, payment_orders.save),
    OrderPaid: Table(Known.keep_paid, payment_orders.save_paid),
}
"""Every batch writes its rows in this order. Facts are sent, not kept: the rows hold the same content."""
COPIES = Copies(
    {
        CoverageChanged: (Coverage,),
        CoveragesChanged: (Coverage,),
        CredentialChanged: (Credential,),
        DiseaseQualified: (Qualification,),
        InstitutionPublished: (Institution,),
        InstitutionsPublished: (Institution,),
        CenterRegistered: (Center,),
        AgreementSigned: (Agreement,),
        PolicyPublished: (PublishedPolicy,),
        CataloguePublished: (CataloguePage,),
        MappingPublished: (MappingPage,),
        TiersMapped: (HomeTiers,),
        PoolingSet: (Pool,),
        PricesPublished: (PricePage,),
        EditionPublished: (Edition,),
        RolloutMoved: (AreaStage,),
        FilingAccepted: (Filing,),
        FilingEnded: (Filing,),
    }
)
"""Of the texts of policies none is ever changed: one that is lacking is added, beside the tables compared."""
_CACHE = RegisterCache()


async def _load(tx: Tx, keys: Keys) -> Known:
    return await load(tx, keys, _CACHE)


DECIDER = TableDecider(_RULES, _TABLES, _load)


async def due_case_pages(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The missing case pages of a partition that were due before `day`, in the order of their visits."""
    passed = await kept_pages.passed(tx, partition, day, cursor, limit)
    return [
        Due(visit_id, person_id, CasePageDue(visit_id=visit_id, person_id=person_id))
        for visit_id, person_id in passed
    ]


async def due_self_paid_bills(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The missing self-paid bills of a partition that were due before `day`, in the order of their visits."""
    passed = await reimbursement_cases.passed(tx, partition, day, cursor, limit)
    return [
        Due(visit_id, person_id, SelfPaidUploadDue(visit_id=visit_id, person_id=person_id))
        for visit_id, person_id in passed
    ]
