"""Finds what a center had to do about a statement by a day and has not done (逾期), and tells it once.

The days are the agreement's: to confirm, to decide a dispute, to pay (004-1 (八)). Nothing else follows from
it: the month stays as it is, and what is done late counts as if it had been done in time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from services.clearing.heard import agreement_fact
from services.clearing.model.due import TellOverdue
from services.clearing.model.known import Known
from services.clearing.model.statement import WAITS_FOR, Dispute, Reminder, State, Statement
from services.clearing.statements.disputes import named
from services.clearing.statements.notices import tell_centers
from services.clearing.statements.rules import owed, pay_by, payer
from shared.bus.message import NOTHING, Decision, Message
from shared.calendar import add_working_days
from shared.messages.clearing.notices import MOST_LINES, Omitted, StatementOverdue


def tell_overdue(known: Known, message: Message, body: TellOverdue) -> Decision:
    """Tells both centers what is overdue of a statement and was not told before."""
    statement = known.statements[body.statement_id]
    assert message.day is not None
    late = [fact for fact in _to_be_done(known, statement) if fact.due_on < message.day]
    new = [fact for fact in late if _reminder(fact) not in known.reminders]
    if not new:
        return NOTHING
    return Decision(new, [_reminder(fact) for fact in new], None, tell_centers(known, new, statement.head))


def _reminder(fact: StatementOverdue) -> Reminder:
    return Reminder(fact.statement_id, fact.omitted, fact.center_id, fact.due_on)


def _to_be_done(known: Known, statement: Statement) -> Iterator[StatementOverdue]:
    """What is to be done about a statement, each with its day, whether it is past or not."""
    yield from _confirmations(known, statement)
    yield from _decisions(known, statement)
    if statement.state == State.CONFIRMED:
        head, open_fen = statement.head, _open_fen(known, statement)
        by = pay_by(statement.since, known.terms_of_month(head.agreement_id, head.month))
        yield _omitted(statement, "PAYMENT", payer(head, open_fen), by, abs(open_fen))


def _confirmations(known: Known, statement: Statement) -> Iterator[StatementOverdue]:
    head = statement.head
    terms = agreement_fact(known.terms_of_month(head.agreement_id, head.month))
    by = add_working_days(statement.sorted_on, terms.confirm_working_days)
    centers = {getattr(head, side) for side in WAITS_FOR.get(statement.state, ())}
    for center_id in sorted(centers):
        yield _omitted(statement, "CONFIRMATION", center_id, by, _open_fen(known, statement))


def _decisions(known: Known, statement: Statement) -> Iterator[StatementOverdue]:
    """The disputes that are not decided, those of one center and day together.

    What an investigation holds is not decided but closed, by days of its own.
    """
    head, open_ = statement.head, defaultdict[tuple[date, str], list[Dispute]](list)
    for line_id, dispute in sorted(known.disputes.get(head.statement_id, {}).items()):
        if line_id not in known.decisions and line_id not in known.investigations.held_in:
            is_insured = dispute.center_id == head.insured_center
            other = head.treatment_center if is_insured else head.insured_center
            open_[dispute.decide_by, other].append(dispute)
    for (by, center_id), disputes in sorted(open_.items()):
        disputed_fen = sum(dispute.funds.due_fen for dispute in disputes)
        yield _omitted(statement, "DECISION", center_id, by, disputed_fen, disputes)


def _open_fen(known: Known, statement: Statement) -> int:
    disputes = known.disputes.get(statement.head.statement_id, {}).values()
    return owed(statement, (dispute.funds for dispute in disputes)).due_fen


def _omitted(
    statement: Statement,
    omitted: Omitted,
    center_id: str,
    due_on: date,
    open_fen: int,
    disputes: Sequence[Dispute] = (),
) -> StatementOverdue:
    return StatementOverdue(
        statement_id=statement.head.statement_id,
        omitted=omitted,
        center_id=center_id,
        due_on=due_on,
        open_fen=open_fen,
        lines=len(disputes),
        disputed=named(disputes[:MOST_LINES]),
    )
