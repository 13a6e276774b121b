"""Bills that patients paid whole, as a hospital and the insured area's agency both ask about them.

What only the hospital asks is in `hospital`; both may raise what that says.
"""

from collections.abc import Sequence
from datetime import date

from shared.adapter.control import control_of
from shared.adapter.desk import Desk, Visit
from shared.adapter.filings.work import FilingWorkDesk
from shared.benefit.bill import VisitKind
from shared.messages.outcomes import Reversed
from shared.messages.settlement.outpatient.cash_outs import CashedOut, CashOutAccount
from shared.messages.settlement.reimbursement import (
    ClaimChannel,
    ClaimReimbursement,
    Material,
    Payee,
    Reason,
    Reimbursed,
    ReimbursementPaymentKept,
    ReportReimbursementPaid,
    SelfPaidKept,
    UploadSelfPaid,
)
from shared.messages.settlement.visits import Credential, FeeLine, ReverseSettlement


class SelfPaidDesk(Desk):
    """Uploads self-paid bills of one institution, claims for them, and takes settlements back."""

    async def upload_self_paid(
        self,
        visit: Visit,
        kind: VisitKind,
        service_on: date,
        invoice_id: str,
        lines: Sequence[FeeLine],
        *,
        discharged_on: date | None = None,
        disease: str | None = None,
        reason: Reason = "01",
        diagnoses: tuple[str, ...] = (),
        credential: Credential = "01",
        emergency: bool = False,
        trauma: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        id: str | None = None,
    ) -> SelfPaidKept:
        """Uploads a bill that the patient paid whole (自费上传), due 5 working days after the discharge."""
        body = UploadSelfPaid(
            **self._names(visit),
            kind=kind,
            disease=disease,
            service_on=service_on,
            discharged_on=discharged_on,
            credential=credential,
            emergency=emergency,
            trauma=trauma,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
            reason=reason,
            invoice_id=invoice_id,
            diagnoses=diagnoses,
            lines=tuple(lines),
            control=control_of(lines),
        )
        return await self._ask(body, SelfPaidKept, id)

    async def claim(
        self,
        visit: Visit,
        payee: Payee,
        payee_reference: str,
        *,
        channel: ClaimChannel = "online",
        acting_agency: str | None = None,
        materials: tuple[Material, ...] = (),
        ticket_id: str | None = None,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        id: str | None = None,
    ) -> Reimbursed:
        """Claims for an uploaded bill (手工报销申请); an institution only online, an agency by any way."""
        body = ClaimReimbursement(
            **self._names(visit),
            channel=channel,
            acting_agency=acting_agency,
            materials=materials,
            payee=payee,
            payee_reference=payee_reference,
            ticket_id=ticket_id,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
        )
        return await self._ask(body, Reimbursed, id)

    async def reverse(
        self,
        visit: Visit,
        settlement_id: str,
        reason: str,
        *,
        cascade: bool = False,
        id: str | None = None,
    ) -> Reversed:
        """Takes a settlement back (结算撤销); the visit can be settled again, or claimed again by an agency.

        Where others built on it: refused with what each would become, or, in a `cascade`, settled again.
        """
        body = ReverseSettlement(
            **self._names(visit), settlement_id=settlement_id, reason=reason, cascade=cascade
        )
        return await self._ask(body, Reversed, id)


class Agency(SelfPaidDesk, FilingWorkDesk):
    """An insured area's agency (参保地经办机构): filings, and an institution's bills, to the payment."""

    async def cash_out(self, body: CashOutAccount, *, id: str | None = None) -> CashedOut:
        """Pays a personal account out to its owner, who lives elsewhere for long (个人账户资金划转)."""
        return await self._ask(body, CashedOut, id)

    async def report_paid(
        self, visit: Visit, order_id: str, amount_fen: int, paid_on: date, *, id: str | None = None
    ) -> ReimbursementPaymentKept:
        """Reports that an order was paid, or what it recovers came back (below 0)."""
        body = ReportReimbursementPaid(
            **self._names(visit), order_id=order_id, amount_fen=amount_fen, paid_on=paid_on
        )
        return await self._ask(body, ReimbursementPaymentKept, id)
