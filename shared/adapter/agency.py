"""An insured area's agency (参保地经办机构): manual reimbursement, from the counter to the payment."""

from datetime import date

from shared.adapter.desk import Visit
from shared.adapter.self_paid import SelfPaidDesk
from shared.messages.settlement.reimbursement import ReimbursementPaymentKept, ReportReimbursementPaid


class Agency(SelfPaidDesk):
    """The agency's side of the bills that its insured have paid at one institution."""

    async def report_paid(
        self, visit: Visit, order_id: str, amount_fen: int, paid_on: date, *, id: str | None = None
    ) -> ReimbursementPaymentKept:
        """Reports that an order was paid, or what it recovers came back (below 0)."""
        body = ReportReimbursementPaid(
            **self._names(visit), order_id=order_id, amount_fen=amount_fen, paid_on=paid_on
        )
        return await self._ask(body, ReimbursementPaymentKept, id)
