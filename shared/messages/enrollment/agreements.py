"""What travels about agreements (协议) between two areas: who advances, whose catalogue, which months."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.areas import province
from shared.messages.body import (
    INTEGER,
    AmountFen,
    Area,
    Body,
    Count,
    Fact,
    Identifier,
    InstitutionId,
    Request,
    Scheme,
)

FundingMode = Literal["HOSPITAL_ADVANCE", "AGENCY_PREFUND", "CITY_ADVANCE", "RESERVE_FUND"]
CatalogMode = Literal["treatment", "insured", "provincial"]
Claims = Literal["required", "none"]
InterestOwner = Literal["insured", "treatment"]
Review = Literal["BY_RULE", "ONE_STEP", "TWO_STEP"]
_BY_DEFAULT = "缺省为所在省的结算中心 / by default the center of its province"
DayOfMonth = Annotated[int, Field(ge=0, le=28)]
# A year of working days: a longer term is a slip, and its day may lie beyond the calendar.
WorkingDays = Annotated[int, Field(ge=0, le=250, description=INTEGER)]
# A day that every year has, so not 29 February: spelt out, for readers whose language has no such check.
_EVERY_YEAR = (
    r"^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))$"
)


def _month_day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(_EVERY_YEAR, value):
        return value
    raise PydanticCustomError("month_day_form", "must be a month and day MM-DD of every year")


MonthDay = Annotated[str, Field(pattern=_EVERY_YEAR), BeforeValidator(_month_day)]


def default_claims(known: dict[str, Any]) -> Claims:
    """Whether a claim is required where the agreement does not say: it is where hospitals advance."""
    return "required" if known.get("funding_mode") == "HOSPITAL_ADVANCE" else "none"


def default_case_page_required(known: dict[str, Any]) -> bool:
    """Whether a case page is required where the agreement does not say: it is where claims are."""
    return known.get("claims") == "required"


MOST_NAMED = 500
"""The institutions that an agreement may name."""


class Chosen(Body):
    """An institution that an insured place has chosen (选定的定点机构)."""

    institution_id: InstitutionId


class Agreement(Body):
    """An agreement (协议) between an insured and a treatment area: who advances, whose catalogue.

    It covers admissions and services up to the day before `in_force_until`. 000 三(三)3 (hospital advances),
    001 (二十一) (agency prefunds). From `cut_off_day` on stand the parameters (清算参数) of its months, whose
    the interest of what lies ahead is (001 (二十三)), and who reviews claims (审核方式): the rules alone, the
    treatment center (004-1 (八)), or the insured center first and the treatment center second (004-5 三(五)).
    `review_delegated`: filings for lack of local capacity are reviewed by the treatment place's agency
    (004-2 四), by the insured place's rules. `institutions`: those that the insured place has chosen among
    the treatment place's, parties to the agreement too (三方协议, 004-5 三(二)(三)); none: all of them.
    `follows_agreement_id`: the agreement in whose place it comes, of the same places and schemes but perhaps
    another funding mode: it begins on the day on which that one ends, whose months end by its own terms.
    """

    agreement_id: Identifier
    insured_area: Area
    treatment_area: Area
    schemes: tuple[Scheme, ...] = Field(max_length=10)
    insured_center: Area
    treatment_center: Area
    funding_mode: FundingMode
    catalog_mode: CatalogMode = "treatment"
    in_force_from: date
    in_force_until: date
    prefund_quota_fen: AmountFen = 0
    cut_off_day: int = Field(default=0, ge=0, le=28, description="last business day of a month; 0 = its end")
    declare_by_day: DayOfMonth = 0
    claims: Claims = Field(default_factory=default_claims)
    case_page_required: bool = Field(default_factory=default_case_page_required)
    max_delay_months: Count = 2
    year_close: MonthDay = "03-31"
    confirm_working_days: WorkingDays = 5
    pay_working_days: WorkingDays = 10
    decide_working_days: WorkingDays = 20
    investigate_above_fen: AmountFen = 3_000_000
    interest_owner: InterestOwner = "insured"
    review: Review = "BY_RULE"
    review_delegated: bool = False
    institutions: tuple[Chosen, ...] = Field(default=(), max_length=MOST_NAMED)
    follows_agreement_id: Identifier | None = None


class SignAgreement(Request, Agreement):
    """Puts an agreement in force; a side that names no center has its province's (000 三(三)1)."""

    TOPICS = ("registry.commands",)
    KEY = "agreement_id"
    insured_center: Area = Field(
        default_factory=lambda known: province(known["insured_area"]), description=_BY_DEFAULT
    )
    treatment_center: Area = Field(
        default_factory=lambda known: province(known["treatment_area"]), description=_BY_DEFAULT
    )


class AgreementSigned(Fact, Agreement):
    """An agreement is in force as given."""

    TOPICS = ("enrollment.events",)
    KEY = "agreement_id"
