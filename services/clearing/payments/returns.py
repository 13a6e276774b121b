"""Decides what becomes of a statement whose payment the bank has sent back (退汇): it is owed again."""

from services.clearing.agreements.decide import prefund_changed
from services.clearing.ledger.rules import AHEAD, Entry
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event
from services.clearing.model.statement import NEXT, Progress, Statement, Step
from services.clearing.payments.model import Remittance, Returned
from services.clearing.payments.report import cleared, funds_owed, payer_fault
from services.clearing.statements.disputes import missing
from services.clearing.statements.notices import tell_centers
from services.clearing.statements.rules import pay_by
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.outcomes import ReturnKept
from shared.messages.clearing.payments import PaymentReturned, ReportReturn


def report_return(known: Known, message: Message, body: ReportReturn) -> Decision:
    """Takes a payment back, entry by entry: the statement is confirmed and not paid, as it was before.

    What had topped up a prefund is taken out of it again, also where it was spent meanwhile: the balance then
    is below zero. It is undone by a new payment.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    funds = funds_owed(known, statement)
    if fault := _fault(known, message, statement, body, funds.due_fen):
        return Decision(answer=fault)
    paid, head = known.remittances[body.statement_id][-1], statement.head
    agreement = known.agreements[head.agreement_id]
    rest = funds.less(paid.topped_up)
    entry = Entry(
        f"{paid.ending}.returned",
        Event.STATEMENT_PAID,
        body.returned_on,
        paid.topped_up.negative(),
        message.partition,
    )
    rows: list[object] = [
        Progress(body.statement_id, NEXT[statement.state, Step.RETURN], body.returned_on),
        Returned(body.statement_id, paid.number, body.returned_on, body.bank_entry_id or "", body.reason),
        *cleared(head, agreement, entry, rest.negative()),
    ]
    fact = _fact(known, message, body, paid, paid.topped_up.due_fen if agreement.funding_mode in AHEAD else 0)
    left_fen = known.prefund(agreement.agreement_id).due_fen - fact.top_up_fen
    quota_fen = known.quota(agreement.agreement_id, message.day)
    changed = (prefund_changed(agreement, left_fen, quota_fen),) if fact.top_up_fen else ()
    result = ReturnKept(statement_id=body.statement_id, returned_fen=body.returned_fen, pay_by=fact.pay_by)
    notices = tell_centers(known, (fact,), head) + tell_centers(known, changed, agreement)
    return Decision(facts=(fact, *changed), rows=rows, answer=accept(result), notices=notices)


def _fault(
    known: Known, message: Message, statement: Statement, body: ReportReturn, owed_fen: int
) -> Answer | None:
    if fault := payer_fault(known, message, statement, body, owed_fen):
        return fault
    if (statement.state, Step.RETURN) not in NEXT:
        return refuse("BATCH_STATE", statement.state)
    if body.returned_fen != abs(owed_fen):
        return refuse("AMOUNT_DIFFERS", "returned_fen")
    paid_on = known.remittances[body.statement_id][-1].paid_on
    if message.day and not paid_on <= body.returned_on <= message.day:
        return refuse("DATE_NOT_POSSIBLE", f"returned_on: {paid_on} … {message.day}")
    return None


def _fact(
    known: Known, message: Message, body: ReportReturn, paid: Remittance, top_up_fen: int
) -> PaymentReturned:
    assert message.day is not None
    head = known.statements[body.statement_id].head
    terms = known.terms_of_month(head.agreement_id, head.month)
    return PaymentReturned(
        statement_id=body.statement_id,
        center_id=body.center_id,
        returned_fen=body.returned_fen,
        paid_on=paid.paid_on,
        returned_on=body.returned_on,
        top_up_fen=top_up_fen,
        pay_by=pay_by(body.returned_on, terms),
        reason=body.reason,
        booked_on=message.day,
    )
