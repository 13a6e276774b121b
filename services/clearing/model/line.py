"""Lines: what each settlement and each reversal is to clearing. No rule lives here."""

from datetime import date
from typing import NamedTuple

from shared.funds import Funds


class Candidate(NamedTuple):
    """A settlement or its reversal (negative) as a line, before an agreement is found for it.

    `service_on`, the day of the admission or service, finds the agreement: the day the desk asked it for
    (001 (十一)). A reversal goes the way of its settlement instead; its own day only says when to look again.
    `business_on`, the day of the settlement or of the reversal, finds the month.
    """

    line_id: str
    settlement_id: str
    visit_id: str
    person_id: str
    institution_id: str
    visit_kind: str
    insured_area: str
    treatment_area: str
    scheme: str
    service_on: date
    business_on: date
    total_fen: int
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int


class Line(NamedTuple):
    """A clearing line (清算明细), immutable: under which agreement and in which month it is cleared.

    The centers are those it was entered with; the month's statement may be another pair's, and takes it over.
    """

    line_id: str
    settlement_id: str
    visit_id: str
    person_id: str
    institution_id: str
    visit_kind: str
    insured_area: str
    scheme: str
    agreement_id: str
    month: str
    insured_center: str
    treatment_center: str
    business_on: date
    total_fen: int
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int

    @property
    def funds(self) -> Funds:
        """What the funds owe for it."""
        return Funds(*self[-4:])


def reversal_line_id(settlement_id: str) -> str:
    """The id of the line that takes a settlement's line back; in order it stands right behind it."""
    return settlement_id + ".r"


class SetAside(NamedTuple):
    """A line that no agreement covers yet; `told` once it was said to all."""

    candidate: Candidate
    told: bool


class AgreementFound(NamedTuple):
    """A line that was held aside has found its agreement."""

    line_id: str


class LineReported(NamedTuple):
    """It was said to all that a line is held aside."""

    line_id: str


class Returned(NamedTuple):
    """A line does not come back in a later month after all: its statement is open again."""

    line_id: str
    month: str


class CarriedLine(NamedTuple):
    """A disputed line stands in a later month again; the centers are those of the statement it left."""

    line_id: str
    month: str
    agreement_id: str
    scheme: str
    business_on: date
    institution_id: str
    insured_center: str
    treatment_center: str
