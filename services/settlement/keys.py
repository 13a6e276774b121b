"""Names the rows that each message needs, as (kind, id) keys; `Kind` says what is read for each. Pure."""

from collections.abc import Iterable

from services.settlement.model.case_page import CasePageDue
from services.settlement.model.claims.reimbursement import SelfPaidUploadDue
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.corrections import CancelDischarge, WithdrawUpload
from shared.messages.settlement.queries import QueryDay, QueryFees, QueryPerson, QueryVisit
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    ReportReimbursementPaid,
    UploadSelfPaid,
)
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    FeeLine,
    OutpatientBill,
    QuoteVisit,
    ReverseSettlement,
    SettleVisit,
    UploadCosts,
)

KEY_SEPARATOR = " "
"""Stands between the two ids of a key, which have no space themselves."""

_ALL_YEARS = "0"


def key(kind: Kind, part: str, *more: str) -> Key:
    """A key of this kind, its parts joined."""
    return kind, KEY_SEPARATOR.join((part, *more)) if more else part


def has_return(lines: Iterable[FeeLine]) -> bool:
    """Whether any line is returned (退费)."""
    return any(line.quantity[0] == "-" for line in lines)


def of_admit(message: Message, body: AdmitPatient) -> list[Key]:
    """An admission: the visit, the person and their stays, the institution, the visit it continues."""
    before = [key(Kind.VISIT_SEEN, body.continues_visit_id)] if body.continues_visit_id else []
    return [
        key(Kind.VISIT, body.visit_id),
        key(Kind.STAYS_SEEN, body.person_id),
        key(Kind.PARTS, body.person_id),
        key(Kind.CARE_SINCE, body.admitted_on.isoformat()),
        key(Kind.INSTITUTION, body.institution_id),
        *_person(body.person_id),
        *_shown(body),
        *before,
    ]


def of_show(message: Message, body: ShowCredential) -> list[Key]:
    """A credential shown late: the visit, the person's credentials, and the filing that counts as of now."""
    found = [key(Kind.VISIT, body.visit_id), key(Kind.INSTITUTION, body.institution_id)]
    return [*found, key(Kind.FILING, body.person_id), *_shown(body)]


def _shown(body: AdmitPatient | ShowCredential | OutpatientBill) -> list[Key]:
    return [key(Kind.CREDENTIAL, body.person_id)] if body.credential_id else []


def of_upload(message: Message, body: UploadCosts) -> list[Key]:
    """An upload of costs: a return needs the whole visit, anything else only adds to it."""
    visit, returns = body.visit_id, has_return(body.lines)
    found = [
        key(Kind.VISIT if returns else Kind.VISIT_ADDED_TO, visit),
        key(Kind.UPLOAD, visit, body.upload_id),
        key(Kind.INSTITUTION, body.institution_id),
        _classified(body),
    ]
    return [*found, key(Kind.UPLOADS_WHOLE, visit)] if returns else found


def _classified(body: UploadCosts | OutpatientBill | UploadSelfPaid) -> Key:
    return key(Kind.CLASSIFIED, body.institution_id, body.person_id)


def of_discharge(message: Message, body: DischargePatient) -> list[Key]:
    """A discharge: the visit, its uploads, and the page and case of an earlier discharge, cancelled since."""
    visit = body.visit_id
    kinds = Kind.VISIT, Kind.UPLOADS, Kind.PAGE, Kind.CASE
    return [*(key(kind, visit) for kind in kinds), key(Kind.INSTITUTION, body.institution_id)]


def of_cancel_discharge(message: Message, body: CancelDischarge) -> list[Key]:
    """A discharge cancelled: the visit, its case, the person's filings, and stays that may continue it."""
    visit, person = body.visit_id, body.person_id
    found = [key(kind, visit) for kind in (Kind.VISIT, Kind.PAGE, Kind.CASE)]
    found += [key(Kind.STAYS, person), key(Kind.FILING, person)]
    return [*found, key(Kind.INSTITUTION, body.institution_id)]


def of_quote(message: Message, body: QuoteVisit) -> list[Key]:
    """A quote: as a settlement, but the visit is not locked."""
    return [key(Kind.VISIT_SEEN, body.visit_id), *_stay_money(message, body)]


def of_settle(message: Message, body: SettleVisit | SettleInterim) -> list[Key]:
    """A settlement: the visit and all that its money depends on."""
    return [key(Kind.VISIT, body.visit_id), *_stay_money(message, body)]


def _stay_money(message: Message, body: QuoteVisit | SettleVisit | SettleInterim) -> list[Key]:
    return [key(Kind.UPLOADS, body.visit_id), *_money(message, body)]


def of_quote_outpatient(message: Message, body: OutpatientBill) -> list[Key]:
    """A quote of an outpatient bill: as its settlement, but the visit is not locked."""
    return [key(Kind.VISIT_SEEN, body.visit_id), *_bill_money(message, body)]


def of_settle_outpatient(message: Message, body: OutpatientBill) -> list[Key]:
    """An outpatient bill: the visit, its lines, and what its money depends on."""
    return [key(Kind.VISIT, body.visit_id), *_bill_money(message, body)]


def _bill_money(message: Message, body: OutpatientBill) -> list[Key]:
    found = [
        key(Kind.CARE_SINCE, body.service_on.isoformat()),
        _classified(body),
        *_shown(body),
    ]
    found += [key(Kind.QUALIFIED, body.person_id)] if body.disease else []
    found += [key(Kind.PRESCRIPTION, one.prescription_id) for one in body.prescriptions]
    return [*found, *_money(message, body)]


def _money(message: Message, body: QuoteVisit | SettleVisit | SettleInterim | OutpatientBill) -> list[Key]:
    person, year = body.person_id, str(message.day.year if message.day else 0)
    found = [
        key(Kind.INSTITUTION, body.institution_id),
        *_person(person),
        key(Kind.ACCOUNT, person),
        key(Kind.YEAR, year),
    ]
    found.append(key(Kind.CARE, person))
    return [*found, key(Kind.PERSONAL_ACCOUNT, person)] if body.use_account else found


def _person(person_id: str) -> list[Key]:
    return [key(Kind.COVERAGE, person_id), key(Kind.FILING, person_id)]


def of_reverse(message: Message, body: ReverseSettlement) -> list[Key]:
    """A reversal: all that the person has settled; what built on this settlement is worked out without it."""
    found = [
        key(Kind.VISIT, body.visit_id),
        key(Kind.SETTLEMENT, body.visit_id),
        key(Kind.INSTITUTION, body.institution_id),
    ]
    found.append(key(Kind.AGENCY, message.source))
    return [*found, *of_undo_settlement(body.person_id), *_person(body.person_id)]


def of_upload_self_paid(message: Message, body: UploadSelfPaid) -> list[Key]:
    """A self-paid bill: the visit, its case and bill, and its lines."""
    return [
        key(Kind.VISIT, body.visit_id),
        key(Kind.CASE, body.visit_id),
        key(Kind.BILL, body.visit_id),
        key(Kind.INVOICE, body.institution_id, body.invoice_id),
        key(Kind.CARE_SINCE, body.service_on.isoformat()),
        key(Kind.INSTITUTION, body.institution_id),
        key(Kind.AGENCY, message.source),
        key(Kind.COVERAGE, body.person_id),
        key(Kind.COMPARED, body.person_id),
        _classified(body),
    ]


def of_miss_bill(message: Message, body: SelfPaidUploadDue) -> list[Key]:
    """A self-paid bill that did not come: the visit, while nobody cancels its discharge, and its case."""
    return [key(Kind.VISIT_ADDED_TO, body.visit_id), key(Kind.CASE, body.visit_id)]


def of_claim(message: Message, body: ClaimReimbursement) -> list[Key]:
    """A claim by hand: the bill, who asks, and what its money depends on."""
    person, acting = body.person_id, body.acting_agency
    found = [
        key(Kind.VISIT, body.visit_id),
        key(Kind.BILL, body.visit_id),
        key(Kind.AGENCY, message.source),
    ]
    found += [key(Kind.CENTER, acting)] if acting else []
    year = str(message.day.year if message.day else 0)
    found += [
        key(Kind.INSTITUTION, body.institution_id),
        *_person(person),
        key(Kind.ACCOUNT, person),
        key(Kind.YEAR, year),
    ]
    return [*found, key(Kind.CARE, person), key(Kind.QUALIFIED, person), *_orders(person)]


def of_report_paid(message: Message, body: ReportReimbursementPaid) -> list[Key]:
    """A payment that is reported: the settlement, its case and the orders of the person."""
    found = [
        key(Kind.VISIT, body.visit_id),
        key(Kind.SETTLEMENT, body.visit_id),
        key(Kind.CASE, body.visit_id),
    ]
    return [*found, key(Kind.AGENCY, message.source), key(Kind.ORDERS_OF, body.person_id)]


def _orders(person_id: str) -> list[Key]:
    return [key(Kind.ORDERS_OF, person_id), key(Kind.CASES_OF, person_id)]


def _undo(person_id: str) -> list[Key]:
    found = [key(Kind.STAYS, person_id), key(Kind.ACCOUNT, person_id), key(Kind.YEAR, _ALL_YEARS)]
    return [*found, key(Kind.PERSONAL_ACCOUNT, person_id)]


def of_page(message: Message, body: SubmitCasePage | CasePageDue) -> list[Key]:
    """A case page that came or is overdue, while nobody cancels the discharge; if it came, also the bill."""
    found = [key(Kind.VISIT_ADDED_TO, body.visit_id), key(Kind.PAGE, body.visit_id)]
    if not isinstance(body, SubmitCasePage):
        return [*found, key(Kind.TOLD, body.person_id)]
    billed = [key(kind, body.visit_id) for kind in (Kind.UPLOADS, Kind.BILL, Kind.PAGE_VERSIONS)]
    return [*found, *billed, key(Kind.INSTITUTION, body.institution_id)]


def of_withdraw(message: Message, body: WithdrawUpload) -> list[Key]:
    """An upload taken back: the visit and all that was uploaded for it."""
    visit = body.visit_id
    found = [key(Kind.VISIT, visit), key(Kind.UPLOADS_WHOLE, visit)]
    return [*found, key(Kind.INSTITUTION, body.institution_id)]


def of_query_visit(message: Message, body: QueryVisit) -> list[Key]:
    """How a visit stands: its uploads' sums, its page's versions, its settlement with the policy's text."""
    kinds = Kind.VISIT_SEEN, Kind.UPLOADS, Kind.PAGE, Kind.PAGE_VERSIONS, Kind.EXPLAINED
    return [*(key(kind, body.visit_id) for kind in kinds), key(Kind.INSTITUTION, body.institution_id)]


def of_query_fees(message: Message, body: QueryFees) -> list[Key]:
    """A visit's lines: a page of those of its uploads, or those of a bill that came whole."""
    found = [key(Kind.VISIT_SEEN, body.visit_id), key(Kind.SETTLEMENT, body.visit_id), fees_key(body)]
    return [*found, key(Kind.INSTITUTION, body.institution_id)]


def fees_key(body: QueryFees) -> Key:
    """The key of a page of a visit's lines."""
    return key(Kind.FEES, body.visit_id, body.person_id, body.institution_id, str(body.skip))


def of_query_person(message: Message, body: QueryPerson) -> list[Key]:
    """What a person is entitled to: coverage, filings, qualifications, what was spent of the account."""
    kinds = (Kind.QUALIFIED, Kind.PERSONAL_ACCOUNT)
    found = [*_person(body.person_id), *(key(kind, body.person_id) for kind in kinds)]
    return [*found, key(Kind.INSTITUTION, body.institution_id)]


def of_query_day(message: Message, body: QueryDay) -> list[Key]:
    """The day: only whose the institution is."""
    return [key(Kind.INSTITUTION, body.institution_id)]


def of_undo_admit(person_id: str) -> list[Key]:
    """An admission undone: the person's stays, and whether anything was uploaded for them."""
    return [key(Kind.STAYS, person_id), key(Kind.UPLOADS_OF, person_id)]


def of_undo_upload(person_id: str) -> list[Key]:
    """An upload undone: all that was uploaded for the person."""
    return [key(Kind.UPLOADS_OF, person_id)]


def of_undo_discharge(person_id: str) -> list[Key]:
    """A discharge undone: the person's stays, and their cases of reimbursement."""
    return [key(kind, person_id) for kind in (Kind.STAYS, Kind.PAGES_OF, Kind.CASES_OF)]


def of_undo_settlement(person_id: str) -> list[Key]:
    """A settlement undone: all that the person has settled, and what was ordered on it."""
    return [*settled_keys(person_id), *_undo(person_id), *_orders(person_id)]


def of_undo_self_paid(person_id: str) -> list[Key]:
    """A self-paid bill undone: the person's bills, and what was ordered on them."""
    return [key(Kind.BILLS_OF, person_id), *_orders(person_id)]


def settled_keys(person_id: str) -> list[Key]:
    """All that a person has settled, so that reversals in one batch come out the same as in several."""
    return [key(Kind.STAYS, person_id), key(Kind.SETTLED_OF, person_id)]
