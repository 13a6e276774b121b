"""Decides what centers say about statements: confirm, dispute line by line, pay."""

from collections.abc import Sequence
from datetime import date

from services.clearing.decider.known import Known
from services.clearing.decider.registers import prefund_changed
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.line import Line, Reentry
from services.clearing.model.statement import NEXT, Dispute, Progress, State, Statement, Step
from services.clearing.rules.ledger import Entry, moved, postings
from services.clearing.rules.months import open_month
from services.clearing.rules.prefund import top_up
from services.clearing.rules.statements import confirm, owed, pay_by, payer
from shared.bus.message import NOTHING, Decision, Message
from shared.errors import refuse
from shared.funds import Funds
from shared.messages.answer import Answer, accept
from shared.messages.clearing import (
    ConfirmStatement,
    DisputedLine,
    ReportPayment,
    StatementConfirmed,
    StatementHead,
    StatementPaid,
)
from shared.messages.clearing_outcomes import Confirmed, PaymentKept
from shared.messages.enrollment import AgreementSigned


def confirm_statement(known: Known, message: Message, body: ConfirmStatement) -> Decision:
    """One center confirms; what it disputes drops out alone and comes back in the next open month."""
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=_missing(body.statement_id, statement))
    state = confirm(statement.head, statement.state, body.center_id)
    fault = _center_fault(known, message, statement, body.center_id) or _line_fault(known, statement, body)
    if fault or state is None:
        return Decision(answer=fault or refuse("BATCH_STATE", statement.state))
    new = _new_disputes(known, body)
    disputes = [*known.disputes.get(body.statement_id, {}).values(), *new]
    done = _complete(known, message.day, statement, disputes) if state == State.CONFIRMED else NOTHING
    result = Confirmed(
        statement_id=body.statement_id,
        confirmed_fen=owed(statement, (dispute.funds for dispute in disputes)).total_fen,
        complete=state == State.CONFIRMED,
    )
    rows = [*new, Progress(body.statement_id, state, message.day), *done.rows]
    return Decision(facts=done.facts, rows=rows, answer=accept(result))


def report_payment(known: Known, message: Message, body: ReportPayment) -> Decision:
    """The paying center has paid exactly what is owed; under prefund this tops it up (001 (二十一))."""
    statement = known.statements.get(body.statement_id)
    if statement is None or message.day is None:
        return Decision(answer=_missing(body.statement_id, statement))
    disputes = known.disputes.get(body.statement_id, {}).values()
    funds = owed(statement, (dispute.funds for dispute in disputes))
    fault = _payment_fault(known, message, statement, body, funds.total_fen)
    if fault:
        return Decision(answer=fault)
    agreement = known.agreements[statement.head.agreement_id]
    prefunded = agreement.funding_mode == "AGENCY_PREFUND"
    rows: list[object] = [Progress(body.statement_id, NEXT[statement.state, Step.PAY], message.day)]
    rows += _paid(statement.head, agreement, funds, body.paid_on, message.partition)
    balance_fen = known.prefund(agreement.agreement_id).total_fen
    top_up_fen = top_up(balance_fen, agreement.prefund_quota_fen, funds.total_fen) if prefunded else 0
    paid = StatementPaid(
        statement_id=body.statement_id,
        paid_fen=body.paid_fen,
        paid_on=body.paid_on,
        top_up_fen=top_up_fen,
        booked_on=message.day,
    )
    changed = (prefund_changed(agreement, balance_fen + funds.total_fen),) if prefunded else ()
    result = PaymentKept(statement_id=body.statement_id, paid_fen=body.paid_fen, top_up_fen=top_up_fen)
    return Decision(facts=(paid, *changed), rows=rows, answer=accept(result))


def _missing(statement_id: str, statement: Statement | None) -> Answer:
    return refuse("NO_DAY_OPEN") if statement else refuse("UNKNOWN_STATEMENT", statement_id)


def _center_fault(known: Known, message: Message, statement: Statement, center_id: str) -> Answer | None:
    head = statement.head
    is_party = center_id in (head.insured_center, head.treatment_center)
    if not is_party or known.centers.get(center_id) != message.source:
        return refuse("CENTER_NOT_YOURS", center_id)
    return None


def _line_fault(known: Known, statement: Statement, body: ConfirmStatement) -> Answer | None:
    for disputed in body.disputed:
        line = known.lines.get(disputed.line_id)
        if line is None or not _stands_in(known, line, statement):
            return refuse("UNKNOWN_LINE", disputed.line_id)
    return None


def _payment_fault(
    known: Known, message: Message, statement: Statement, body: ReportPayment, owed_fen: int
) -> Answer | None:
    fault = _center_fault(known, message, statement, body.center_id)
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


def _paid(
    head: StatementHead, agreement: AgreementSigned, funds: Funds, on: date, slot: int
) -> list[Posting]:
    """The statement's own centers clear it; a prefund then goes on to the center that holds it by now."""
    entry = Entry(f"{head.statement_id}.paid", Event.STATEMENT_PAID, on, funds, slot)
    paid = postings(entry, head)
    if agreement.funding_mode != "AGENCY_PREFUND":
        return paid
    given = Entry(f"{head.statement_id}.given", Event.CENTERS_CHANGED, on, funds, slot)
    return [*paid, *moved(given, Event.PREFUND_FUNDED, head, agreement)]


def _complete(known: Known, day: date, statement: Statement, disputes: Sequence[Dispute]) -> Decision:
    id = statement.head.agreement_id
    month = open_month(day, known.terms_on(id, day).cut_off_day, known.books[id])
    confirmed = StatementConfirmed(
        statement_id=statement.head.statement_id,
        confirmed_fen=owed(statement, (dispute.funds for dispute in disputes)).total_fen,
        disputed=tuple(DisputedLine(line_id=d.line_id, reason=d.reason) for d in disputes),
        pay_by=pay_by(day),
    )
    lines = [known.lines[dispute.line_id] for dispute in disputes]
    return Decision(facts=(confirmed,), rows=[_reentry(line, month, statement.head) for line in lines])


def _reentry(line: Line, month: str, head: StatementHead) -> Reentry:
    return Reentry(
        line.line_id,
        month,
        line.agreement_id,
        line.scheme,
        line.business_on,
        line.institution_id,
        head.insured_center,
        head.treatment_center,
    )
