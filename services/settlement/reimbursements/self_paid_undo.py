"""Withdraws self-paid bills (撤销自费上传), for instance with a wrong day, person or invoice. Pure."""

from services.settlement.model.claims.payment_order import paid
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal
from services.settlement.model.known import Known
from services.settlement.visits.checks import day_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.funds import ZERO
from shared.messages.answer import Answer
from shared.messages.settlement.corrections import SelfPaidWithdrawn


def withdraw_self_paid(known: Known, message: Message, request_id: str) -> Decision | Answer | None:
    """Undoes the bill of a request, if it is its visit's newest, not claimed, and nothing was paid for it.

    The invoice is free again; the visit goes back to its state before. None where there is no such bill.
    """
    bills = known.manual.bills.values()
    bill = next((one for one in bills if one.request_id == request_id), None)
    if bill is None:
        return None
    return _depending(known, bill) or _withdrawn(known, message, bill)


def _depending(known: Known, bill: SelfPaidBill) -> Answer | None:
    """Refuses where something was built on the bill, and names it: the claim in force, or what was paid."""
    visit = known.visits[bill.visit_id]
    if not visit.allows("withdraw_self_paid"):
        return refuse("NOT_CANCELLABLE", f"{visit.visit_id} {visit.settlement_id or visit.state}")
    orders = known.manual.orders.get(visit.visit_id, [])
    if paid(orders) == ZERO:
        return None
    done = [order.order_id for order in orders if order.paid_on]
    return refuse("NOT_CANCELLABLE", " ".join([visit.visit_id, *done]))


def _withdrawn(known: Known, message: Message, bill: SelfPaidBill) -> Decision:
    case = known.manual.cases[bill.visit_id]
    fact = SelfPaidWithdrawn(
        visit_id=bill.visit_id,
        person_id=bill.person_id,
        institution_id=bill.institution_id,
        invoice_id=bill.invoice_id,
        withdrawn_on=day_of(message),
    )
    visit = known.visits[bill.visit_id].turned_back()
    rows = [
        visit._replace(injury=bill.injury_before, liability_statement_id=bill.statement_before),
        SelfPaidWithdrawal(bill.visit_id, bill.number, day_of(message)),
        case._replace(reason=None, invoice_id=None, electronic=()),
    ]
    return Decision(facts=[fact], rows=rows)
