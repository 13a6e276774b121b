"""Decides how centers confirm statements and withdraw confirmations; a disputed line drops out alone."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.clearing.model.known import Known
from services.clearing.model.statement import Dispute, DisputeWithdrawn, Progress, State, Statement, funds_of
from services.clearing.statements.disputes import (
    center_fault,
    line_fault,
    lines_disputed,
    missing,
    named,
    new_disputes,
    told,
)
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
from shared.messages.clearing.months import ConfirmStatement, StatementConfirmed
from shared.messages.clearing.notices import MOST_LINES
from shared.messages.clearing.outcomes import Confirmed, Withdrawn

_SHOWN = 10


def confirm_statement(known: Known, message: Message, body: ConfirmStatement) -> Decision:
    """Confirms a statement for one center; a line that it disputes drops out alone."""
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    state = take_step(statement.head, statement.state, body.center_id, CONFIRM)
    fault = center_fault(known, message, statement, body.center_id) or line_fault(
        known, statement, body.disputed
    )
    if fault or state is None:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    new = new_disputes(known, message.day, body)
    disputes = [*known.disputes.get(body.statement_id, {}).values(), *new]
    left_fen = owed(statement, (dispute.funds for dispute in disputes)).due_fen
    complete = state == State.CONFIRMED
    facts: list[Fact] = [lines_disputed(new)] if new else []
    facts.append(
        _confirmed(known, message.day, statement, disputes) if complete else _one_side(body, new, left_fen)
    )
    rows: list[object] = [*new, Progress(body.statement_id, state, message.day)]
    result = Confirmed(statement_id=body.statement_id, confirmed_fen=left_fen, complete=complete)
    notices = tell_centers(known, facts, statement.head)
    return Decision(facts=facts, rows=rows, answer=accept(result), notices=notices)


def withdraw_confirmation(known: Known, message: Message, body: WithdrawConfirmation) -> Decision:
    """Takes back a center's confirmation and its disputes, but for lines that are investigated.

    Refused with NOT_CANCELLABLE if a payment or a decision was built on them; the refusal names it. Of many
    disputes each fact names 500, so that it fits a record.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    fault = center_fault(known, message, statement, body.center_id) or _built_upon(known, statement, body)
    state = take_step(statement.head, statement.state, body.center_id, WITHDRAW)
    if fault or state is None:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    disputes = known.disputes.get(body.statement_id, {}).values()
    held = known.investigations.held_in
    own = [one for one in disputes if one.center_id == body.center_id and one.line_id not in held]
    reopened = statement.state == State.CONFIRMED
    facts = [
        ConfirmationWithdrawn(
            statement_id=body.statement_id,
            center_id=body.center_id,
            disputed=named(own[at : at + MOST_LINES]),
            reopened=reopened,
            reason=body.reason,
        )
        for at in range(0, max(1, len(own)), MOST_LINES)
    ]
    rows: list[object] = [DisputeWithdrawn(one.statement_id, one.line_id) for one in own]
    rows.append(Progress(body.statement_id, state, message.day))
    answer = accept(Withdrawn(statement_id=body.statement_id, reopened=reopened))
    notices = tell_centers(known, facts, statement.head)
    return Decision(facts=facts, rows=rows, answer=answer, notices=notices)


def _built_upon(known: Known, statement: Statement, body: WithdrawConfirmation) -> Answer | None:
    """Refuses once the statement is paid, or a dispute of the center is decided."""
    id = statement.head.statement_id
    if statement.state == State.PAID:
        return refuse("NOT_CANCELLABLE", f"paid: {id}.paid")
    disputes = known.disputes.get(id, {}).values()
    own = sorted(one.line_id for one in disputes if one.center_id == body.center_id)
    stand = [line_id for line_id in own if line_id in known.decisions]
    return refuse("NOT_CANCELLABLE", f"decided: {', '.join(stand[:_SHOWN])}") if stand else None


def _one_side(body: ConfirmStatement, new: Sequence[Dispute], left_fen: int) -> CenterConfirmed:
    return CenterConfirmed(
        statement_id=body.statement_id,
        center_id=body.center_id,
        disputed=told(new),
        confirmed_fen=left_fen,
    )


def _confirmed(
    known: Known, day: date, statement: Statement, disputes: Iterable[Dispute]
) -> StatementConfirmed:
    """The fact; of many disputed lines it names the first 500: each was told when it was disputed."""
    dropped, head = list(disputes), statement.head
    sums = without(statement.sums, [known.lines[dispute.line_id] for dispute in dropped])
    due_fen = funds_of(sums).due_fen
    return StatementConfirmed(
        statement_id=head.statement_id,
        confirmed_fen=due_fen,
        disputed=named(dropped[:MOST_LINES]),
        pay_by=pay_by(day, known.terms_of_month(head.agreement_id, head.month)),
        payer=payer(head, due_fen),
        sums=sums,
    )
