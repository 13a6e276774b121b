"""What travels about the yearly assessment of institutions (年度考核): recorded once, recognised by all."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import INTEGER, Body, Fact, InstitutionId, NodeId, Proof, Request
from shared.messages.enrollment.network.issuers import Year

Score = Annotated[int, Field(ge=0, le=100, description=f"百分制 / of 100; {INTEGER}")]


class Assessment(Body):
    """How an institution was assessed for a year (考核结果), its service to people from elsewhere included.

    004-5 三(二): that service is part of assessment and grading. 三(三): the insured place recognises the
    result of the place where the institution lies, rather than assess it again.
    """

    institution_id: InstitutionId
    year: Year
    score: Score
    outsiders_score: Score
    outcome: Literal["passed", "to_improve", "failed", "withdrawn"]
    reason: Proof


class RecordAssessment(Request, Assessment):
    """Records the assessment of an institution for a year (登记考核结果), by who answers for its place.

    Recorded again, by who told it or who stands above it, it is as it was told last; one recorded by mistake
    is `withdrawn`.
    """

    TOPICS = ("registry.commands",)
    KEY = "institution_id"


class InstitutionAssessed(Fact, Assessment):
    """An institution was assessed for a year, as given, on the word of a node."""

    TOPICS = ("enrollment.events",)
    KEY = "institution_id"
    assessed_on: date | None
    node_id: NodeId
