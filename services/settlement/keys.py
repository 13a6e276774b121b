"""Names the rows that each message needs, as (kind, id) keys; `Kind` says what is read for each. Pure."""

from collections.abc import Iterable

from services.settlement.model.case_page import CasePageDue
from services.settlement.model.claims.reimbursement import SelfPaidUploadDue
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.enrollment.mappings import MappingPublished
from shared.messages.enrollment.prices import PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.registers import (
    AgreementSigned,
    CataloguePublished,
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
)
from shared.messages.referral import FilingAccepted, FilingEnded
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.corrections import CancelDischarge
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    ReportReimbursementPaid,
    UploadSelfPaid,
)
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    FeeLine,
    QuoteVisit,
    ReverseSettlement,
    SettleOutpatient,
    SettleVisit,
    UploadCosts,
)

KEY_SEPARATOR = " "
"""Stands between the two ids of a key, which have no space themselves."""

_ALL_YEARS = "0"


def _key(kind: Kind, *parts: str) -> Key:
    return kind, KEY_SEPARATOR.join(parts)


def has_return(lines: Iterable[FeeLine]) -> bool:
    """Whether any line is returned (退费)."""
    return any(line.quantity[0] == "-" for line in lines)


def of_admit(message: Message, body: AdmitPatient) -> list[Key]:
    """An admission: the visit, the person, the institution, the visit it continues."""
    before = [_key(Kind.VISIT_SEEN, body.continues_visit_id)] if body.continues_visit_id else []
    return [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.INSTITUTION, body.institution_id),
        *_person(body.person_id),
        *before,
    ]


def of_upload(message: Message, body: UploadCosts) -> list[Key]:
    """An upload of costs: a return needs the whole visit, anything else only adds to it."""
    visit, returns = body.visit_id, has_return(body.lines)
    found = [
        _key(Kind.VISIT if returns else Kind.VISIT_ADDED_TO, visit),
        _key(Kind.UPLOAD, visit, body.upload_id),
        _key(Kind.INSTITUTION, body.institution_id),
        _classified(body),
    ]
    return [*found, _key(Kind.UPLOADS_WHOLE, visit)] if returns else found


def _classified(body: UploadCosts | SettleOutpatient | UploadSelfPaid) -> Key:
    return _key(Kind.CLASSIFIED, body.institution_id, body.person_id)


def of_discharge(message: Message, body: DischargePatient) -> list[Key]:
    """A discharge: the visit, its uploads, and the page and case of an earlier discharge, cancelled since."""
    visit = body.visit_id
    kinds = Kind.VISIT, Kind.UPLOADS, Kind.PAGE, Kind.CASE
    return [*(_key(kind, visit) for kind in kinds), _key(Kind.INSTITUTION, body.institution_id)]


def of_cancel_discharge(message: Message, body: CancelDischarge) -> list[Key]:
    """A discharge cancelled: the visit, its case, the person's filings, and stays that may continue it."""
    visit, person = body.visit_id, body.person_id
    found = [_key(kind, visit) for kind in (Kind.VISIT, Kind.PAGE, Kind.CASE)]
    found += [_key(Kind.STAYS, person), _key(Kind.FILING, person)]
    return [*found, _key(Kind.INSTITUTION, body.institution_id)]


def of_quote(message: Message, body: QuoteVisit) -> list[Key]:
    """A quote: as a settlement, but the visit is not locked."""
    return [_key(Kind.VISIT_SEEN, body.visit_id), *_stay_money(message, body)]


def of_settle(message: Message, body: SettleVisit) -> list[Key]:
    """A settlement: the visit and all that its money depends on."""
    return [_key(Kind.VISIT, body.visit_id), *_stay_money(message, body)]


def _stay_money(message: Message, body: QuoteVisit | SettleVisit) -> list[Key]:
    return [_key(Kind.UPLOADS, body.visit_id), *_money(message, body)]


def of_settle_outpatient(message: Message, body: SettleOutpatient) -> list[Key]:
    """An outpatient bill: the visit, its lines, and what its money depends on."""
    found = [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.CARE_SINCE, body.service_on.isoformat()),
        _classified(body),
    ]
    found += [_key(Kind.QUALIFIED, body.person_id)] if body.disease else []
    return [*found, *_money(message, body)]


def _money(message: Message, body: QuoteVisit | SettleVisit | SettleOutpatient) -> list[Key]:
    person, year = body.person_id, str(message.day.year if message.day else 0)
    found = [
        _key(Kind.INSTITUTION, body.institution_id),
        *_person(person),
        _key(Kind.ACCOUNT, person),
        _key(Kind.YEAR, year),
    ]
    found.append(_key(Kind.CARE, person))
    return [*found, _key(Kind.PERSONAL_ACCOUNT, person)] if body.use_account else found


def _person(person_id: str) -> list[Key]:
    return [_key(Kind.COVERAGE, person_id), _key(Kind.FILING, person_id)]


def of_reverse(message: Message, body: ReverseSettlement) -> list[Key]:
    """A reversal: all that the person has settled; what built on this settlement is worked out without it."""
    found = [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.SETTLEMENT, body.visit_id),
        _key(Kind.INSTITUTION, body.institution_id),
    ]
    found.append(_key(Kind.AGENCY, message.source))
    return [*found, *of_undo_settlement(body.person_id), *_person(body.person_id)]


def of_upload_self_paid(message: Message, body: UploadSelfPaid) -> list[Key]:
    """A self-paid bill: the visit, its case and bill, and its lines."""
    return [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.CASE, body.visit_id),
        _key(Kind.BILL, body.visit_id),
        _key(Kind.INVOICE, body.institution_id, body.invoice_id),
        _key(Kind.INSTITUTION, body.institution_id),
        _key(Kind.AGENCY, message.source),
        _key(Kind.COVERAGE, body.person_id),
        _key(Kind.COMPARED, body.person_id),
        _classified(body),
    ]


def of_miss_bill(message: Message, body: SelfPaidUploadDue) -> list[Key]:
    """A self-paid bill that did not come: the visit, while nobody cancels its discharge, and its case."""
    return [_key(Kind.VISIT_ADDED_TO, body.visit_id), _key(Kind.CASE, body.visit_id)]


def of_claim(message: Message, body: ClaimReimbursement) -> list[Key]:
    """A claim by hand: the bill, who asks, and what its money depends on."""
    person, acting = body.person_id, body.acting_agency
    found = [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.BILL, body.visit_id),
        _key(Kind.AGENCY, message.source),
    ]
    found += [_key(Kind.CENTER, acting)] if acting else []
    year = str(message.day.year if message.day else 0)
    found += [
        _key(Kind.INSTITUTION, body.institution_id),
        *_person(person),
        _key(Kind.ACCOUNT, person),
        _key(Kind.YEAR, year),
    ]
    return [*found, _key(Kind.CARE, person), _key(Kind.QUALIFIED, person), *_orders(person)]


def of_report_paid(message: Message, body: ReportReimbursementPaid) -> list[Key]:
    """A payment that is reported: the settlement, its case and the orders of the person."""
    found = [
        _key(Kind.VISIT, body.visit_id),
        _key(Kind.SETTLEMENT, body.visit_id),
        _key(Kind.CASE, body.visit_id),
    ]
    return [*found, _key(Kind.AGENCY, message.source), _key(Kind.ORDERS_OF, body.person_id)]


def _orders(person_id: str) -> list[Key]:
    return [_key(Kind.ORDERS_OF, person_id), _key(Kind.CASES_OF, person_id)]


def _undo(person_id: str) -> list[Key]:
    found = [_key(Kind.STAYS, person_id), _key(Kind.ACCOUNT, person_id), _key(Kind.YEAR, _ALL_YEARS)]
    return [*found, _key(Kind.PERSONAL_ACCOUNT, person_id)]


def of_page(message: Message, body: SubmitCasePage | CasePageDue) -> list[Key]:
    """A case page that came or is overdue, while nobody cancels the discharge; if it came, also the bill."""
    found = [_key(Kind.VISIT_ADDED_TO, body.visit_id), _key(Kind.PAGE, body.visit_id)]
    if not isinstance(body, SubmitCasePage):
        return found
    billed = [_key(Kind.UPLOADS, body.visit_id), _key(Kind.BILL, body.visit_id)]
    return [*found, *billed, _key(Kind.INSTITUTION, body.institution_id)]


def of_filing(message: Message, body: FilingAccepted) -> list[Key]:
    """A filing: the person's filings and stays."""
    return [_key(Kind.FILING, body.person_id), _key(Kind.STAYS, body.person_id)]


def of_filing_ended(message: Message, body: FilingEnded) -> list[Key]:
    """A filing that ended: the person's filings; if it was cancelled, all that the person has settled."""
    found = [_key(Kind.FILING, body.person_id)]
    return [*found, *_settled(body.person_id)] if body.reason == "cancelled" else found


def of_coverage(message: Message, body: CoverageChanged) -> list[Key]:
    """A coverage: the person's coverages, and the policies of the insured area and scheme."""
    return [
        _key(Kind.COVERAGE, body.person_id),
        _key(Kind.INSURED_AT, body.insured_area, body.scheme),
    ]


def of_qualification(message: Message, body: DiseaseQualified) -> list[Key]:
    """A qualification: the person's qualifications, since a later bill of the same batch may need them."""
    return [_key(Kind.QUALIFIED, body.person_id)]


def of_area(message: Message, body: InstitutionPublished | CataloguePublished) -> list[Key]:
    """An institution or a catalogue page: the catalogue of its area."""
    return [_key(Kind.AREA, body.area)]


def of_center(message: Message, body: CenterRegistered) -> list[Key]:
    """A center: its node, since a later request of the same batch may come from it."""
    return [_key(Kind.CENTER, body.center_id)]


def of_mapping(message: Message, body: MappingPublished) -> list[Key]:
    """A code mapping of an institution."""
    return [_key(Kind.MAPPED, body.institution_id)]


def of_prices(message: Message, body: PricesPublished) -> list[Key]:
    """Prices of an area."""
    return [_key(Kind.PRICES_OF, body.area)]


def of_agreement(message: Message, body: AgreementSigned) -> list[Key]:
    """An agreement: the insured areas' catalogues, which may classify later uploads of the same batch."""
    return [_key(Kind.CATALOGUES_OF, "the insured")] if body.catalog_mode != "treatment" else []


def of_undo_admit(person_id: str) -> list[Key]:
    """An admission undone: the person's stays, and whether anything was uploaded for them."""
    return [_key(Kind.STAYS, person_id), _key(Kind.UPLOADS_OF, person_id)]


def of_undo_upload(person_id: str) -> list[Key]:
    """An upload undone: all that was uploaded for the person."""
    return [_key(Kind.UPLOADS_OF, person_id)]


def of_undo_discharge(person_id: str) -> list[Key]:
    """A discharge undone: the person's stays, and their cases of reimbursement."""
    return [_key(kind, person_id) for kind in (Kind.STAYS, Kind.PAGES_OF, Kind.CASES_OF)]


def of_undo_settlement(person_id: str) -> list[Key]:
    """A settlement undone: all that the person has settled, and what was ordered on it."""
    return [*_settled(person_id), *_undo(person_id), *_orders(person_id)]


def of_undo_self_paid(person_id: str) -> list[Key]:
    """A self-paid bill undone: the person's bills, and what was ordered on them."""
    return [_key(Kind.BILLS_OF, person_id), *_orders(person_id)]


def _settled(person_id: str) -> list[Key]:
    """All that a person has settled, so that reversals in one batch come out the same as in several."""
    return [_key(Kind.STAYS, person_id), _key(Kind.SETTLED_OF, person_id)]
