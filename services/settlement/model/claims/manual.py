"""What a batch knows of manual reimbursement (手工报销), and how each row decided changes it."""

from dataclasses import dataclass, field

from services.settlement.model.claims.payment_order import OrderPaid, PaymentOrder, with_paid
from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.claims.self_paid_bill import SelfPaidBill, SelfPaidWithdrawal


@dataclass(slots=True)
class Manual:
    """Cases, bills and orders (oldest first) of manual reimbursement (手工报销), by visit; `invoices`: the
    visit of each; `centers`: the node of each.
    """

    cases: dict[str, ReimbursementCase] = field(default_factory=dict)
    invoices: dict[tuple[str, str], str] = field(default_factory=dict)
    bills: dict[str, SelfPaidBill] = field(default_factory=dict)
    orders: dict[str, list[PaymentOrder]] = field(default_factory=dict)
    centers: dict[str, str] = field(default_factory=dict)

    def keep_case(self, case: ReimbursementCase) -> None:
        """Replaces a case; the invoice it had before is free again."""
        before = self.cases.get(case.visit_id)
        if before and before.invoice_id:
            self.invoices.pop((before.institution_id, before.invoice_id), None)
        if case.invoice_id:
            self.invoices[case.institution_id, case.invoice_id] = case.visit_id
        self.cases[case.visit_id] = case

    def keep_withdrawal(self, gone: SelfPaidWithdrawal) -> None:
        """Removes a bill that was withdrawn."""
        self.bills.pop(gone.visit_id, None)

    def keep_order(self, order: PaymentOrder) -> None:
        """Adds an order as the newest of its visit."""
        self.orders[order.visit_id] = [*self.orders.get(order.visit_id, ()), order]

    def keep_paid(self, paid: OrderPaid) -> None:
        """Marks an order as paid."""
        self.orders[paid.visit_id] = with_paid(self.orders[paid.visit_id], paid)
