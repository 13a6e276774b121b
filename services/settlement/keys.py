"""Which rows each message needs to know, by kind; `load` knows what the kinds mean. Pure."""

from collections.abc import Iterable

from services.settlement.model.case_page import CasePageDue
from services.settlement.model.claims.reimbursement import SelfPaidUploadDue
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
    SubmitCasePage,
    UploadCosts,
)

KEY_SEPARATOR = " "
"""Between the two parts of a key, which have none themselves."""

_ALL_YEARS = "0"


def has_return(lines: Iterable[FeeLine]) -> bool:
    """Whether something is returned (退费)."""
    return any(line.quantity[0] == "-" for line in lines)


def of_admit(message: Message, body: AdmitPatient) -> list[Key]:
    """An admission: the visit, the person, the institution, the visit it continues."""
    before = [("visit_seen", body.continues_visit_id)] if body.continues_visit_id else []
    return [("visit", body.visit_id), ("institution", body.institution_id), *_person(body.person_id), *before]


def of_upload(message: Message, body: UploadCosts) -> list[Key]:
    """An upload of costs: a return needs the whole visit, anything else only adds to it."""
    visit, returns = body.visit_id, has_return(body.lines)
    found = [
        ("visit" if returns else "visit_added_to", visit),
        ("upload", f"{visit}{KEY_SEPARATOR}{body.upload_id}"),
        ("institution", body.institution_id),
        _classified(body),
    ]
    return [*found, ("uploads_whole", visit)] if returns else found


def _classified(body: UploadCosts | SettleOutpatient | UploadSelfPaid) -> Key:
    return "classified", f"{body.institution_id}{KEY_SEPARATOR}{body.person_id}"


def of_discharge(message: Message, body: DischargePatient) -> list[Key]:
    """A discharge: the visit and what was uploaded for it."""
    return [("visit", body.visit_id), ("uploads", body.visit_id), ("institution", body.institution_id)]


def of_quote(message: Message, body: QuoteVisit) -> list[Key]:
    """A quote: as a settlement, but the visit is not locked."""
    return [("visit_seen", body.visit_id), *_stay_money(message, body)]


def of_settle(message: Message, body: SettleVisit) -> list[Key]:
    """A settlement: the visit and all that its money depends on."""
    return [("visit", body.visit_id), *_stay_money(message, body)]


def _stay_money(message: Message, body: QuoteVisit | SettleVisit) -> list[Key]:
    return [("uploads", body.visit_id), *_money(message, body)]


def of_settle_outpatient(message: Message, body: SettleOutpatient) -> list[Key]:
    """An outpatient bill: the visit, its lines, and what its money depends on."""
    found = [("visit", body.visit_id), ("care_since", body.service_on.isoformat()), _classified(body)]
    found += [("qualified", body.person_id)] if body.disease else []
    return [*found, *_money(message, body)]


def _money(message: Message, body: QuoteVisit | SettleVisit | SettleOutpatient) -> list[Key]:
    person, year = body.person_id, str(message.day.year if message.day else 0)
    found = [("institution", body.institution_id), *_person(person), ("account", person), ("year", year)]
    found.append(("care", person))
    return [*found, ("personal_account", person)] if body.use_account else found


def _person(person_id: str) -> list[Key]:
    return [("coverage", person_id), ("filing", person_id)]


def of_reverse(message: Message, body: ReverseSettlement) -> list[Key]:
    """All that the person has settled: what built on the one named is worked out without it."""
    found = [("visit", body.visit_id), ("settlement", body.visit_id), ("institution", body.institution_id)]
    found.append(("agency", message.source))
    return [*found, *of_undo_settlement(body.person_id), *_person(body.person_id)]


def of_upload_self_paid(message: Message, body: UploadSelfPaid) -> list[Key]:
    """A self-paid bill: the visit, its case and bill, and its lines."""
    return [
        ("visit", body.visit_id),
        ("case", body.visit_id),
        ("bill", body.visit_id),
        ("invoice", f"{body.institution_id}{KEY_SEPARATOR}{body.invoice_id}"),
        ("institution", body.institution_id),
        ("agency", message.source),
        ("coverage", body.person_id),
        ("compared", body.person_id),
        _classified(body),
    ]


def of_miss_bill(message: Message, body: SelfPaidUploadDue) -> list[Key]:
    """A self-paid bill that did not come: the visit and its case."""
    return [("visit_seen", body.visit_id), ("case", body.visit_id)]


def of_claim(message: Message, body: ClaimReimbursement) -> list[Key]:
    """A claim by hand: the bill, who asks, and what its money depends on."""
    person, acting = body.person_id, body.acting_agency
    found = [("visit", body.visit_id), ("bill", body.visit_id), ("agency", message.source)]
    found += [("center", acting)] if acting else []
    year = str(message.day.year if message.day else 0)
    found += [("institution", body.institution_id), *_person(person), ("account", person), ("year", year)]
    return [*found, ("care", person), ("qualified", person), *_orders(person)]


def of_report_paid(message: Message, body: ReportReimbursementPaid) -> list[Key]:
    """A payment that is reported: the settlement, its case and the orders of the person."""
    found = [("visit", body.visit_id), ("settlement", body.visit_id), ("case", body.visit_id)]
    return [*found, ("agency", message.source), ("orders_of", body.person_id)]


def _orders(person_id: str) -> list[Key]:
    return [("orders_of", person_id), ("cases_of", person_id)]


def _undo(person_id: str) -> list[Key]:
    found = [("stays", person_id), ("account", person_id), ("year", _ALL_YEARS)]
    return [*found, ("personal_account", person_id)]


def of_page(message: Message, body: SubmitCasePage | CasePageDue) -> list[Key]:
    """A case page, or one that did not come."""
    found = [("visit_seen", body.visit_id), ("page", body.visit_id)]
    if not isinstance(body, SubmitCasePage):
        return found
    billed = [("uploads", body.visit_id), ("bill", body.visit_id)]
    return [*found, *billed, ("institution", body.institution_id)]


def of_filing(message: Message, body: FilingAccepted) -> list[Key]:
    """A filing: the person's filings and stays."""
    return [("filing", body.person_id), ("stays", body.person_id)]


def of_filing_ended(message: Message, body: FilingEnded) -> list[Key]:
    """A filing that ended: one that was cancelled touches all that was settled by it."""
    found = [("filing", body.person_id)]
    return [*found, *_settled(body.person_id)] if body.reason == "cancelled" else found


def of_coverage(message: Message, body: CoverageChanged) -> list[Key]:
    """A coverage: the person, and what the insured area has."""
    return [("coverage", body.person_id), ("insured_at", f"{body.insured_area}{KEY_SEPARATOR}{body.scheme}")]


def of_qualification(message: Message, body: DiseaseQualified) -> list[Key]:
    """Bills of this very batch may be of the person."""
    return [("qualified", body.person_id)]


def of_area(message: Message, body: InstitutionPublished | CataloguePublished) -> list[Key]:
    """Registers of an area."""
    return [("area", body.area)]


def of_center(message: Message, body: CenterRegistered) -> list[Key]:
    """Requests of this very batch may be of its node."""
    return [("center", body.center_id)]


def of_mapping(message: Message, body: MappingPublished) -> list[Key]:
    """A code mapping of an institution."""
    return [("mapped", body.institution_id)]


def of_prices(message: Message, body: PricesPublished) -> list[Key]:
    """Prices of an area."""
    return [("prices_of", body.area)]


def of_agreement(message: Message, body: AgreementSigned) -> list[Key]:
    """Uploads of this very batch may be classified by it."""
    return [("catalogues_of", "the insured")] if body.catalog_mode != "treatment" else []


def of_undo_admit(person_id: str) -> list[Key]:
    """An admission undone: the person's stays, and whether anything was uploaded for them."""
    return [("stays", person_id), ("uploads_of", person_id)]


def of_undo_upload(person_id: str) -> list[Key]:
    """An upload undone: all that was uploaded for the person."""
    return [("uploads_of", person_id)]


def of_undo_settlement(person_id: str) -> list[Key]:
    """A settlement undone: all that the person has settled, and what was ordered on it."""
    return [*_settled(person_id), *_undo(person_id), *_orders(person_id)]


def of_undo_self_paid(person_id: str) -> list[Key]:
    """A self-paid bill undone: the person's bills, and what was ordered on them."""
    return [("bills_of", person_id), *_orders(person_id)]


def _settled(person_id: str) -> list[Key]:
    """All that a person has settled: what is taken back in one batch is the same as in several."""
    return [("stays", person_id), ("settled_of", person_id)]
