"""What travels about visits (就诊), their costs, quotes, settlements and case pages."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import FilingUsed
from shared.messages.amounts import CategoryAmounts, FeeAmounts, Payments
from shared.messages.body import (
    Area,
    Body,
    Category,
    Count,
    Fact,
    Fen,
    Identifier,
    InstitutionId,
    Price,
    Quantity,
    Question,
    Request,
    Scheme,
    Text,
)
from shared.messages.scope import SCOPE, Scope
from shared.messages.settlement.outpatient.prescriptions import Prescription

_DESK = ("realtime.encounters",)
_EVENTS = ("settlement.events",)

Credential = Literal["01", "02", "03", "04"]
CredentialId = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="由登记服务给出，见 FindPerson / given by enrollment, see FindPerson",
    ),
]
DischargeWay = Literal["1", "2", "3", "4", "5", "9"]

Diagnoses = Annotated[tuple[Identifier, ...], Field(max_length=100)]
"""Diagnoses by their codes, as many as the national form takes (`diseinfo`)."""


class Control(Body):
    """A control total (对账总数): what the sender counted; what does not add up is refused."""

    lines: Count
    total_fen: Fen


class DayControl(Body):
    """What is held of one day's uploads, `more_uploads` unnamed; told when a control total differs."""

    cost_on: date
    uploads: tuple[str, ...]
    more_uploads: Count = 0
    lines: Count
    total_fen: Fen


class FeeLine(Body):
    """One fee line (费用明细): the treatment area's catalogue classifies it; negative for a return."""

    line: Identifier
    item: Identifier
    category: Category
    quantity: Quantity
    price: Price


class VisitRequest(Request):
    """What every request about one visit names."""

    KEY = "person_id"
    visit_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId


class TraumaRequest(VisitRequest):
    """What may be about trauma (外伤): whether a third party is liable, and the signed "nobody is"."""

    third_party: bool = False
    liability_statement_id: Identifier | None = None


class AdmitPatient(TraumaRequest):
    """Registers an inpatient admission (入院登记, NHSA 2401), at once.

    Without a credential the stay is not paid by any fund until one is shown (`ShowCredential`), 001 (十六).
    `credential_id`: which one `FindPerson` found; `verified_by`: the officer who compared it with the person.
    """

    TOPICS = _DESK
    admitted_on: date
    credential: Credential | None = None
    credential_id: CredentialId | None = None
    verified_by: Identifier | None = None
    emergency: bool = False
    trauma: bool = False
    diagnoses: Diagnoses = ()
    continues_visit_id: Identifier | None = None


class UploadCosts(VisitRequest):
    """Uploads fee lines of one day (费用明细上传, NHSA 2301); the last before a settlement go to the desk."""

    TOPICS = ("daily.costs", "realtime.encounters")
    upload_id: Identifier
    cost_on: date
    lines: tuple[FeeLine, ...] = Field(min_length=1, max_length=2000)
    control: Control


class DischargePatient(VisitRequest):
    """Registers the discharge (出院登记, NHSA 2402); `paid` says whether it will be settled directly."""

    TOPICS = _DESK
    discharged_on: date
    way: DischargeWay
    diagnoses: Diagnoses = ()
    paid: Literal["direct", "self"] = "direct"


class QuoteVisit(TraumaRequest):
    """Asks what a settlement would be now (预结算, NHSA 2303); changes nothing."""

    TOPICS = _DESK
    control: Control
    use_account: bool = False


class SettleVisit(TraumaRequest):
    """Settles an inpatient visit (结算, NHSA 2304) on the business day its stream has reached."""

    TOPICS = _DESK
    control: Control
    use_account: bool = False


class OutpatientBill(TraumaRequest):
    """What a request about an outpatient or pharmacy bill (门诊/药店账单) brings: all of its lines."""

    kind: Literal["outpatient_general", "outpatient_chronic", "pharmacy"]
    disease: Identifier | None = None
    service_on: date
    credential: Credential
    credential_id: CredentialId | None = None
    verified_by: Identifier | None = None
    trauma: bool = False
    lines: tuple[FeeLine, ...] = Field(min_length=1, max_length=2000)
    control: Control
    use_account: bool = False
    prescriptions: tuple[Prescription, ...] = Field(default=(), max_length=20)


class QuoteOutpatient(OutpatientBill, Question):
    """Asks what a settlement of an outpatient bill would be now (门诊预结算, NHSA 2206); changes nothing."""

    TOPICS = _DESK


class SettleOutpatient(OutpatientBill):
    """Settles an outpatient or pharmacy bill whole, lines and all (门诊/药店结算, NHSA 2207, 2102)."""

    TOPICS = _DESK


class ReverseSettlement(VisitRequest):
    """Takes a settlement back (退费/结算撤销, NHSA 2305); `cascade`: what built on it is settled again."""

    TOPICS = _DESK
    settlement_id: Identifier
    reason: Text
    cascade: bool = False


class VisitSubject(Fact):
    """What every fact about a visit names."""

    KEY = "person_id"
    visit_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId


class VisitAdmitted(VisitSubject):
    """A visit is open (已入院), with the coverage it was admitted under."""

    TOPICS = _EVENTS
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    admitted_on: date
    heard_on: date
    trauma: bool = False
    registered_at: Annotated[str, Field(max_length=40)] = ""
    scope: Scope = SCOPE


class VisitCancelled(VisitSubject):
    """An admission was undone (取消入院)."""

    TOPICS = _EVENTS


class CostsUploaded(VisitSubject):
    """An upload is kept, split line by line; late if heard after the next working day."""

    TOPICS = _EVENTS
    upload_id: Identifier
    cost_on: date
    heard_on: date
    late: bool
    lines: Count
    unknown_items: Count
    amounts: FeeAmounts


class UploadWithdrawn(VisitSubject):
    """An upload was undone before the settlement."""

    TOPICS = _EVENTS
    upload_id: Identifier


class PatientDischarged(VisitSubject):
    """The patient has left (已出院); the case page falls due."""

    TOPICS = _EVENTS
    discharged_on: date
    way: DischargeWay
    paid: Literal["direct", "self"]
    case_page_due_on: date


class SettlementSubject(VisitSubject):
    """What a settlement and its reversal both say; at home is `pooling_area` (none: the insured area).

    `treatment_pool`: the pooling area of the place of treatment, where one was told.
    """

    settlement_id: Identifier
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    kind: VisitKind
    settled_on: date
    payments: Payments
    pooling_area: Area | None = None
    treatment_pool: Area | None = None
    scope: Scope = SCOPE


class WorkedOut(SettlementSubject):
    """What a settlement says beyond its reversal: under which filing and policy, for which care."""

    attempt: Count
    service_on: date
    discharged_on: date | None
    filing: FilingUsed
    filing_id: Identifier | None
    policy_id: Identifier
    disease: Identifier | None = None
    by_category: dict[Category, CategoryAmounts]


class SettlementCompleted(WorkedOut):
    """A bill is settled (结算完成): the patient paid personal_fen, the funds owe fund_fen.

    `goes_on`: of a stay settled in between (中途结算), up to `discharged_on`; nobody has left.
    `terms_on`: a later part's admission, whose agreement counts. `attempts_apart`: before, parts or by hand.
    """

    TOPICS = _EVENTS
    goes_on: bool = False
    terms_on: date | None = None
    attempts_apart: Count = 0


class SettlementReversed(SettlementSubject):
    """A settlement is taken back (冲正): a row that points at the old one; `payments` are the old ones."""

    TOPICS = _EVENTS
    reversal_id: Identifier
    reversed_on: date
    reason: Text


class CorrectionCaseOpened(VisitSubject):
    """A filing came after its settlement, or was cancelled after use: an agency looks; the hospital knows."""

    TOPICS = (*_EVENTS, "reply.<node>")
    case_id: Identifier
    settlement_id: Identifier
    filing_id: Identifier
    opened_on: date
