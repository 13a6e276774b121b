"""Enters each settlement and reversal as a line with a journal entry, or holds it aside and reports it.

A reversal uses its settlement's agreement, whatever was signed since, or is held aside with it. It is held
aside too if its settlement never arrived: alone it would take back what nobody was charged for. A settlement
at home becomes no line: nothing is cleared between centers.
"""

from datetime import date

from services.clearing.ledger.rules import Entry, postings
from services.clearing.lines.rules import reversed_line, settled_line, was_at_home
from services.clearing.model.due import RetryLine
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event
from services.clearing.model.line import AgreementFound, Candidate, Line, LineReported
from services.clearing.model.month import Payable
from services.clearing.model.terms import place_line
from services.clearing.statements.notices import tell_institution
from shared.bus.message import NOTHING, Decision, Message
from shared.identity import derive
from shared.messages.clearing.months import LineSetAside
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed, SettlementSubject


def enter_settlement(known: Known, message: Message, body: SettlementCompleted) -> Decision:
    """Enters a settlement as a line, or holds it aside."""
    return _hear(known, body, settled_line(body), message.partition)


def enter_reversal(known: Known, message: Message, body: SettlementReversed) -> Decision:
    """Enters a reversal as a negative line, or holds it aside."""
    aside = known.unagreed.get(body.settlement_id)
    service_on = aside.candidate.service_on if aside else body.settled_on
    return _hear(known, body, reversed_line(body, service_on), message.partition)


def retry_line(known: Known, message: Message, body: RetryLine) -> Decision:
    """Enters a line that was held aside, if its agreement is found by now; if not, reports it once."""
    aside = known.unagreed.get(body.line_id)
    if aside is None:
        return NOTHING
    rows = _enter(known, aside.candidate, message.partition)
    if rows:
        return Decision(rows=[AgreementFound(body.line_id), *rows])
    if aside.told:
        return NOTHING
    told = _told(known, aside.candidate)
    notices = tell_institution(known, body.institution_id, told)
    return Decision(facts=(told,), rows=(LineReported(body.line_id),), notices=notices)


def fall_due(line: Line, agreement: AgreementSigned, month: str, on: date, slot: int) -> list[object]:
    """The rows by which an accepted advance falls due with a month; a reversal's line takes it back."""
    entry = Entry(
        derive("advance", line.line_id), Event.ADVANCE_ACCEPTED, on, line.funds, slot, line.institution_id
    )
    payable = Payable(line.line_id, line.agreement_id, line.institution_id, month, *line.funds)
    return [payable, *postings(entry, agreement)]


def _hear(known: Known, body: SettlementSubject, candidate: Candidate, slot: int) -> Decision:
    if was_at_home(body) and candidate.settlement_id not in known.lines:
        return NOTHING
    return Decision(rows=_enter(known, candidate, slot) or (candidate,))


def _agreement_of(known: Known, candidate: Candidate) -> str | None:
    settled = known.lines.get(candidate.settlement_id)
    if settled:
        return settled.agreement_id
    if _is_reversal(candidate):
        return None
    found = known.agreement_for(candidate)
    return found.agreement_id if found else None


def _enter(known: Known, candidate: Candidate, slot: int) -> list[object]:
    """The rows of a line under its agreement; none when no agreement is found for it.

    A reversal never enters a month before its settlement's, even if the cut-off day was changed meanwhile.
    """
    id, settled = _agreement_of(known, candidate), known.lines.get(candidate.settlement_id)
    if id is None:
        return []
    terms = known.terms_on(id, candidate.business_on)
    line = place_line(candidate, terms, known.books[id], settled.month if settled else "")
    entry = Entry(line.line_id, Event.SETTLED, line.business_on, line.funds, slot, line.institution_id)
    rows: list[object] = [line, *postings(entry, terms)]
    if _is_reversal(line) and line.settlement_id in known.claimed:
        rows += fall_due(line, terms, line.month, line.business_on, slot)
    return rows


def _is_reversal(line: Candidate | Line) -> bool:
    return line.line_id != line.settlement_id


def _told(known: Known, line: Candidate) -> LineSetAside:
    origin = line.settlement_id in known.unagreed
    return LineSetAside(
        line_id=line.line_id,
        settlement_id=line.settlement_id,
        institution_id=line.institution_id,
        insured_area=line.insured_area,
        treatment_area=line.treatment_area,
        scheme=line.scheme,
        business_on=line.business_on,
        fund_fen=sum(line[-4:]),
        why="NO_AGREEMENT" if origin else "NO_SETTLEMENT",
    )
