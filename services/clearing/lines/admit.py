"""Decides which late lines are let in (逾期准入): two officers of the center that pays them say so."""

from dataclasses import replace

from services.clearing.centers.rules import speaker_fault
from services.clearing.lines.place import placed
from services.clearing.model.evidence import Admission, AdmissionAsked
from services.clearing.model.known import Known
from services.clearing.model.line import Line, Moved
from services.clearing.statements.notices import tell_centers, tell_institution
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.admissions import AdmitLine, LineAdmitted
from shared.messages.clearing.outcomes import AdmissionKept
from shared.month.outcome import Aside


def admit_line(known: Known, message: Message, body: AdmitLine) -> Decision:
    """Keeps what the first officer asks; places the line when another one says the same."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := _fault(known, message, body):
        return Decision(answer=fault)
    line, asked = known.lines[body.line_id], known.asked.get(body.line_id)
    if asked is None:
        row = AdmissionAsked(line.line_id, body.center_id, body.officer, body.reason, message.day)
        return Decision(rows=[row], answer=accept(AdmissionKept(line_id=line.line_id)))
    if asked.officer == body.officer:
        return Decision(answer=refuse("SAME_OFFICER", f"officer: {body.officer}"))
    return _let_in(known, message, body, line, asked)


def _let_in(known: Known, message: Message, body: AdmitLine, line: Line, asked: AdmissionAsked) -> Decision:
    assert message.day is not None
    row = Admission(line.line_id, message.day, body.officer)
    seen = replace(known, admissions={**known.admissions, line.line_id: row})
    rows = placed(seen, line.settlement_id, (), message.day, message.partition)
    [moved] = [one.line for one in rows if isinstance(one, Moved) and one.line.line_id == line.line_id]
    fact = LineAdmitted(
        line_id=line.line_id,
        settlement_id=line.settlement_id,
        institution_id=line.institution_id,
        center_id=body.center_id,
        asked_by=asked.officer,
        admitted_by=body.officer,
        admitted_on=message.day,
        month=moved.month or "",
        reason=asked.reason,
    )
    told = tell_centers(known, [fact], known.sides_of(line))
    told += tell_institution(known, line.institution_id, fact)
    return Decision([fact], [row, *rows], accept(AdmissionKept(line_id=line.line_id, month=fact.month)), told)


def _fault(known: Known, message: Message, body: AdmitLine) -> Answer | None:
    """Refuses a line that is not kept, a center that does not pay it, and a line that is not late itself.

    A reversal that is late with its settlement goes where that goes, and is not let in alone.
    """
    line = known.lines.get(body.line_id)
    if line is None:
        return refuse("UNKNOWN_LINE", body.line_id)
    if line.insured_center != body.center_id:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    if fault := speaker_fault(known, message, body.center_id):
        return fault
    if line.aside != Aside.LATE:
        return refuse("LINE_NOT_LATE", body.line_id)
    settled = known.lines.get(line.settlement_id)
    if settled is not None and settled is not line and settled.aside == Aside.LATE:
        return refuse("SETTLEMENT_FIRST", settled.line_id)
    return None
