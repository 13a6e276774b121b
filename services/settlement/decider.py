"""Message → rule: what is loaded for a batch, which function decides it, and what is kept of it."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

from services.settlement.costs import decide as uploads
from services.settlement.costs import store as kept_uploads
from services.settlement.keys import keys
from services.settlement.load import load
from services.settlement.model.account import PersonalAccount, YearAccount
from services.settlement.model.case_page import CasePage, CasePageDue
from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder
from services.settlement.model.claims.reimbursement import ReimbursementCase, SelfPaidUploadDue
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from services.settlement.model.known import Known
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
from services.settlement.registers import decide as copies
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
from services.settlement.settlements import outpatient, payment, stay
from services.settlement.settlements import store as settlements
from services.settlement.settlements import store_accounts as accounts
from services.settlement.visits import admission, discharge
from services.settlement.visits import store as visits
from services.settlement.visits import store_case_pages as case_pages
from services.settlement.visits.checks import refused
from shared.bus.message import NOTHING, Changes, Decision, Due, Message
from shared.bus.service import Key, Keys, Tx
from shared.messages.body import CancelRequest
from shared.messages.enrollment.editions import EditionPublished
from shared.messages.enrollment.mappings import MappingPublished
from shared.messages.enrollment.prices import PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.registers import (
    AgreementSigned,
    CataloguePublished,
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
    PolicyPublished,
)
from shared.messages.enrollment.tiers import TiersMapped
from shared.messages.referral import FilingAccepted, FilingEnded
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    ReportReimbursementPaid,
    UploadSelfPaid,
)
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    QuoteVisit,
    ReverseSettlement,
    SettleOutpatient,
    SettleVisit,
    SubmitCasePage,
    UploadCosts,
)

_Rule = Callable[[Known, Message, Any], Decision]
_ASKED: dict[type, _Rule] = {
    AdmitPatient: admission.admit,
    UploadCosts: uploads.upload,
    DischargePatient: discharge.discharge,
    QuoteVisit: stay.quote_stay,
    SettleVisit: stay.settle_stay,
    SettleOutpatient: outpatient.settle_outpatient,
    ReverseSettlement: undo.reverse,
    SubmitCasePage: discharge.receive_page,
    UploadSelfPaid: self_paid.upload_self_paid,
    ClaimReimbursement: claim.claim,
    ReportReimbursementPaid: payment.report_paid,
    CancelRequest: undo.cancel,
}
_HEARD: dict[type, _Rule] = {
    CasePageDue: discharge.miss_page,
    SelfPaidUploadDue: self_paid.miss_bill,
    CoverageChanged: copies.keep_coverage,
    DiseaseQualified: copies.keep_qualification,
    InstitutionPublished: copies.keep_institution,
    CenterRegistered: copies.keep_center,
    AgreementSigned: copies.keep_agreement,
    PolicyPublished: copies.keep_policy,
    CataloguePublished: copies.keep_catalogue,
    MappingPublished: copies.keep_mapping,
    TiersMapped: copies.keep_tiers,
    PricesPublished: copies.keep_prices,
    EditionPublished: copies.keep_edition,
    FilingAccepted: copies.keep_filing,
    FilingEnded: copies.end_filing,
}
_SAVE: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    Coverage: kept_copies.save_coverages,
    Institution: kept_copies.save_institutions,
    Qualification: kept_copies.save_qualifications,
    Center: centers.save,
    Filing: kept_copies.save_filings,
    PublishedPolicy: registers.save_policies,
    Agreement: registers.save_agreements,
    CataloguePage: pages.save_catalogue_pages,
    MappingPage: pages.save_mapping_pages,
    HomeTiers: registers.save_tiers,
    PricePage: pages.save_price_pages,
    Edition: pages.save_editions,
    Visit: visits.save,
    Upload: kept_uploads.save,
    Withdrawal: kept_uploads.save_withdrawals,
    Settlement: settlements.save,
    Reversal: settlements.save_reversals,
    YearAccount: accounts.save,
    PersonalAccount: accounts.save_personal,
    CasePage: case_pages.save,
    ReimbursementCase: reimbursement_cases.save,
    SelfPaidBill: self_paid_bills.save,
    SelfPaidWithdrawal: self_paid_bills.save_withdrawals,
    PaymentOrder: payment_orders.save,
    OrderPaid: payment_orders.save_paid,
}
"""Written in this order by every batch; facts are said, not kept: the rows hold what they say."""


class Settling:
    """The decider of settlement; keeps nothing but the registers."""

    def __init__(self) -> None:
        self._cache = RegisterCache()

    def keys(self, message: Message) -> Iterable[Key]:
        """The rows a message needs."""
        return keys(message)

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """What is known of them."""
        return await load(tx, keys, self._cache)

    def decide(self, known: Known, message: Message) -> Decision:
        """The decision on a message; what settlement does not care about changes nothing."""
        kind = type(message.body)
        if rule := _ASKED.get(kind):
            return rule(known, message, message.body) if message.day else refused("NO_DAY_OPEN")
        rule = _HEARD.get(kind)
        return rule(known, message, message.body) if rule else NOTHING

    def apply(self, known: Known, change: Any) -> None:
        """Lets the next message see what was decided."""
        known.apply(change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Keeps what was decided, one statement a table."""
        for kind, save in _SAVE.items():
            if rows := changes.get(kind):
                await save(tx, rows)


async def due_case_pages(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The case pages of a stream whose day is over, in the order of their visits."""
    passed = await case_pages.passed(tx, partition, day, cursor, limit)
    return [
        Due(visit_id, person_id, CasePageDue(visit_id=visit_id, person_id=person_id))
        for visit_id, person_id in passed
    ]


async def due_self_paid_bills(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The self-paid bills of a stream whose day is over, in the order of their visits."""
    passed = await reimbursement_cases.passed(tx, partition, day, cursor, limit)
    return [
        Due(visit_id, person_id, SelfPaidUploadDue(visit_id=visit_id, person_id=person_id))
        for visit_id, person_id in passed
    ]
