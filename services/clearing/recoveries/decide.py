"""Decides recoveries (追回): what was unduly paid goes back by fund to the insured place (001 (十八)).

A recovery is a line of its own, below zero, in the month of its day; it moves the books as its settlement
did, the other way, and the institution is paid so much less. Fines and breach money are no part of it.
"""

from datetime import date
from typing import NamedTuple

from services.clearing.centers.rules import speaker_fault
from services.clearing.lines.decide import fall_due
from services.clearing.lines.place import placed
from services.clearing.model.known import Known
from services.clearing.model.line import Line
from services.clearing.statements.notices import tell_centers, tell_institution
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.amounts import FundAmounts
from shared.messages.answer import Answer, accept
from shared.messages.clearing.investigations import OrderRecovery, RecoveryDecided
from shared.messages.clearing.outcomes import RecoveryKept
from shared.month.funds import ZERO, Funds
from shared.month.reading import InvalidFactsError


class Recovery(NamedTuple):
    """A recovery to be made (追回): of which settlement, how much, by whom and why."""

    recovery_id: str
    settlement_id: str
    funds: Funds
    center_id: str
    officer: str
    reason: str
    evidence: tuple[str, ...]
    investigation_id: str | None = None


def order_recovery(known: Known, message: Message, body: OrderRecovery) -> Decision:
    """Recovers money of a settlement on the word of the center that treats with the institution today."""
    settled = known.lines.get(body.settlement_id)
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if settled is None or settled.line_id != settled.settlement_id:
        return Decision(answer=refuse("UNKNOWN_SETTLEMENT", body.settlement_id))
    sides = known.sides(settled.agreement_id, message.day) if settled.agreement_id else None
    if sides is None or sides.treatment_center != body.center_id:
        return Decision(answer=refuse("CENTER_NOT_YOURS", body.center_id))
    if fault := speaker_fault(known, message, body.center_id):
        return Decision(answer=fault)
    recovery = Recovery(
        message.derive("recovery"),
        body.settlement_id,
        funds_of(body.recovered),
        body.center_id,
        body.officer,
        body.reason,
        body.evidence,
    )
    made = recover(known, message, recovery)
    if isinstance(made, Answer):
        return Decision(answer=made)
    rows, fact = made
    told = tell_centers(known, [fact], known.sides_of(settled), sides)
    told += tell_institution(known, settled.institution_id, fact)
    kept = RecoveryKept(recovery_id=fact.recovery_id, settlement_id=fact.settlement_id, month=fact.month)
    return Decision([fact], rows, accept(kept), told)


def recover(
    known: Known, message: Message, recovery: Recovery
) -> Answer | tuple[list[object], RecoveryDecided]:
    """The rows of a recovery's line and its fact; a refusal of more than the settlement's lines came to.

    Whatever of the settlement waits to be placed with it (a line carried on) is placed by the same rows.
    """
    assert message.day is not None
    if recovery.funds == ZERO or min(recovery.funds) < 0:
        return refuse("RECOVERY_NOT_POSSIBLE", "recovered")
    settled, day, slot = known.lines[recovery.settlement_id], message.day, message.partition
    try:
        rows = placed(known, settled.settlement_id, [_line(settled, recovery, day)], day, slot)
    except InvalidFactsError:
        return refuse("RECOVERY_NOT_POSSIBLE", recovery.settlement_id)
    [line] = [row for row in rows if isinstance(row, Line) and row.line_id == recovery.recovery_id]
    rows += fall_due(known, line, day, slot)
    return rows, _decided(settled, recovery, line, day)


def funds_of(amounts: FundAmounts) -> Funds:
    """The amounts of a message, fen per fund."""
    return Funds(**amounts.model_dump())


def _line(settled: Line, recovery: Recovery, day: date) -> Line:
    """The line of a recovery, not yet placed."""
    return settled._replace(
        line_id=recovery.recovery_id,
        why="recovered",
        business_on=day,
        total_fen=0,
        **recovery.funds.negative()._asdict(),
        agreement_id=None,
        insured_center=None,
        treatment_center=None,
        month=None,
        aside=None,
    )


def _decided(settled: Line, recovery: Recovery, line: Line, day: date) -> RecoveryDecided:
    return RecoveryDecided(
        recovery_id=recovery.recovery_id,
        settlement_id=settled.settlement_id,
        institution_id=settled.institution_id,
        insured_area=settled.insured_area,
        center_id=recovery.center_id,
        officer=recovery.officer,
        recovered=FundAmounts(**recovery.funds._asdict()),
        decided_on=day,
        month=line.month or "",
        reason=recovery.reason,
        evidence=recovery.evidence,
        investigation_id=recovery.investigation_id,
    )
