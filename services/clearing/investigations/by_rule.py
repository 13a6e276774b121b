"""Opens investigations by rule (按规则协查): of stays that cost more than their agreement's limit."""

from collections.abc import Iterable, Iterator, Sequence

from services.clearing.heard import agreement_fact
from services.clearing.investigations.model import Investigation
from services.clearing.model.known import Known
from services.clearing.model.line import Line, Moved
from services.clearing.statements.notices import tell_centers, tell_institution
from shared.bus.message import Decision, Message, Notice
from shared.calendar import add_working_days
from shared.identity import derive
from shared.messages.clearing.investigations import InvestigationOpened
from shared.money import yuan
from shared.month.lines import reversal_id

_STAY = "inpatient"


def entered(known: Known, message: Message, rows: Sequence[object]) -> Decision:
    """The rows of lines, with an investigation of each stay that is entered by them and costs too much."""
    facts: list[InvestigationOpened] = []
    opened: list[object] = []
    notices: list[Notice] = []
    for line in _new_stays(known, rows):
        row = _investigation(known, message, line)
        if row is None:
            continue
        fact = opened_fact(row, "ABOVE_LIMIT")
        facts.append(fact)
        opened.append(row)
        notices += tell_centers(known, [fact], known.sides_of(line))
        notices += tell_institution(known, line.institution_id, fact)
    return Decision(facts=facts, rows=(*rows, *opened), notices=notices)


def opened_fact(row: Investigation, why: str) -> InvestigationOpened:
    """The fact that an investigation is open."""
    return InvestigationOpened.model_validate(
        {
            "investigation_id": row.investigation_id,
            "line_id": row.line_id,
            "settlement_id": row.settlement_id,
            "institution_id": row.institution_id,
            "why": why,
            "center_id": row.opened_by or None,
            "officer": row.officer or None,
            "reason": row.reason,
            "evidence": tuple(row.evidence),
            "begun_on": row.opened_on,
            "answer_by": row.answer_by,
        }
    )


def _new_stays(known: Known, rows: Iterable[object]) -> Iterator[Line]:
    """The stays among these rows that an agreement covers for the first time."""
    for row in rows:
        line = row.line if isinstance(row, Moved) else row
        if not isinstance(line, Line) or line.visit_kind != _STAY or line.line_id != line.settlement_id:
            continue
        kept = known.lines.get(line.line_id)
        is_back = reversal_id(line.line_id) in known.lines
        if line.agreement_id and not is_back and (kept is None or kept.agreement_id is None):
            yield line


def _investigation(known: Known, message: Message, line: Line) -> Investigation | None:
    assert line.agreement_id
    terms = agreement_fact(max(known.periods[line.agreement_id].values(), key=lambda one: one.in_force_from))
    if line.total_fen <= terms.investigate_above_fen:
        return None
    day = message.day or line.business_on
    return Investigation(
        derive("investigation", line.line_id),
        line.line_id,
        line.settlement_id,
        line.institution_id,
        "",
        "",
        f"住院费用超过 {yuan(terms.investigate_above_fen)} 元 / the stay costs more",
        [],
        day,
        add_working_days(day, terms.decide_working_days),
    )
