"""Lines: the form in which clearing keeps settlements and reversals. No rule lives here."""

from datetime import date
from typing import NamedTuple

from shared.funds import Funds


class Candidate(NamedTuple):
    """A settlement or its reversal (negative) as a line whose agreement is still to be found (待定明细).

    `service_on`, the day of the admission or service, finds the agreement, as it did at the hospital's desk
    (001 (十一)). A reversal uses its settlement's agreement; its own `service_on` only decides when the
    search is repeated. `business_on`, the day of the settlement or of the reversal, finds the month.
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
    """A clearing line (清算明细): a settlement or reversal, with the agreement and the month that clear it.

    A line is never changed. Its centers are those it was entered with; the month's statement may be between
    two other centers, to whom the sort then moves its money.
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
        """What the funds owe for the line, fen per fund; negative for a reversal."""
        return Funds(*self[-4:])


def reversal_line_id(settlement_id: str) -> str:
    """The id of the line that takes a settlement's line back; it sorts right behind the settlement's id."""
    return settlement_id + ".r"


class SetAside(NamedTuple):
    """A line held aside (挂起明细): no agreement covers it yet, or its settlement has not arrived.

    `told`: it was reported to all services.
    """

    candidate: Candidate
    told: bool


class AgreementFound(NamedTuple):
    """A line that was held aside has found its agreement."""

    line_id: str


class LineReported(NamedTuple):
    """It was reported to all services that a line is held aside."""

    line_id: str


class Returned(NamedTuple):
    """A carried line is taken out of its later month, because the statement it left is open again."""

    line_id: str
    month: str


class CarriedLine(NamedTuple):
    """A disputed line carried into a later month (结转明细), with the centers of the statement it left."""

    line_id: str
    month: str
    agreement_id: str
    scheme: str
    business_on: date
    institution_id: str
    insured_center: str
    treatment_center: str
