"""Decides how centers confirm statements and withdraw confirmations; a disputed line drops out alone."""

from collections.abc import Sequence
from datetime import date

from services.clearing.model.known import Known
from services.clearing.model.line import CarriedLine, Line, Returned
from services.clearing.model.periods import open_month
from services.clearing.model.statement import Dispute, DisputeWithdrawn, Progress, State, Statement
from services.clearing.statements.notices import tell_centers
from services.clearing.statements.rules import CONFIRM, WITHDRAW, owed, pay_by, payer, take_step, without
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.clearing.confirmations import (
    CenterConfirmed,
    ConfirmationWithdrawn,
    WithdrawConfirmation,
)
from shared.messages.clearing.months import ConfirmStatement, DisputedLine, StatementConfirmed, StatementHead
from shared.messages.clearing.outcomes import Confirmed, Withdrawn

_SHOWN = 10


def confirm_statement(known: Known, message: Message, body: ConfirmStatement) -> Decision:
    """Confirms a statement for one center; a line that it disputes drops out alone.

    Once both centers have confirmed, the disputed lines are carried into the next open month.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    state = take_step(statement.head, statement.state, body.center_id, CONFIRM)
    fault = center_fault(known, message, statement, body.center_id) or _line_fault(known, statement, body)
    if fault or state is None:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    new = _new_disputes(known, body)
    disputes = [*known.disputes.get(body.statement_id, {}).values(), *new]
    left_fen = owed(statement, (dispute.funds for dispute in disputes)).total_fen
    complete = state == State.CONFIRMED
    facts: tuple[Fact, ...] = (_one_side(body, new, left_fen),)
    rows: list[object] = [*new, Progress(body.statement_id, state, message.day)]
    if complete:
        done = _complete(known, message.day, statement, disputes)
        facts, rows = tuple(done.facts), [*rows, *done.rows]
    result = Confirmed(statement_id=body.statement_id, confirmed_fen=left_fen, complete=complete)
    notices = tell_centers(known, facts, statement.head)
    return Decision(facts=facts, rows=rows, answer=accept(result), notices=notices)


def withdraw_confirmation(known: Known, message: Message, body: WithdrawConfirmation) -> Decision:
    """Takes back a center's confirmation and its disputes.

    Refused with NOT_CANCELLABLE if a payment or a sorted month was built on them; the refusal names it.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    fault = center_fault(known, message, statement, body.center_id) or _built_upon(known, statement)
    state = take_step(statement.head, statement.state, body.center_id, WITHDRAW)
    if fault or state is None:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    disputes = known.disputes.get(body.statement_id, {}).values()
    own = [dispute for dispute in disputes if dispute.center_id == body.center_id]
    reopened = statement.state == State.CONFIRMED
    fact = ConfirmationWithdrawn(
        statement_id=body.statement_id,
        center_id=body.center_id,
        disputed=_told(own),
        reopened=reopened,
        reason=body.reason,
    )
    rows: list[object] = [DisputeWithdrawn(one.statement_id, one.line_id) for one in own]
    rows += [Returned(*later) for later in _come_back(known, statement)] if reopened else []
    rows.append(Progress(body.statement_id, state, message.day))
    answer = accept(Withdrawn(statement_id=body.statement_id, reopened=reopened))
    notices = tell_centers(known, (fact,), statement.head)
    return Decision(facts=(fact,), rows=rows, answer=answer, notices=notices)


def missing(statement_id: str, statement: Statement | None) -> Answer:
    """Refuses a request that names no known statement, or for which no business day is open yet."""
    return refuse("NO_DAY_OPEN") if statement else refuse("UNKNOWN_STATEMENT", statement_id)


def center_fault(known: Known, message: Message, statement: Statement, center_id: str) -> Answer | None:
    """Refuses a center that is no party to the statement, and a node that speaks for another's center."""
    head = statement.head
    is_party = center_id in (head.insured_center, head.treatment_center)
    if not is_party or known.centers.get(center_id) != message.source:
        return refuse("CENTER_NOT_YOURS", center_id)
    return None


def _built_upon(known: Known, statement: Statement) -> Answer | None:
    """Refuses once the statement is paid, or a month into which a line of it was carried is sorted."""
    id, through = statement.head.statement_id, known.books[statement.head.agreement_id]
    if statement.state == State.PAID:
        return refuse("NOT_CANCELLABLE", f"paid: {id}.paid")
    stand = [f"{line_id} {month}" for line_id, month in _come_back(known, statement) if month <= through]
    return refuse("NOT_CANCELLABLE", f"sorted: {', '.join(stand[:_SHOWN])}") if stand else None


def _come_back(known: Known, statement: Statement) -> list[tuple[str, str]]:
    """The lines that dropped out of a statement, each with the later month into which it is carried."""
    lines = known.disputes.get(statement.head.statement_id, {})
    later = (one for one in known.reentries if one[0] in lines and one[1] > statement.head.month)
    return sorted(later)


def _line_fault(known: Known, statement: Statement, body: ConfirmStatement) -> Answer | None:
    for disputed in body.disputed:
        line = known.lines.get(disputed.line_id)
        if line is None or not _stands_in(known, line, statement):
            return refuse("UNKNOWN_LINE", disputed.line_id)
    return None


def _stands_in(known: Known, line: Line, statement: Statement) -> bool:
    head = statement.head
    return (line.agreement_id, line.scheme) == (head.agreement_id, head.scheme) and (
        line.month == head.month or (line.line_id, head.month) in known.reentries
    )


def _new_disputes(known: Known, body: ConfirmStatement) -> list[Dispute]:
    before = known.disputes.get(body.statement_id, {})
    new = {disputed.line_id: disputed for disputed in body.disputed if disputed.line_id not in before}
    return [
        Dispute(body.statement_id, line_id, body.center_id, disputed.reason, *known.lines[line_id].funds)
        for line_id, disputed in sorted(new.items())
    ]


def _one_side(body: ConfirmStatement, new: Sequence[Dispute], left_fen: int) -> CenterConfirmed:
    return CenterConfirmed(
        statement_id=body.statement_id,
        center_id=body.center_id,
        disputed=_told(new),
        confirmed_fen=left_fen,
    )


def _complete(known: Known, day: date, statement: Statement, disputes: Sequence[Dispute]) -> Decision:
    id = statement.head.agreement_id
    month = open_month(day, known.terms_on(id, day).cut_off_day, known.books[id])
    lines = [known.lines[dispute.line_id] for dispute in disputes]
    sums = without(statement.sums, lines)
    confirmed = StatementConfirmed(
        statement_id=statement.head.statement_id,
        confirmed_fen=sums.fund_fen,
        disputed=_told(disputes),
        pay_by=pay_by(day, known.terms_of_month(id, statement.head.month)),
        payer=payer(statement.head, sums.fund_fen),
        sums=sums,
    )
    return Decision(facts=(confirmed,), rows=[_reentry(line, month, statement.head) for line in lines])


def _told(disputes: Sequence[Dispute]) -> tuple[DisputedLine, ...]:
    return tuple(DisputedLine(line_id=one.line_id, reason=one.reason) for one in disputes)


def _reentry(line: Line, month: str, head: StatementHead) -> CarriedLine:
    return CarriedLine(
        line.line_id,
        month,
        line.agreement_id,
        line.scheme,
        line.business_on,
        line.institution_id,
        head.insured_center,
        head.treatment_center,
    )
