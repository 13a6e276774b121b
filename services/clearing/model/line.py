"""Lines: the form in which clearing keeps settlements and what comes of them. No rule lives here."""

from datetime import date
from typing import NamedTuple

from shared.month.funds import Funds


class Line(NamedTuple):
    """A clearing line (清算明细): money of one settlement, in a month of an agreement or held aside.

    `why` says what it stands for, `aside` why it stands in no statement. A settlement's own line is kept from
    the day it is heard, with or without an agreement. The centers are those it was entered with: the month's
    statement may be between two others, to whom the sort then moves its money. A line changes only while its
    month is not sorted. `terms_on`: the day whose agreement covers it, where that is not `service_on`.
    """

    line_id: str
    settlement_id: str
    why: str
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
    account_fen: int
    agreement_id: str | None = None
    insured_center: str | None = None
    treatment_center: str | None = None
    month: str | None = None
    aside: str | None = None
    terms_on: date | None = None

    @property
    def funds(self) -> Funds:
        """What the funds and the account owe for the line, fen; negative for a reversal."""
        return Funds(*self[13:18])


class Moved(NamedTuple):
    """A line that is kept already stands elsewhere (明细变更): another month, agreement or amount."""

    line: Line


class LineReported(NamedTuple):
    """It was reported to all services that a line is held aside."""

    line_id: str
