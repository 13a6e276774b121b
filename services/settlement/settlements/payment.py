"""Orders the payment of patients (支付单): what each is owed less what was paid; records payments. Pure."""

from collections.abc import Sequence

from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder, due, paid, with_paid
from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.settlement import Settlement
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import day_of, find_visit, is_agency, refused
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.funds import ZERO, Funds
from shared.messages.amounts import Payments
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.settlement.reimbursement import (
    PaymentOrdered,
    ReimbursementPaid,
    ReimbursementPaymentKept,
    ReimbursementReversed,
    ReportReimbursementPaid,
)


def with_orders(known: Known, message: Message, done: Decision) -> Decision:
    """The decision with a payment order for each reimbursed visit whose amount to pay has changed."""
    visits = {row.visit_id: row for row in done.rows if isinstance(row, Visit) and row.manual}
    settled = {row.visit_id: row for row in done.rows if isinstance(row, Settlement)}
    cases = known.manual.cases | {
        row.visit_id: row for row in done.rows if isinstance(row, ReimbursementCase)
    }
    orders = []
    for visit in visits.values():
        before = known.manual.orders.get(visit.visit_id, [])
        owed = _owed(visit, settled.get(visit.visit_id))
        orders += _orders(message, visit, before, cases[visit.visit_id], owed)
    told = [_ordered(visits[order.visit_id], order) for order in orders]
    facts = [_with_recovery(known, visits, fact) for fact in done.facts]
    return Decision(facts=[*facts, *told], rows=[*done.rows, *orders], answer=done.answer)


def order_told(done: Decision, visit_id: str) -> tuple[str | None, int | None]:
    """The order that a decision made for a visit, and its amount in fen; (None, None) if it made none."""
    orders = (row for row in done.rows if isinstance(row, PaymentOrder) and row.visit_id == visit_id)
    order = next(orders, None)
    return (order.order_id, order.funds.total_fen) if order else (None, None)


def _owed(visit: Visit, settlement: Settlement | None) -> Funds:
    """What the funds owe the insured for a visit: what its claim in force says, else nothing.

    A direct settlement is owed to the hospital, also where a claim of the same visit was paid before it.
    """
    if not visit.manual or visit.state != "settled" or settlement is None:
        return ZERO
    why = unpack_explanation(settlement.explanation)
    payments = dict(zip(Payments.model_fields, why.payments, strict=True))
    return Funds(*(payments[name] or 0 for name in Funds._fields))


def _orders(
    message: Message, visit: Visit, before: Sequence[PaymentOrder], case: ReimbursementCase, owed: Funds
) -> list[PaymentOrder]:
    """An order to each payee whose unpaid order no longer has the right amount; the entitled payee's first.

    Money paid to an earlier payee is recovered from that payee, and never set off against another's.
    """
    assert case.payee
    assert case.payee_reference
    told = due(before, (case.payee, case.payee_reference), owed)
    return [
        PaymentOrder(
            message.derive(f"order {visit.visit_id} {number}"),
            visit.visit_id,
            number,
            visit.person_id,
            visit.attempt,
            day_of(message),
            payee,
            payee_reference,
            *funds,
        )
        for number, ((payee, payee_reference), funds) in enumerate(told.items(), len(before) + 1)
    ]


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
    """A reversal's fact with the amount to recover, unless the visit is settled again at once."""
    if not isinstance(fact, ReimbursementReversed) or visits[fact.visit_id].state == "settled":
        return fact
    recover_fen = paid(known.manual.orders.get(fact.visit_id, ())).total_fen
    return fact.model_copy(update={"recover_fen": recover_fen})


def report_paid(known: Known, message: Message, body: ReportReimbursementPaid) -> Decision:
    """Records that the insured area's agency has paid an order, or has recovered its amount.

    The bank may have paid an order that was replaced meanwhile: what is due after that is ordered anew.
    """
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if not is_agency(known, message.source, visit.insured_area):
        return refused("PERSON_NOT_YOURS", visit.insured_area)
    orders = known.manual.orders.get(visit.visit_id, [])
    order = next((one for one in orders if one.order_id == body.order_id), None)
    if order is None:
        return refused("UNKNOWN_ORDER", body.order_id)
    if refusal := _unpayable(order, message, body):
        return Decision(answer=refusal)
    return _paid(known, message, body, visit, order)


def _unpayable(order: PaymentOrder, message: Message, body: ReportReimbursementPaid) -> Answer | None:
    if order.paid_on is not None:
        return refuse("ORDER_PAID", f"{order.order_id} {order.paid_on}")
    if body.amount_fen != order.funds.total_fen:
        return refuse("AMOUNT_DIFFERS", f"{order.funds.total_fen}")
    if not order.ordered_on <= body.paid_on <= day_of(message):
        return refuse("DATE_NOT_POSSIBLE", f"paid_on {body.paid_on}")
    return None


def _paid(
    known: Known, message: Message, body: ReportReimbursementPaid, visit: Visit, order: PaymentOrder
) -> Decision:
    row = OrderPaid(order.order_id, visit.visit_id, body.paid_on, day_of(message))
    orders = with_paid(known.manual.orders[visit.visit_id], row)
    owed = _owed(visit, known.settlements.get(visit.visit_id))
    more = _orders(message, visit, orders, known.manual.cases[visit.visit_id], owed)
    fact = ReimbursementPaid(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        order_id=order.order_id,
        amount_fen=body.amount_fen,
        paid_on=body.paid_on,
    )
    answer = ReimbursementPaymentKept(
        order_id=order.order_id,
        new_order_id=more[0].order_id if more else None,
        new_order_fen=more[0].funds.total_fen if more else None,
    )
    told = [_ordered(visit, one) for one in more]
    return Decision(facts=[fact, *told], rows=[row, *more], answer=accept(answer))
