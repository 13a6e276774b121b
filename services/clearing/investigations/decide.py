"""Decides investigations (费用协查, 001 (二十)): opened, answered by the treatment side, closed.

A line that is investigated is held alone: a dispute takes it out of its statement, and its month stays as it
is. Closing rejects that dispute, so that the line is carried into a later month, and what the treatment side
found undue goes back by a recovery of its own.
"""

from dataclasses import replace

from services.clearing.centers.rules import speaker_fault
from services.clearing.investigations.by_rule import opened_fact
from services.clearing.investigations.model import Answered, Closed, Investigation
from services.clearing.investigations.rules import due_by, hold, parties, statement_of, told
from services.clearing.lines.place import placed
from services.clearing.model.evidence import Decided
from services.clearing.model.known import Known
from services.clearing.model.line import Line
from services.clearing.model.statement import State
from services.clearing.recoveries.decide import Recovery, funds_of, recover
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.clearing.disputes import DisputeDecided
from shared.messages.clearing.investigations import (
    AnswerInvestigation,
    CloseInvestigation,
    InvestigationAnswered,
    InvestigationClosed,
    OpenInvestigation,
)
from shared.messages.clearing.outcomes import InvestigationKept
from shared.month.funds import ZERO

_HOLDABLE = (State.ISSUED, State.INSURED_CONFIRMED, State.TREATMENT_CONFIRMED)


def open_investigation(known: Known, message: Message, body: OpenInvestigation) -> Decision:
    """Opens an investigation; the line drops out of its statement if that is not confirmed by both yet.

    If it stands in none yet, it drops out when the statement is issued.
    """
    fault = _fault(known, message, body, "insured_center", "treatment_center") or _not_open(known, body)
    if fault or message.day is None:
        return Decision(answer=fault or refuse("NO_DAY_OPEN"))
    line, day = known.lines[body.line_id], message.day
    row = Investigation(
        message.derive("investigation"),
        line.line_id,
        line.settlement_id,
        line.institution_id,
        body.center_id,
        body.officer,
        body.reason,
        list(body.evidence),
        day,
        due_by(known, line, day),
    )
    facts: list[Fact] = [opened_fact(row, "BY_HAND")]
    rows: list[object] = [row]
    statement = statement_of(known, line)
    if statement and statement.state in _HOLDABLE:
        disputed, disputes = hold(known, day, statement, [row])
        facts += disputed
        rows += disputes
    answer = InvestigationKept(
        investigation_id=row.investigation_id, line_id=line.line_id, due_on=row.answer_by
    )
    return Decision(facts, rows, accept(answer), told(known, line, facts))


def answer_investigation(known: Known, message: Message, body: AnswerInvestigation) -> Decision:
    """Keeps the answer of the treatment center, and what it found to be unduly paid."""
    fault = _fault(known, message, body, "treatment_center") or _not_there(known, body)
    undue = funds_of(body.undue) if body.undue else None
    if undue is not None and (undue == ZERO or min(undue) < 0):
        fault = fault or refuse("RECOVERY_NOT_POSSIBLE", "undue")
    if fault or message.day is None:
        return Decision(answer=fault or refuse("NO_DAY_OPEN"))
    line, one = known.lines[body.line_id], known.investigations.by_line[body.line_id]
    before = known.investigations.answers.get(one.investigation_id)
    number, by = before.number + 1 if before else 1, due_by(known, line, message.day)
    row = Answered(
        *(one.investigation_id, number, body.officer, body.findings, list(body.evidence), undue),
        *(message.day, by),
    )
    fact = InvestigationAnswered(
        **body.model_dump(include={"line_id", "center_id", "officer", "findings", "undue", "evidence"}),
        investigation_id=one.investigation_id,
        settlement_id=one.settlement_id,
        institution_id=one.institution_id,
        answered_on=message.day,
        close_by=by,
    )
    answer = InvestigationKept(investigation_id=one.investigation_id, line_id=one.line_id, due_on=by)
    return Decision([fact], [row], accept(answer), told(known, line, [fact]))


def close_investigation(known: Known, message: Message, body: CloseInvestigation) -> Decision:
    """Closes an investigation: the line is carried on if it was held, and what was undue goes back."""
    fault = (
        _fault(known, message, body, "insured_center") or _not_there(known, body) or _too_much(known, body)
    )
    if fault or message.day is None:
        return Decision(answer=fault or refuse("NO_DAY_OPEN"))
    one = known.investigations.by_line[body.line_id]
    seen, facts, rows = _released(known, message, body)
    recovery_id = message.derive("recovery") if body.recovered else None
    if body.recovered and recovery_id:
        recovery = Recovery(
            *(recovery_id, one.settlement_id, funds_of(body.recovered), body.center_id, body.officer),
            *(body.reason, (), one.investigation_id),
        )
        made = recover(seen, message, recovery)
        if isinstance(made, Answer):
            return Decision(answer=made)
        rows += made[0]
        facts.append(made[1])
    elif rows:
        rows += placed(seen, one.settlement_id, (), message.day, message.partition)
    rows.append(
        Closed(one.investigation_id, one.line_id, body.officer, body.reason, recovery_id, message.day)
    )
    facts.append(_closed(message, body, one, recovery_id))
    answer = InvestigationKept(
        investigation_id=one.investigation_id, line_id=one.line_id, recovery_id=recovery_id
    )
    return Decision(facts, rows, accept(answer), told(known, known.lines[one.line_id], facts))


def _released(
    known: Known, message: Message, body: CloseInvestigation
) -> tuple[Known, list[Fact], list[object]]:
    """What lets a held line go: the dispute that held it is rejected, and the line is carried on."""
    statement_id = known.investigations.held_in.get(body.line_id)
    if statement_id is None or message.day is None:
        return known, [], []
    row = Decided(body.line_id, statement_id, message.day, "rejected", None)
    fact = DisputeDecided(
        statement_id=statement_id,
        center_id=body.center_id,
        line_id=body.line_id,
        ruling="rejected",
        reason=body.reason,
        decided_on=message.day,
    )
    return replace(known, decisions={**known.decisions, body.line_id: row}), [fact], [row]


def _closed(
    message: Message, body: CloseInvestigation, one: Investigation, recovery_id: str | None
) -> InvestigationClosed:
    assert message.day is not None
    return InvestigationClosed(
        investigation_id=one.investigation_id,
        line_id=one.line_id,
        settlement_id=one.settlement_id,
        institution_id=one.institution_id,
        center_id=body.center_id,
        officer=body.officer,
        found="recovered" if recovery_id else "nothing_found",
        recovery_id=recovery_id,
        reason=body.reason,
        closed_on=message.day,
    )


_Body = OpenInvestigation | AnswerInvestigation | CloseInvestigation


def _fault(known: Known, message: Message, body: _Body, *sides: str) -> Answer | None:
    """Refuses a line that no agreement covers, and all centers but those on these sides of it."""
    line = known.lines.get(body.line_id)
    if line is None or line.agreement_id is None:
        return refuse("UNKNOWN_LINE", body.line_id)
    may = [getattr(parties(known, line), side) for side in sides]
    if body.center_id not in may:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    return speaker_fault(known, message, body.center_id)


def _not_open(known: Known, body: OpenInvestigation) -> Answer | None:
    """Refuses a line that is investigated, that a decision carried on, or that is just being sorted."""
    line: Line = known.lines[body.line_id]
    if body.line_id in known.investigations.by_line:
        return refuse("INVESTIGATION_OPEN", body.line_id)
    if body.line_id in known.decisions:
        return refuse("DISPUTE_DECIDED", body.line_id)
    if known.is_sorted(line) and statement_of(known, line) is None:
        return refuse("BATCH_STATE", State.SORTED)
    return None


def _not_there(known: Known, body: _Body) -> Answer | None:
    is_there = body.line_id in known.investigations.by_line
    return None if is_there else refuse("NO_INVESTIGATION", body.line_id)


def _too_much(known: Known, body: CloseInvestigation) -> Answer | None:
    """Refuses to recover more than the treatment center has found undue."""
    if body.recovered is None:
        return None
    one = known.investigations.by_line[body.line_id]
    answer = known.investigations.answers.get(one.investigation_id)
    undue = answer.undue if answer and answer.undue else ZERO
    is_found = funds_of(body.recovered).is_part_of(undue)
    return None if is_found else refuse("RECOVERY_NOT_POSSIBLE", f"recovered: 0 … {undue.due_fen}")
