"""Decides the payments of statements (拨付) that centers report."""

from services.clearing.agreements.decide import prefund_changed
from services.clearing.ledger.prefund import allot, top_up
from services.clearing.ledger.rules import AHEAD, Entry, moved, postings
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.statement import NEXT, Progress, Statement, Step
from services.clearing.payments.model import Remittance
from services.clearing.statements.disputes import center_fault, missing
from services.clearing.statements.notices import tell_centers
from services.clearing.statements.rules import owed, payer
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.batches import StatementHead
from shared.messages.clearing.months import ReportPayment, StatementPaid
from shared.messages.clearing.outcomes import PaymentKept
from shared.messages.clearing.payments import ReportReturn
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.funds import ZERO, Funds


def report_payment(known: Known, message: Message, body: ReportPayment) -> Decision:
    """Books a payment, which must be exactly what the paying center owes of the statement.

    Where money lies ahead with the treatment center, the payment tops it up to the quota (001 (二十一)).
    ReportReturn undoes it.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=missing(body.statement_id, statement))
    funds = funds_owed(known, statement)
    if fault := _payment_fault(known, message, statement, body, funds.due_fen):
        return Decision(answer=fault)
    agreement = known.agreements[statement.head.agreement_id]
    is_ahead = agreement.funding_mode in AHEAD
    balance_fen = known.prefund(agreement.agreement_id).due_fen
    quota_fen = known.quota(agreement.agreement_id, message.day)
    top_up_fen = top_up(balance_fen, quota_fen, funds.due_fen) if is_ahead else 0
    topped_up = allot(funds, top_up_fen) if is_ahead else funds
    row = _remittance(known, body, topped_up)
    rows: list[object] = [Progress(body.statement_id, NEXT[statement.state, Step.PAY], message.day), row]
    entry = Entry(row.ending, Event.STATEMENT_PAID, body.paid_on, topped_up, message.partition)
    rows += cleared(statement.head, agreement, entry, funds.less(topped_up))
    paid = StatementPaid(
        statement_id=body.statement_id,
        paid_fen=body.paid_fen,
        paid_on=body.paid_on,
        top_up_fen=top_up_fen,
        booked_on=message.day,
    )
    changed = (prefund_changed(agreement, balance_fen + top_up_fen, quota_fen),) if top_up_fen else ()
    result = PaymentKept(statement_id=body.statement_id, paid_fen=body.paid_fen, top_up_fen=top_up_fen)
    notices = tell_centers(known, (paid,), statement.head) + tell_centers(known, changed, agreement)
    return Decision(facts=(paid, *changed), rows=rows, answer=accept(result), notices=notices)


def funds_owed(known: Known, statement: Statement) -> Funds:
    """What is owed of a statement without its disputed lines, fen per fund."""
    disputes = known.disputes.get(statement.head.statement_id, {}).values()
    return owed(statement, (dispute.funds for dispute in disputes))


def payer_fault(
    known: Known, message: Message, statement: Statement, body: ReportPayment | ReportReturn, owed_fen: int
) -> Answer | None:
    """Refuses who does not owe the statement, and an entry of the bank that was reported before."""
    fault = center_fault(known, message, statement, body.center_id)
    if fault:
        return fault
    if body.center_id != payer(statement.head, owed_fen):
        return refuse("CENTER_NOT_YOURS", body.center_id)
    kept = (*known.remittances.get(body.statement_id, ()), *known.returned.get(body.statement_id, ()))
    if body.bank_entry_id in {row.bank_entry_id for row in kept}:
        return refuse("BANK_ENTRY_TAKEN", f"bank_entry_id: {body.bank_entry_id}")
    return None


def cleared(head: StatementHead, agreement: AgreementSigned, paid: Entry, rest: Funds) -> list[Posting]:
    """The postings of a payment: the statement's own centers clear it; `rest` is what is beyond the quota.

    What tops up a prefund then moves on to the agreement's centers, if these have changed since. `paid` has
    the ending of the entries' ids; with amounts of the other sign all of it is taken back.
    """

    def entry(part: str, event: Event, funds: Funds) -> Entry:
        return paid._replace(entry_id=f"{head.statement_id}.{part}{paid.entry_id}", event=event, funds=funds)

    clears = postings(entry("paid", Event.STATEMENT_PAID, paid.funds), head)
    if rest != ZERO:
        clears += postings(entry("rest", Event.PAID_BEYOND_QUOTA, rest), head)
    if agreement.funding_mode not in AHEAD:
        return clears
    given = entry("given", Event.CENTERS_CHANGED, paid.funds)
    return [*clears, *moved(given, Event.PREFUND_FUNDED, head, agreement)]


def _remittance(known: Known, body: ReportPayment, topped_up: Funds) -> Remittance:
    number = len(known.remittances.get(body.statement_id, ())) + 1
    return Remittance(body.statement_id, number, body.paid_on, body.bank_entry_id or "", *topped_up)


def _payment_fault(
    known: Known, message: Message, statement: Statement, body: ReportPayment, owed_fen: int
) -> Answer | None:
    if fault := payer_fault(known, message, statement, body, owed_fen):
        return fault
    if (statement.state, Step.PAY) not in NEXT:
        return refuse("BATCH_STATE", statement.state)
    if body.paid_fen != abs(owed_fen):
        return refuse("AMOUNT_DIFFERS", "paid_fen")
    if message.day and not statement.since <= body.paid_on <= message.day:
        return refuse("DATE_NOT_POSSIBLE", f"paid_on: {statement.since} … {message.day}")
    return None
