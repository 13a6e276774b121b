"""The files of the registers: which request a file's rows mean, and what its columns hold."""

from collections.abc import Mapping
from typing import NamedTuple

from services.cli.registry_import.pages.row_pages import PageRequest
from services.cli.registry_import.rows import (
    Cell,
    area,
    bank_code,
    code,
    day,
    institutions,
    integer,
    proofs,
    scheme,
    several,
    text,
    yes_no,
)
from shared.messages.body import Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.network.agencies import RegisterAgency
from shared.messages.enrollment.network.assessments import RecordAssessment
from shared.messages.enrollment.network.issuers import PublishIssuers
from shared.messages.enrollment.network.pooling import SetPooling
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.register_pages import EnrollPersons, PublishInstitutions
from shared.messages.enrollment.registers import (
    EnrollPerson,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from shared.messages.referral.changes import TakeOverFiling


class Register(NamedTuple):
    """A register's file (登记册): its name, the request of a row, its columns, which of them name the row,
    those that a file may lack, and the request of many rows. A column `a.b` is field `b` of the record `a`.
    """

    name: str
    request: type[Request]
    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()
    page: PageRequest | None = None


NODES = Register("nodes", RegisterNode, {"node_id": code, "name": text, "kind": code}, ("node_id",))
_BANK_ACCOUNT: dict[str, Cell] = {
    "bank_account.account_name": text,
    "bank_account.account_number": code,
    "bank_account.bank_name": text,
    "bank_account.bank_code": bank_code,
}
CENTERS = Register(
    "centers",
    RegisterCenter,
    {
        "center_id": area,
        "name": text,
        "node_id": code,
        "operated_by": code,
        **_BANK_ACCOUNT,
        "in_force_from": day,
        "in_force_until": day,
    },
    ("center_id",),
    optional=("operated_by", *_BANK_ACCOUNT, "in_force_from", "in_force_until"),
)
AGENCIES = Register(
    "agencies",
    RegisterAgency,
    {
        "agency_id": code,
        "name": text,
        "level": code,
        "area": area,
        "under_agency_id": code,
        "node_id": code,
        "roles": several,
        "operated_by": code,
    },
    ("agency_id",),
    optional=("operated_by",),
)
POOLING = Register(
    "pooling",
    SetPooling,
    {"area": area, "scheme": scheme, "pooling_area": area, "applies_from": day, "under_province": yes_no},
    ("area", "scheme", "applies_from"),
    optional=("under_province",),
)
INSTITUTIONS = Register(
    "institutions",
    PublishInstitution,
    {
        "institution_id": code,
        "name": text,
        "area": area,
        "tier": code,
        "node_id": code,
        "services": several,
        "status": code,
        "grade": text,
        "applies_from": day,
    },
    ("institution_id",),
    optional=("grade", "applies_from"),
    page=PublishInstitutions,
)
AGREEMENTS = Register(
    "agreements",
    SignAgreement,
    {
        "agreement_id": code,
        "insured_area": area,
        "treatment_area": area,
        "schemes": several,
        "insured_center": area,
        "treatment_center": area,
        "funding_mode": code,
        "catalog_mode": code,
        "in_force_from": day,
        "in_force_until": day,
        "prefund_quota_fen": integer,
        "cut_off_day": integer,
        "declare_by_day": integer,
        "claims": code,
        "case_page_required": yes_no,
        "max_delay_months": integer,
        "year_close": code,
        "confirm_working_days": integer,
        "pay_working_days": integer,
        "decide_working_days": integer,
        "investigate_above_fen": integer,
        "interest_owner": code,
        "review": code,
        "review_delegated": yes_no,
        "institutions": institutions,
        "follows_agreement_id": code,
    },
    ("agreement_id", "in_force_from"),
    optional=(
        "insured_center",
        "treatment_center",
        "declare_by_day",
        "claims",
        "case_page_required",
        "max_delay_months",
        "year_close",
        "confirm_working_days",
        "pay_working_days",
        "decide_working_days",
        "investigate_above_fen",
        "interest_owner",
        "review",
        "review_delegated",
        "institutions",
        "follows_agreement_id",
    ),
)
PERSONS = Register(
    "persons",
    EnrollPerson,
    {
        "person_id": code,
        "scheme": scheme,
        "insured_area": area,
        "status": code,
        "retired": yes_no,
        "identities": several,
        "covered_from": day,
        "covered_until": day,
        "account_balance_fen": integer,
        "applies_from": day,
        "account_balance_on": day,
        "ended_because": code,
    },
    ("person_id", "scheme", "insured_area"),
    optional=("applies_from", "account_balance_on", "ended_because"),
    page=EnrollPersons,
)
QUALIFICATIONS = Register(
    "qualifications",
    QualifyDisease,
    {
        "person_id": code,
        "insured_area": area,
        "disease": code,
        "qualified_from": day,
        "qualified_until": day,
    },
    ("person_id", "insured_area", "disease", "qualified_from"),
)
ISSUERS = Register(
    "issuers",
    PublishIssuers,
    {"area": area, "year": integer, "institutions": institutions, "applies_from": day},
    ("area", "year"),
    optional=("applies_from",),
)
ASSESSMENTS = Register(
    "assessments",
    RecordAssessment,
    {
        "institution_id": code,
        "year": integer,
        "score": integer,
        "outsiders_score": integer,
        "outcome": code,
        "reason": text,
    },
    ("institution_id", "year"),
)
FILINGS = Register(
    "filings",
    TakeOverFiling,
    {
        "filing_id": code,
        "person_id": code,
        "scheme": scheme,
        "insured_area": area,
        "kind": code,
        "destination_area": area,
        "filed_on": day,
        "starts_on": day,
        "ends_on": day,
        "channel": code,
        "evidence": proofs,
        "certificate_id": code,
        "certificate_issuer_id": code,
        "cannot_join_locally": yes_no,
        "institutions": institutions,
    },
    ("filing_id",),
    optional=(
        "ends_on",
        "evidence",
        "certificate_id",
        "certificate_issuer_id",
        "cannot_join_locally",
        "institutions",
    ),
)
_ALL = (
    NODES,
    CENTERS,
    AGENCIES,
    POOLING,
    INSTITUTIONS,
    ISSUERS,
    AGREEMENTS,
    PERSONS,
    QUALIFICATIONS,
    ASSESSMENTS,
    FILINGS,
)
REGISTERS = {one.name: one for one in _ALL}
