"""Finds investigations that were not answered or not closed by their day (协查逾期), and tells it once."""

from services.clearing.investigations.model import Reminded
from services.clearing.investigations.rules import parties
from services.clearing.model.due import TellInvestigation
from services.clearing.model.known import Known
from services.clearing.statements.notices import tell_centers
from shared.bus.message import NOTHING, Decision, Message
from shared.messages.clearing.investigations import InvestigationOverdue, Unanswered


def tell_investigation(known: Known, message: Message, body: TellInvestigation) -> Decision:
    """Tells both centers whose turn it is: the treatment center's to answer, the insured one's to close."""
    one = known.investigations.by_line.get(body.line_id)
    if one is None or message.day is None:
        return NOTHING
    answer = known.investigations.answers.get(one.investigation_id)
    omitted: Unanswered = "CLOSURE" if answer else "ANSWER"
    due_on = answer.close_by if answer else one.answer_by
    row = Reminded(one.investigation_id, omitted, due_on)
    if due_on >= message.day or row in known.investigations.reminded:
        return NOTHING
    sides = parties(known, known.lines[one.line_id])
    fact = InvestigationOverdue(
        investigation_id=one.investigation_id,
        line_id=one.line_id,
        settlement_id=one.settlement_id,
        institution_id=one.institution_id,
        omitted=omitted,
        center_id=sides.insured_center if answer else sides.treatment_center,
        due_on=due_on,
    )
    return Decision([fact], [row], None, tell_centers(known, [fact], sides))
