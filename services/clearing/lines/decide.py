"""Hears settlements, their reversals and case pages, and places their lines.

A settlement at home becomes no line: nothing is cleared between centers. A reversal whose settlement never
arrived is held aside: alone it would take back what nobody was charged for.
"""

from dataclasses import replace
from datetime import date

from services.clearing.claims.answer import closed_by_reversal
from services.clearing.investigations.by_rule import entered
from services.clearing.ledger.rules import Entry, postings
from services.clearing.lines.place import placed
from services.clearing.lines.rules import RECOVERED, UNHEARD, reversed_line, settled_line, was_at_home
from services.clearing.model.claim import PageHeld
from services.clearing.model.due import RetryLine
from services.clearing.model.evidence import PageCame
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event
from services.clearing.model.line import Line, LineReported, Moved
from services.clearing.model.month import Payable
from services.clearing.model.terms import due_month
from services.clearing.statements.notices import tell_institution
from shared.bus.message import NOTHING, Decision, Message
from shared.identity import derive
from shared.messages.clearing.months import LineSetAside
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from shared.month.outcome import Aside
from shared.month.reading import InvalidFactsError


def enter_settlement(known: Known, message: Message, body: SettlementCompleted) -> Decision:
    """Enters a settlement as a line; a stay that costs too much is investigated at once."""
    if was_at_home(body):
        return NOTHING
    line = settled_line(body)
    rows = placed(known, body.settlement_id, [line], line.business_on, message.partition)
    return entered(known, message, rows)


def enter_reversal(known: Known, message: Message, body: SettlementReversed) -> Decision:
    """Enters a reversal as a negative line; what was paid for an accepted claim is due back.

    It is held aside where money of the settlement was recovered before. A claim under review is left by the
    settlement: nobody has to say anything of it any more.
    """
    if was_at_home(body) and body.settlement_id not in known.lines:
        return NOTHING
    id, slot = body.settlement_id, message.partition
    try:
        rows = placed(known, id, [reversed_line(body)], body.reversed_on, slot)
    except InvalidFactsError:
        return _held_aside(known, reversed_line(body)._replace(aside=RECOVERED))
    if id in known.reviews:
        rows += _back(known, rows, slot)
    return entered(known, message, [*rows, *closed_by_reversal(known, body)])


def receive_page(known: Known, message: Message, body: CasePageReceived) -> Decision:
    """Notes that the case page of a visit came, and places what waited for it."""
    rows: list[object] = [PageHeld(body.visit_id, body.discharge_id, counts=True)]
    if body.visit_id in known.pages:
        return Decision(rows=rows)
    rows.append(PageCame(body.visit_id, body.received_on))
    seen = replace(known, pages={**known.pages, body.visit_id: body.received_on})
    for id in known.waiting(body.visit_id):
        rows += placed(seen, id, (), body.received_on, message.partition)
    return entered(known, message, rows)


def retry_line(known: Known, message: Message, body: RetryLine) -> Decision:
    """Places a line that is held aside, if what it waited for is there by now; if not, reports it once."""
    line = known.lines.get(body.line_id)
    if line is None or line.aside is None:
        return NOTHING
    rows = placed(known, body.settlement_id, (), line.business_on, message.partition)
    moved = [row.line for row in rows if isinstance(row, Moved) and row.line.line_id == body.line_id]
    line = moved[0] if moved else line
    done = entered(known, message, rows)
    if line.aside is None or (body.line_id in known.told and not moved):
        return done
    told = _told(line)
    notices = tell_institution(known, body.institution_id, told)
    return Decision(
        (*done.facts, told), (*done.rows, LineReported(body.line_id)), None, (*done.notices, *notices)
    )


def fall_due(known: Known, line: Line, on: date, slot: int) -> list[object]:
    """The rows by which an accepted claim falls due with a month; a reversal's line takes it back.

    Where hospitals do not advance, they are paid for the lines of the month, and nothing falls due apart.
    """
    assert line.agreement_id
    if known.terms(line.agreement_id).funding_mode != "HOSPITAL_ADVANCE":
        return []
    entry = Entry(
        derive("advance", line.line_id), Event.ADVANCE_ACCEPTED, on, line.funds, slot, line.institution_id
    )
    month = due_month(known.terms(line.agreement_id).months, on, known.books[line.agreement_id])
    payable = Payable(line.line_id, line.agreement_id, line.institution_id, month, *line.funds)
    return [payable, *postings(entry, known.sides_of(line))]


def _back(known: Known, rows: list[object], slot: int) -> list[object]:
    lines = [row for row in rows if isinstance(row, Line) and row.agreement_id]
    return [row for line in lines for row in fall_due(known, line, line.business_on, slot)]


def _held_aside(known: Known, line: Line) -> Decision:
    told = _told(line)
    notices = tell_institution(known, line.institution_id, told)
    return Decision(facts=(told,), rows=(line, LineReported(line.line_id)), notices=notices)


_WHY = {
    UNHEARD: "NO_SETTLEMENT",
    RECOVERED: "RECOVERED",
    Aside.UNAGREED: "NO_AGREEMENT",
    Aside.LATE: "LATE",
}


def _told(line: Line) -> LineSetAside:
    return LineSetAside.model_validate(
        {
            "line_id": line.line_id,
            "settlement_id": line.settlement_id,
            "institution_id": line.institution_id,
            "insured_area": line.insured_area,
            "treatment_area": line.treatment_area,
            "scheme": line.scheme,
            "business_on": line.business_on,
            "fund_fen": line.funds.fund_fen,
            "why": _WHY[line.aside or ""],
        }
    )
