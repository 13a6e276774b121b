"""What travels about manual reimbursement (手工报销): self-paid bills, claims, and what is paid for them.

A claim is a settlement: it is taken back by `ReverseSettlement` as any other.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import FilingUsed
from shared.messages.amounts import FeeAmounts, Payments
from shared.messages.body import AmountFen, Area, Body, Count, Fen, Identifier, Result, Text
from shared.messages.settlement.visits import (
    Control,
    Credential,
    Diagnoses,
    FeeLine,
    SettlementSubject,
    TraumaRequest,
    VisitRequest,
    VisitSubject,
    WorkedOut,
)

_DESK = ("realtime.encounters",)
_EVENTS = ("settlement.events",)

Reason = Literal["01", "02", "03", "04", "05", "06", "07"]
"""Why it is reimbursed by hand (`manl_reim_rea`): 01 general, 02 no card at a designated institution, 03
out-of-area visit, 04 emergency rescue, 05 out-of-area transfer, 06 assistance, 07 tests before admission."""
ClaimChannel = Literal["online", "counter", "mail", "service_point", "delegated"]
Payee = Literal["health_card", "bank_account"]
Material = Literal["invoice", "fee_list", "diagnosis_proof", "emergency_receipt", "medical_record"]
PayeeToken = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9._:-]{0,63}$",
        description="stands for a card or account that the agency holds; never its number",
    ),
]


class UploadSelfPaid(TraumaRequest):
    """Uploads a bill that the patient paid whole (自费上传), within 5 working days of the discharge.

    From the institution, or, for a bill on paper, from the insured area's agency. A later one of the same
    visit replaces it until the visit is claimed. 001 (十五), 000 三(三)3.
    """

    TOPICS = ("casepage.pages",)
    kind: VisitKind
    disease: Identifier | None = None
    service_on: date
    discharged_on: date | None = None
    credential: Credential
    emergency: bool = False
    trauma: bool = False
    reason: Reason
    invoice_id: Identifier
    diagnoses: Diagnoses = ()
    lines: tuple[FeeLine, ...] = Field(min_length=1, max_length=2000)
    control: Control


class ClaimReimbursement(TraumaRequest):
    """Claims the fund's part of an uploaded bill (手工报销申请); decided at once.

    From the insured area's agency, or online through the institution. No stamp is asked for (003 二).
    `ticket_id`: the ticket under which agencies deal with an online claim (线上报销协查, 001 (二十)).
    """

    TOPICS = _DESK
    channel: ClaimChannel
    acting_agency: Area | None = None
    materials: tuple[Material, ...] = Field(default=(), max_length=10)
    payee: Payee
    payee_reference: PayeeToken
    ticket_id: Identifier | None = None


class ReportReimbursementPaid(VisitRequest):
    """The insured area's agency has paid an order, or got back what one recovers (拨付回执)."""

    TOPICS = _DESK
    order_id: Identifier
    amount_fen: Fen
    paid_on: date


class ManualCaseOpened(VisitSubject):
    """A filing came after a self-paid discharge: manual reimbursement (手工报销, 001 (九))."""

    TOPICS = (*_EVENTS, "reply.<node>")
    case_id: Identifier
    filing_id: Identifier
    opened_on: date


class SelfPaidUploaded(VisitSubject):
    """A self-paid bill is kept, compared item by item with the prices at home (001 (三)).

    `excess_fen` is what the comparison cut beyond the catalogue's own limits, `unpriced_items` how many items
    have no price there.
    """

    TOPICS = _EVENTS
    insured_area: Area
    kind: VisitKind
    service_on: date
    discharged_on: date | None
    reason: Reason
    invoice_id: Identifier
    heard_on: date
    due_on: date
    late: bool
    lines: Count
    unknown_items: Count
    unpriced_items: Count
    excess_fen: Fen
    amounts: FeeAmounts


class SelfPaidUploadOverdue(VisitSubject):
    """The bill of a stay left at the patient's own cost is not there although its day has passed."""

    TOPICS = _EVENTS
    due_on: date


class ReimbursementClaimed(VisitSubject):
    """A claim was taken in (已申请): by which way, through which agency, with which materials."""

    TOPICS = _EVENTS
    insured_area: Area
    channel: ClaimChannel
    acting_agency: Area | None
    materials: tuple[Material, ...]
    claimed_on: date
    ticket_id: Identifier | None = None


class ReimbursementDecided(WorkedOut):
    """A self-paid bill is settled by the insured area itself (手工报销核定): no areas clear it."""

    TOPICS = _EVENTS


class FundAmounts(Body):
    """What each fund pays of an order, or gets back (below 0)."""

    pool_fen: Fen
    large_amount_fen: Fen
    serious_illness_fen: Fen
    assistance_fen: Fen


class PaymentOrdered(VisitSubject):
    """The insured area's agency is to pay a patient (支付单), or to recover (below 0).

    It counts instead of any earlier order of the visit to the same payee that is not yet paid, so 0 cancels
    one; what a bank has paid of a replaced order is reported all the same.
    """

    TOPICS = _EVENTS
    order_id: Identifier
    insured_area: Area
    ordered_on: date
    payee: Payee
    payee_reference: PayeeToken
    amount_fen: Fen
    funds: FundAmounts


class ReimbursementPaid(VisitSubject):
    """An order was paid, or recovered (below 0)."""

    TOPICS = _EVENTS
    order_id: Identifier
    amount_fen: Fen
    paid_on: date


class ReimbursementReversed(SettlementSubject):
    """A reimbursement is taken back (手工报销冲正); `payments` are the old ones.

    `recover_fen` is what had been paid and is to come back; 0 where the visit is settled again at once.
    """

    TOPICS = _EVENTS
    reversal_id: Identifier
    reversed_on: date
    reason: Text
    recover_fen: AmountFen = 0


class SelfPaidKept(Result):
    """The self-paid bill is kept; its split, and the items without a catalogue entry or a price at home."""

    result: Literal["self_paid_kept"] = "self_paid_kept"
    visit_id: str
    due_on: date
    late: bool
    lines: Count
    amounts: FeeAmounts
    excess_fen: Fen
    unknown_items: tuple[str, ...] = ()
    unpriced_items: tuple[str, ...] = ()


class Reimbursed(Result):
    """The claim is decided; `order_id` names the payment, None where nothing else is to be paid than before.

    `order_fen`: what the order pays beyond what was paid, below 0 what it recovers.
    """

    result: Literal["reimbursed"] = "reimbursed"
    visit_id: str
    settlement_id: str
    policy_id: str
    filing: FilingUsed
    settled_on: date
    payments: Payments
    order_id: str | None = None
    order_fen: Fen | None = None


class ReimbursementPaymentKept(Result):
    """The payment is noted; `new_order_id`: what is due after it, where the order had been replaced."""

    result: Literal["reimbursement_payment_kept"] = "reimbursement_payment_kept"
    order_id: str
    new_order_id: str | None = None
    new_order_fen: Fen | None = None
