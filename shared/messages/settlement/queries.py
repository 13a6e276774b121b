"""What an institution asks without changing anything (查询): a visit, a person, the day, its books."""

from datetime import date

from pydantic import Field

from shared.messages.body import AmountSumFen, Area, Body, Count, Fen, Identifier, InstitutionId, Question
from shared.messages.settlement.visits import VisitRequest

_DESK = ("realtime.encounters",)
_BOOKS = ("daily.costs",)  # asked in numbers, by programs: not beside the desks


class QueryVisit(VisitRequest, Question):
    """Asks how a visit stands: its state, sums, settlement, case page (就诊与结算查询, NHSA 5201, 5203)."""

    TOPICS = _DESK


class QueryFees(VisitRequest, Question):
    """Asks for a visit's fee lines as they were split, 200 at a time (费用明细查询, NHSA 5204)."""

    TOPICS = _BOOKS
    skip: Count = 0


class QueryPerson(Question):
    """Asks what a person is entitled to at an institution on a day (人员待遇资格, NHSA 1101, 2001)."""

    TOPICS = _DESK
    KEY = "person_id"
    person_id: Identifier
    institution_id: InstitutionId
    service_on: date


class QueryDay(Question):
    """Asks which business day (营业日) the desk has reached."""

    TOPICS = _DESK
    KEY = "institution_id"
    institution_id: InstitutionId


class BooksRequest(Question):
    """What asks for an institution's settlements of a period (时段): `until_on` is the first day after it."""

    KEY = "institution_id"
    institution_id: InstitutionId
    from_on: date
    until_on: date


class QuerySettlements(BooksRequest):
    """Asks for an institution's direct settlements of a period, 100 at a time (结算查询).

    `after_on`, `after_settlement_id`: day and id of the last one told before; only what follows is told.
    """

    TOPICS = _BOOKS
    after_on: date | None = None
    after_settlement_id: Identifier | None = None


class Totals(Body):
    """Sums of an institution's settlements (对账总额): those in force, without what was taken back."""

    settlements: Count
    total_fen: AmountSumFen
    fund_fen: AmountSumFen
    account_fen: AmountSumFen
    cash_fen: AmountSumFen


class StatedSettlement(Body):
    """A settlement as the institution has it in its own books (对账明细)."""

    settlement_id: Identifier
    total_fen: Fen
    fund_fen: Fen


class ReconcileSettlements(BooksRequest):
    """Compares an institution's books with ours, the totals or each settlement (对账, NHSA 3201, 3202).

    Without `lines` only the totals are compared. `insured_area`: only what persons of this place had.
    """

    TOPICS = _BOOKS
    totals: Totals
    lines: tuple[StatedSettlement, ...] = Field(default=(), max_length=5000)
    insured_area: Area | None = None
