"""Decides the payments of statements (拨付) that centers report."""

from datetime import date

from services.clearing.agreements.decide import prefund_changed
from services.clearing.ledger.prefund import allot, top_up
from services.clearing.ledger.rules import AHEAD, Entry, moved, postings
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.statement import NEXT, Progress, Statement, Step
from services.clearing.statements.disputes import center_fault, missing
from services.clearing.statements.notices import tell_centers
from services.clearing.statements.rules import owed, payer
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.batches import StatementHead
from shared.messages.clearing.months import ReportPayment, StatementPaid
from shared.messages.clearing.outcomes import PaymentKept
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.funds import ZERO, Funds


def report_payment(known: Known, message: Message, body: ReportPayment) -> Decision:
    """Books a payment, which must be exactly what the paying center owes of the statement.

    Where money lies ahead with the treatment center, the payment tops it up to the quota (001 (二十一)).
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    disputes = known.disputes.get(body.statement_id, {}).values()
    funds = owed(statement, (dispute.funds for dispute in disputes))
    fault = _payment_fault(known, message, statement, body, funds.due_fen)
    if fault:
        return Decision(answer=fault)
    agreement = known.agreements[statement.head.agreement_id]
    is_ahead = agreement.funding_mode in AHEAD
    balance_fen = known.prefund(agreement.agreement_id).due_fen
    top_up_fen = top_up(balance_fen, agreement.prefund_quota_fen, funds.due_fen) if is_ahead else 0
    topped_up = allot(funds, top_up_fen) if is_ahead else funds
    rows: list[object] = [Progress(body.statement_id, NEXT[statement.state, Step.PAY], message.day)]
    rows += _paid(
        statement.head, agreement, topped_up, funds.less(topped_up), body.paid_on, message.partition
    )
    paid = StatementPaid(
        statement_id=body.statement_id,
        paid_fen=body.paid_fen,
        paid_on=body.paid_on,
        top_up_fen=top_up_fen,
        booked_on=message.day,
    )
    changed = (prefund_changed(agreement, balance_fen + top_up_fen),) if top_up_fen else ()
    result = PaymentKept(statement_id=body.statement_id, paid_fen=body.paid_fen, top_up_fen=top_up_fen)
    notices = tell_centers(known, (paid,), statement.head) + tell_centers(known, changed, agreement)
    return Decision(facts=(paid, *changed), rows=rows, answer=accept(result), notices=notices)


def _payment_fault(
    known: Known, message: Message, statement: Statement, body: ReportPayment, owed_fen: int
) -> Answer | None:
    fault = center_fault(known, message, statement, body.center_id)
    if fault:
        return fault
    if body.center_id != payer(statement.head, owed_fen):
        return refuse("CENTER_NOT_YOURS", body.center_id)
    if (statement.state, Step.PAY) not in NEXT:
        return refuse("BATCH_STATE", statement.state)
    if body.paid_fen != abs(owed_fen):
        return refuse("AMOUNT_DIFFERS", "paid_fen")
    if message.day and not statement.since <= body.paid_on <= message.day:
        return refuse("DATE_NOT_POSSIBLE", f"paid_on: {statement.since} … {message.day}")
    return None


def _paid(
    head: StatementHead, agreement: AgreementSigned, funds: Funds, rest: Funds, on: date, slot: int
) -> list[Posting]:
    """The postings of a payment: the statement's own centers clear it; `rest` is what is beyond the quota.

    What tops up a prefund then moves on to the agreement's centers, if these have changed since.
    """
    entry = Entry(f"{head.statement_id}.paid", Event.STATEMENT_PAID, on, funds, slot)
    beyond = Entry(f"{head.statement_id}.rest", Event.PAID_BEYOND_QUOTA, on, rest, slot)
    paid = [*postings(entry, head), *(postings(beyond, head) if rest != ZERO else ())]
    if agreement.funding_mode not in AHEAD:
        return paid
    given = Entry(f"{head.statement_id}.given", Event.CENTERS_CHANGED, on, funds, slot)
    return [*paid, *moved(given, Event.PREFUND_FUNDED, head, agreement)]
