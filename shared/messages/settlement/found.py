"""What the answers to questions carry (查询结果): a visit, a person's entitlement, the books."""

from datetime import date
from typing import Literal

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import Calculator, FilingUsed
from shared.messages.amounts import CategoryAmounts, Payments
from shared.messages.body import (
    AmountFen,
    Area,
    Body,
    Category,
    Count,
    Fen,
    Identifier,
    Price,
    Quantity,
    Result,
    Scheme,
)
from shared.messages.settlement.guide import FilingGuide
from shared.messages.settlement.queries import Totals
from shared.messages.settlement.visits import DayControl

VisitState = Literal[
    "announced", "admitted", "discharged", "self_paid", "uploaded", "settled", "reversed", "cancelled"
]
ListLack = Literal["SETTLEMENT", "CREDENTIAL", "DISCHARGE", "COSTS", "CASE_PAGE"]
Difference = Literal["NOT_HERE", "NOT_STATED", "STATED_TWICE", "TAKEN_BACK", "AMOUNT_DIFFERS"]


class DerivedStep(Body):
    """One step of how an amount came about (计算步骤), in the order of calculation."""

    step: str
    text: str
    clause: str
    amount_fen: Fen


class FoundSettlement(Body):
    """A visit's newest settlement (结算信息), and how its amounts came about.

    `calculator`: where it was worked out, as its policy says; `home_tier`: what the hospital's counted as.
    """

    settlement_id: str
    attempt: Count
    settled_on: date
    in_force: bool
    policy_id: str
    filing: FilingUsed
    filing_id: str | None
    payments: Payments
    by_category: dict[Category, CategoryAmounts]
    steps: tuple[DerivedStep, ...]
    calculator: Calculator | None = None
    hospital_tier: str | None = None
    home_tier: str | None = None
    treatment_area: Area | None = None


class StayPart(Body):
    """Which part of a stay settled in between (中途结算) a visit is, counted from 1.

    `first_visit_id` is the visit by which the stay began; `goes_on`: there is a further part.
    """

    first_visit_id: str
    part: Count
    goes_on: bool


def hospital_days(begins_on: date, ends_on: date, part: StayPart | None) -> int:
    """How many days a stay takes (住院天数): its nights, at least one; those of its parts come to as many.

    Of a part that goes on the last day counts, since nobody leaves on it; a last part that begins on the day
    of leaving has none.
    """
    nights = (ends_on - begins_on).days
    if part is None:
        return max(nights, 1)
    return nights + part.goes_on


class VisitFound(Result):
    """How a visit stands (就诊状态): what is held of it day by day, and its newest settlement.

    Of `missing_days`, passed days of a stay, nothing was uploaded. `list_lacks`: what the settlement list
    (结算清单, NHSA 4101) still lacks; it is complete where that is empty. `diagnoses`: of the case page that
    counts, the main one first; `stay_part`: of a stay settled in between.
    """

    result: Literal["visit_found"] = "visit_found"
    visit_id: str
    kind: VisitKind
    state: VisitState
    insured_area: Area
    scheme: Scheme
    service_on: date
    discharged_on: date | None
    days: tuple[DayControl, ...]
    case_page_due_on: date | None
    received_on: date | None
    settlement: FoundSettlement | None
    missing_days: tuple[date, ...] = ()
    list_lacks: tuple[ListLack, ...] | None = None
    diagnoses: tuple[Identifier, ...] = ()
    stay_part: StayPart | None = None


class FoundLine(Body):
    """One fee line (费用明细) as it was split; the parts add up to its amount."""

    upload_id: str
    cost_on: date
    line: str
    item: str
    local_item: str | None
    category: Category
    quantity: Quantity
    price: Price
    level: Literal["01", "02", "03"]
    known_item: bool
    amount_fen: Fen
    full_self_pay_fen: Fen
    over_limit_fen: Fen
    pre_self_pay_fen: Fen


class FeesFound(Result):
    """A page of a visit's fee lines, by day, upload and line; `more`: there are further ones."""

    result: Literal["fees_found"] = "fees_found"
    visit_id: str
    lines: tuple[FoundLine, ...]
    more: bool


class Eligibility(Body):
    """Whether a kind of care can be settled directly (待遇资格): OK, or why not."""

    kind: VisitKind
    code: str


class PersonFound(Result):
    """What a person is entitled to on a day (人员待遇信息); `filing` would count for a stay from then.

    `guide` tells which filings are open where none would count, away from home.
    """

    result: Literal["person_found"] = "person_found"
    person_id: str
    insured_area: Area
    pooling_area: Area
    scheme: Scheme
    retired: bool
    identities: tuple[str, ...]
    account_balance_fen: AmountFen
    filing: FilingUsed
    filing_id: str | None
    diseases: tuple[str, ...]
    eligible: tuple[Eligibility, ...]
    guide: FilingGuide | None = None


class UploadTakenBack(Result):
    """An upload is undone (已撤销上传); its id stays taken."""

    result: Literal["upload_taken_back"] = "upload_taken_back"
    visit_id: str
    upload_id: str


class ListedSettlement(Body):
    """A settlement in an institution's list (结算清单行); `reversed_on`: it was taken back that day."""

    settlement_id: str
    visit_id: str
    person_id: str
    kind: VisitKind
    insured_area: Area
    scheme: Scheme
    settled_on: date
    total_fen: Fen
    fund_fen: Fen
    account_fen: Fen
    cash_fen: Fen
    reversed_on: date | None


class SettlementsFound(Result):
    """A page of an institution's settlements, by day and id; `more`: there are further ones."""

    result: Literal["settlements_found"] = "settlements_found"
    institution_id: str
    settlements: tuple[ListedSettlement, ...]
    more: bool


class FoundDifference(Body):
    """A settlement in which the books differ (对账差异), and why; an amount that one side lacks is none."""

    settlement_id: str
    cause: Difference
    held_total_fen: Fen | None
    held_fund_fen: Fen | None
    stated_total_fen: Fen | None
    stated_fund_fen: Fen | None


class Reconciled(Result):
    """What comparing the books came to (对账结果); `more`: there are further differences."""

    result: Literal["reconciled"] = "reconciled"
    institution_id: str
    equal: bool
    held: Totals
    differences: tuple[FoundDifference, ...]
    more: bool
