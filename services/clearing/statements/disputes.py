"""Decides how lines of a statement are disputed (争议), and how the other center answers that (裁定)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from services.clearing.centers.rules import speaker_fault
from services.clearing.heard import agreement_fact
from services.clearing.ledger.rules import Entry, postings
from services.clearing.lines.place import placed
from services.clearing.model.evidence import Decided
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.line import Line
from services.clearing.model.month import Payable
from services.clearing.model.statement import Dispute, State, Statement
from services.clearing.model.terms import due_month
from services.clearing.statements.notices import tell_centers, tell_institution
from shared.bus.message import Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.clearing.disputes import DecideDispute, DisputeDecided, DisputeLines, LinesDisputed
from shared.messages.clearing.months import ConfirmStatement, DisputedLine
from shared.messages.clearing.outcomes import DisputeAnswered, LinesKept
from shared.month.funds import ZERO, Funds
from shared.month.lines import carried_id
from shared.month.reading import InvalidFactsError

_OPEN = (State.ISSUED, State.INSURED_CONFIRMED, State.TREATMENT_CONFIRMED)


def dispute_lines(known: Known, message: Message, body: DisputeLines) -> Decision:
    """Takes lines out of a statement that is not confirmed by both yet."""
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    fault = center_fault(known, message, statement, body.center_id)
    fault = fault or line_fault(known, statement, body.disputed)
    if fault or statement.state not in _OPEN:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    new = new_disputes(known, message.day, body)
    facts = [lines_disputed(new)] if new else []
    by = new[0].decide_by if new else known.disputes[body.statement_id][body.disputed[0].line_id].decide_by
    answer = accept(LinesKept(statement_id=body.statement_id, decide_by=by))
    return Decision(facts, new, answer, tell_centers(known, facts, statement.head))


def decide_dispute(known: Known, message: Message, body: DecideDispute) -> Decision:
    """Decides a dispute: the line is carried into a later month, whole or in part, or owed no more.

    Refused where less would be left of its settlement than was recovered of it.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    fault = center_fault(known, message, statement, body.center_id) or _decision_fault(known, statement, body)
    if fault:
        return Decision(answer=fault)
    line, day = known.lines[body.line_id], message.day
    accepted = Funds(**body.accepted.model_dump()) if body.accepted else None
    row = Decided(line.line_id, body.statement_id, day, body.ruling, accepted)
    seen = replace(known, decisions={**known.decisions, line.line_id: row})
    try:
        rows = placed(seen, line.settlement_id, (), day, message.partition)
    except InvalidFactsError:
        return Decision(answer=refuse("RECOVERY_NOT_POSSIBLE", body.line_id))
    carried = [one.funds for one in rows if isinstance(one, Line) and one.line_id == carried_id(line.line_id)]
    taken = (carried[0] if carried else ZERO).less(line.funds)
    rows += _taken_back(known, statement, line, taken, message)
    fact = DisputeDecided(
        **body.model_dump(include={"statement_id", "center_id", "line_id", "ruling", "accepted", "reason"}),
        decided_on=day,
    )
    answer = DisputeAnswered(statement_id=body.statement_id, line_id=body.line_id, ruling=body.ruling)
    notices = [
        *tell_centers(known, [fact], statement.head),
        *tell_institution(known, line.institution_id, fact),
    ]
    return Decision([fact], [row, *rows], accept(answer), notices)


def _taken_back(
    known: Known, statement: Statement, line: Line, taken: Funds, message: Message
) -> list[object]:
    """What a decision takes from a line is owed no more: between the centers, and to the institution."""
    if taken == ZERO:
        return []
    assert message.day is not None
    id, day = statement.head.agreement_id, message.day
    month = due_month(known.terms(id).months, day, known.books[id])
    rows: list[object] = [Payable(carried_id(line.line_id), id, line.institution_id, month, *taken)]
    events = [Event.SETTLED]
    if known.terms(id).funding_mode == "HOSPITAL_ADVANCE":
        events.append(Event.ADVANCE_ACCEPTED)
    for event in events:
        entry = Entry(
            derive("decided", event, line.line_id), event, day, taken, message.partition, line.institution_id
        )
        found: list[Posting] = postings(entry, statement.head)
        rows += found
    return rows


def _decision_fault(known: Known, statement: Statement, body: DecideDispute) -> Answer | None:
    dispute = known.disputes.get(body.statement_id, {}).get(body.line_id)
    if dispute is None:
        return refuse("UNKNOWN_LINE", body.line_id)
    head = statement.head
    if dispute.center_id == body.center_id and head.insured_center != head.treatment_center:
        return refuse("OTHER_CENTER_DECIDES", body.line_id)
    if body.line_id in known.investigations.held_in:
        return refuse("INVESTIGATION_OPEN", body.line_id)
    if body.line_id in known.decisions:
        return refuse("DISPUTE_DECIDED", body.line_id)
    if (body.accepted is None) == (body.ruling == "adjusted"):
        return refuse("ACCEPTED_NOT_POSSIBLE", f"accepted: {body.ruling}")
    worth = known.lines[body.line_id].funds
    if body.accepted and not Funds(**body.accepted.model_dump()).is_part_of(worth):
        return refuse("ACCEPTED_NOT_POSSIBLE", f"accepted: 0 … {worth.due_fen}")
    return None


def missing(statement_id: str, statement: Statement | None) -> Answer:
    """Refuses a request that names no known statement, or for which no business day is open yet."""
    return refuse("NO_DAY_OPEN") if statement else refuse("UNKNOWN_STATEMENT", statement_id)


def center_fault(known: Known, message: Message, statement: Statement, center_id: str) -> Answer | None:
    """Refuses a center that is no party to the statement, or that the node cannot speak for on the day."""
    head = statement.head
    if center_id not in (head.insured_center, head.treatment_center):
        return refuse("CENTER_NOT_YOURS", center_id)
    return speaker_fault(known, message, center_id)


def line_fault(known: Known, statement: Statement, disputed: Iterable[DisputedLine]) -> Answer | None:
    """Refuses a line that does not stand in the statement."""
    head = statement.head
    place = (head.agreement_id, head.scheme, head.month)
    for one in disputed:
        line = known.lines.get(one.line_id)
        if line is None or (line.agreement_id, line.scheme, line.month) != place:
            return refuse("UNKNOWN_LINE", one.line_id)
    return None


def new_disputes(known: Known, day: date, body: ConfirmStatement | DisputeLines) -> list[Dispute]:
    """The disputes that were not told before, in the order of their lines, each once."""
    before = known.disputes.get(body.statement_id, {})
    new = {disputed.line_id: disputed for disputed in body.disputed if disputed.line_id not in before}
    terms = known.agreements[known.statements[body.statement_id].head.agreement_id]
    by = add_working_days(day, agreement_fact(terms).decide_working_days)
    return [
        Dispute(
            body.statement_id,
            line_id,
            body.center_id,
            one.reason,
            list(one.evidence),
            day,
            by,
            *known.lines[line_id].funds,
        )
        for line_id, one in sorted(new.items())
    ]


def lines_disputed(new: Sequence[Dispute]) -> LinesDisputed:
    """The fact about new disputes of one center."""
    return LinesDisputed(
        statement_id=new[0].statement_id,
        center_id=new[0].center_id,
        disputed=told(new),
        disputed_on=new[0].disputed_on,
        decide_by=new[0].decide_by,
    )


def told(disputes: Iterable[Dispute]) -> tuple[DisputedLine, ...]:
    """Disputes in the form that messages have."""
    return tuple(
        DisputedLine(line_id=one.line_id, reason=one.reason, evidence=tuple(one.evidence)) for one in disputes
    )


def named(disputes: Iterable[Dispute]) -> tuple[DisputedLine, ...]:
    """Disputes without their evidence, which was told when they were made: 500 of them fit a record."""
    return tuple(DisputedLine(line_id=one.line_id, reason=one.reason) for one in disputes)
