"""Orders to pay patients (支付单): what the funds owe less what was paid; and what was paid. Pure."""

from services.settlement.decider.desk import day_of, find_visit, is_agency, refused
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.payment_order import OrderPaid, PaymentOrder, paid
from services.settlement.model.reimbursement import ReimbursementCase
from services.settlement.model.settlement import Settlement
from services.settlement.model.visit import Visit
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.funds import ZERO, Funds
from shared.messages.amounts import Payments
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.reimbursement import (
    PaymentOrdered,
    ReimbursementPaid,
    ReimbursementPaymentKept,
    ReimbursementReversed,
    ReportReimbursementPaid,
)


def with_orders(known: Known, message: Message, done: Decision) -> Decision:
    """The same decision with an order for each reimbursed visit of which something else is to be paid now."""
    visits = {row.visit_id: row for row in done.rows if isinstance(row, Visit) and row.manual}
    settled = {row.visit_id: row for row in done.rows if isinstance(row, Settlement)}
    cases = known.manual.cases | {
        row.visit_id: row for row in done.rows if isinstance(row, ReimbursementCase)
    }
    orders = []
    for visit in visits.values():
        owed = _owed(settled[visit.visit_id]) if visit.state == "settled" else ZERO
        if order := _order(known, message, visit, owed, cases[visit.visit_id]):
            orders.append(order)
    told = [_ordered(visits[order.visit_id], order) for order in orders]
    facts = [_with_recovery(known, visits, fact) for fact in done.facts]
    return Decision(facts=[*facts, *told], rows=[*done.rows, *orders], answer=done.answer)


def order_told(done: Decision, visit_id: str) -> tuple[str | None, int | None]:
    """The order that a decision made for a visit, and its amount; none where it made none."""
    orders = (row for row in done.rows if isinstance(row, PaymentOrder) and row.visit_id == visit_id)
    order = next(orders, None)
    return (order.order_id, order.funds.total_fen) if order else (None, None)


def _owed(settlement: Settlement) -> Funds:
    why = unpack_explanation(settlement.explanation)
    payments = dict(zip(Payments.model_fields, why.payments, strict=True))
    return Funds(*(payments[name] or 0 for name in Funds._fields))


def _order(
    known: Known, message: Message, visit: Visit, owed: Funds, case: ReimbursementCase
) -> PaymentOrder | None:
    """What is to be paid beyond what was; None where the order that waits says so already."""
    before = known.manual.orders.get(visit.visit_id, [])
    waiting = before[-1].funds if before and before[-1].paid_on is None else ZERO
    due = owed.less(paid(before))
    if due == waiting:
        return None
    assert case.payee and case.payee_reference
    return PaymentOrder(
        message.derive(f"order {visit.visit_id}"),
        visit.visit_id,
        len(before) + 1,
        visit.person_id,
        visit.attempt,
        day_of(message),
        case.payee,
        case.payee_reference,
        *due,
    )


def _ordered(visit: Visit, order: PaymentOrder) -> PaymentOrdered:
    return PaymentOrdered.model_validate(
        {
            "visit_id": visit.visit_id,
            "person_id": visit.person_id,
            "institution_id": visit.institution_id,
            "order_id": order.order_id,
            "insured_area": visit.insured_area,
            "ordered_on": order.ordered_on,
            "payee": order.payee,
            "payee_reference": order.payee_reference,
            "amount_fen": order.funds.total_fen,
            "funds": order.funds._asdict(),
        }
    )


def _with_recovery(known: Known, visits: dict[str, Visit], fact: Fact) -> Fact:
    """A reversal tells what is to come back, unless the visit is settled again at once."""
    if not isinstance(fact, ReimbursementReversed) or visits[fact.visit_id].state == "settled":
        return fact
    recover_fen = paid(known.manual.orders.get(fact.visit_id, ())).total_fen
    return fact.model_copy(update={"recover_fen": recover_fen})


def report_paid(known: Known, message: Message, body: ReportReimbursementPaid) -> Decision:
    """Notes that the insured area's agency has paid the newest order of a visit, or has got it back."""
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if not is_agency(known, message.source, visit.insured_area):
        return refused("PERSON_NOT_YOURS", visit.insured_area)
    orders = known.manual.orders.get(visit.visit_id, [])
    order = next((one for one in orders if one.order_id == body.order_id), None)
    if order is None:
        return refused("UNKNOWN_ORDER", body.order_id)
    if refusal := _unpayable(order, orders[-1], message, body):
        return Decision(answer=refusal)
    fact = ReimbursementPaid(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        order_id=order.order_id,
        amount_fen=body.amount_fen,
        paid_on=body.paid_on,
    )
    row = OrderPaid(order.order_id, visit.visit_id, body.paid_on, day_of(message))
    answer = ReimbursementPaymentKept(order_id=order.order_id)
    return Decision(facts=[fact], rows=[row], answer=accept(answer))


def _unpayable(
    order: PaymentOrder, newest: PaymentOrder, message: Message, body: ReportReimbursementPaid
) -> Answer | None:
    if order.paid_on is not None:
        return refuse("ORDER_PAID", f"{order.order_id} {order.paid_on}")
    if order is not newest:
        return refuse("ORDER_REPLACED", f"{order.order_id}; in force: {newest.order_id}")
    if body.amount_fen != order.funds.total_fen:
        return refuse("AMOUNT_DIFFERS", f"{order.funds.total_fen}")
    if not order.ordered_on <= body.paid_on <= day_of(message):
        return refuse("DATE_NOT_POSSIBLE", f"paid_on {body.paid_on}")
    return None
