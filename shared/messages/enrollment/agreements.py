"""What travels about agreements (协议) between two areas: who advances, whose catalogue, which months."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import AmountFen, Area, Body, Fact, Identifier, Request, Scheme

FundingMode = Literal["HOSPITAL_ADVANCE", "AGENCY_PREFUND", "CITY_ADVANCE", "RESERVE_FUND"]
CatalogMode = Literal["treatment", "insured", "provincial"]


class Agreement(Body):
    """An agreement (协议) between an insured and a treatment area: who advances, whose catalogue.

    It covers admissions and services up to the day before `in_force_until`. 000 三(三)3 (hospital advances),
    001 (二十一) (agency prefunds).
    """

    agreement_id: Identifier
    insured_area: Area
    treatment_area: Area
    schemes: tuple[Scheme, ...]
    insured_center: Area
    treatment_center: Area
    funding_mode: FundingMode
    catalog_mode: CatalogMode = "treatment"
    in_force_from: date
    in_force_until: date
    prefund_quota_fen: AmountFen = 0
    cut_off_day: int = Field(default=0, ge=0, le=28, description="last business day of a month; 0 = its end")


class SignAgreement(Request, Agreement):
    """Puts an agreement in force."""

    TOPICS = ("registry.commands",)
    KEY = "agreement_id"


class AgreementSigned(Fact, Agreement):
    """An agreement is in force as given."""

    TOPICS = ("enrollment.events",)
    KEY = "agreement_id"
