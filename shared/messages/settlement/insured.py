"""What an insured place asks of its own persons (参保地查询): visits, settlements, filings."""

from datetime import date
from typing import Literal

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import FilingUsed
from shared.messages.body import Area, Body, Fen, Identifier, InstitutionId, Question, Result, Scheme
from shared.messages.scope import SCOPE, Scope
from shared.messages.settlement.found import VisitState


class QueryInsured(Question):
    """Asks for a person's visits and filings under a coverage of the asking center's area, 100 at a time.

    000 三(一)3: a pooling area reads what concerns its own persons, and nothing of others. `after_on` and
    `after_visit_id`: day and id of the last visit told before; only what follows it is told.
    """

    TOPICS = ("daily.costs",)  # asked in numbers, by programs: not beside the desks
    KEY = "person_id"
    person_id: Identifier
    after_on: date | None = None
    after_visit_id: Identifier | None = None


class InsuredVisit(Body):
    """A visit of an insured person, and its settlement in force; amounts are 0 where there is none."""

    visit_id: str
    institution_id: InstitutionId
    kind: VisitKind
    state: VisitState
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    service_on: date
    discharged_on: date | None
    settlement_id: str | None
    settled_on: date | None
    total_fen: Fen
    fund_fen: Fen
    account_fen: Fen
    cash_fen: Fen
    scope: Scope = SCOPE


class InsuredFiling(Body):
    """A filing of an insured person, as it counts for the ratio; `ends_on` is exclusive."""

    filing_id: str
    filing: FilingUsed
    destination_area: Area
    starts_on: date
    ends_on: date | None


class InsuredFound(Result):
    """What was found of an insured person (参保人就医信息), by day and id; `more`: further visits."""

    result: Literal["insured_found"] = "insured_found"
    person_id: str
    visits: tuple[InsuredVisit, ...]
    filings: tuple[InsuredFiling, ...]
    more: bool
