"""The rules of investigations (协查): when one opens by itself, how its line is held, who is told."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from services.clearing.heard import agreement_fact
from services.clearing.investigations.model import Held, Investigation
from services.clearing.ledger.rules import Parties
from services.clearing.model.known import Known
from services.clearing.model.line import Line
from services.clearing.model.statement import Dispute, Statement
from services.clearing.statements.disputes import lines_disputed, new_disputes
from services.clearing.statements.notices import tell_centers, tell_institution
from shared.bus.message import Message, Notice
from shared.calendar import add_working_days
from shared.messages.body import Fact
from shared.messages.clearing.disputes import DisputeLines, LinesDisputed
from shared.messages.clearing.months import DisputedLine

_AT_ONCE = 30
"""Lines held by one fact: each may bring 4 000 characters of evidence, and a record holds 900 kB."""


def statement_of(known: Known, line: Line) -> Statement | None:
    """The statement in which a line stands, if its month is sorted."""
    place = (line.agreement_id, line.scheme, line.month)
    heads = ((one.head, one) for one in known.statements.values())
    return next((one for head, one in heads if (head.agreement_id, head.scheme, head.month) == place), None)


def parties(known: Known, line: Line) -> Parties:
    """Between which centers a line is cleared: those of its statement, before there is one its own."""
    statement = statement_of(known, line)
    return statement.head if statement else known.sides_of(line)


def due_by(known: Known, line: Line, day: date) -> date:
    """The day by which the next step of an investigation is due: as for the decision of a dispute."""
    assert line.agreement_id
    return add_working_days(day, agreement_fact(known.agreements[line.agreement_id]).decide_working_days)


def hold(
    known: Known, day: date, statement: Statement, investigated: Iterable[Investigation]
) -> tuple[list[LinesDisputed], list[object]]:
    """What takes investigated lines out of a statement: disputes, of its center or, by rule, the insured one.

    A line that a center disputes already is out of it anyway, and goes by that dispute.
    """
    head, before = statement.head, known.disputes.get(statement.head.statement_id, {})
    new = [one for one in investigated if one.line_id not in before]
    facts: list[LinesDisputed] = []
    rows: list[object] = [Held(one.investigation_id, one.line_id, head.statement_id) for one in new]
    by_center = sorted((_center(head, one), one.line_id, one) for one in new)
    for center_id, ones in groupby(by_center, key=lambda one: one[0]):
        disputes = _disputes(known, day, head.statement_id, center_id, [one for _, _, one in ones])
        facts += [lines_disputed(disputes[at : at + _AT_ONCE]) for at in range(0, len(disputes), _AT_ONCE)]
        rows += disputes
    return facts, rows


def hold_investigated(
    known: Known, message: Message, statement: Statement
) -> tuple[list[LinesDisputed], list[object]]:
    """What takes lines out of a statement that are investigated when it is issued."""
    assert message.day is not None
    ones = [
        one
        for line_id, one in sorted(known.investigations.by_line.items())
        if statement_of(known, known.lines[line_id]) is statement
    ]
    return hold(known, message.day, statement, ones)


def told(known: Known, line: Line, facts: Sequence[Fact]) -> list[Notice]:
    """The notices of what becomes of an investigation: to both centers and to the institution."""
    notices = tell_centers(known, facts, parties(known, line))
    return notices + [one for fact in facts for one in tell_institution(known, line.institution_id, fact)]


def _center(head: Parties, one: Investigation) -> str:
    return one.opened_by if one.opened_by == head.treatment_center else head.insured_center


def _disputes(
    known: Known, day: date, statement_id: str, center_id: str, ones: Sequence[Investigation]
) -> list[Dispute]:
    lines = tuple(
        DisputedLine(line_id=one.line_id, reason=one.reason, evidence=tuple(one.evidence)) for one in ones
    )
    body = DisputeLines.model_construct(statement_id=statement_id, center_id=center_id, disputed=lines)
    return new_disputes(known, day, body)
