"""Facts that other services say, of invented visits, for the tests of audit."""

from datetime import date
from typing import Any

from shared.messages.amounts import FeeAmounts, Payments
from shared.messages.clearing.batches import StatementHead, Sums
from shared.messages.clearing.confirmations import ConfirmationWithdrawn
from shared.messages.clearing.months import (
    AdvanceReviewed,
    StatementConfirmed,
    StatementIssued,
    StatementPaid,
)
from shared.messages.settlement.case_pages import CasePageOverdue, CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled
from shared.messages.settlement.visits import CostsUploaded, SettlementCompleted, VisitAdmitted

PLACE = "H51010000001"
SUBJECT: dict[str, Any] = {"visit_id": "V1", "person_id": "P1", "institution_id": PLACE}


def march(day: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, day)


def admitted(on: int, heard: int) -> VisitAdmitted:
    """An admission and the day it was heard."""
    return VisitAdmitted(
        **SUBJECT,
        insured_area="511900",
        treatment_area="510100",
        scheme="310",
        admitted_on=march(on),
        heard_on=march(heard),
    )


def uploaded(on: int, heard: int, upload_id: str = "U1") -> CostsUploaded:
    """A day's costs and the day they were heard."""
    amounts = FeeAmounts(total_fen=100, full_self_pay_fen=0, over_limit_fen=0, pre_self_pay_fen=0)
    return CostsUploaded(
        **SUBJECT,
        upload_id=upload_id,
        cost_on=march(on),
        heard_on=march(heard),
        late=heard > on + 1,
        lines=1,
        unknown_items=0,
        amounts=amounts,
    )


def settled(discharged: int | None, on: int, attempt: int = 1, **changes: Any) -> SettlementCompleted:
    """A settlement of an inpatient, or of an outpatient served on the 3rd where nobody was discharged."""
    fen: dict[str, Any] = dict.fromkeys(Payments.model_fields, 0) | {"ratio_bp": None}
    fields: dict[str, Any] = {
        **SUBJECT,
        "settlement_id": "S1",
        "insured_area": "511900",
        "treatment_area": "510100",
        "scheme": "310",
        "kind": "inpatient" if discharged else "outpatient_general",
        "settled_on": march(on),
        "payments": Payments(**fen),
        "attempt": attempt,
        "service_on": march(3),
        "discharged_on": march(discharged) if discharged else None,
        "filing": "long_term",
        "filing_id": "F1",
        "policy_id": "511900-310-2023",
        "by_category": {},
    }
    return SettlementCompleted(**fields | changes)


def page_received(due: int, on: int) -> CasePageReceived:
    """A case page, due on one day and received on another."""
    return CasePageReceived(**SUBJECT, page_id="G1", received_on=march(on), due_on=march(due), late=on > due)


def page_overdue(due: int) -> CasePageOverdue:
    """A case page that has not come."""
    return CasePageOverdue(**SUBJECT, due_on=march(due))


def cancelled(due: int | None, on: int) -> DischargeCancelled:
    """A discharge cancelled whose page was due, or had come."""
    due_on = march(due) if due else None
    days = {"discharged_on": march(9), "cancelled_on": march(on), "case_page_due_on": due_on}
    return DischargeCancelled.model_validate({**SUBJECT, **days, "discharge_id": "D1"})


def claimed(month: str, on: date) -> AdvanceReviewed:
    """A claim for the advances of a month, reviewed on the day it came."""
    return AdvanceReviewed(
        claim_id="C1",
        institution_id=PLACE,
        month=month,
        claimed_fen=100,
        accepted_fen=100,
        verdicts=(),
        reviewed_on=on,
    )


def issued() -> StatementIssued:
    """A statement of Bazhong's employees treated in Chengdu."""
    head = StatementHead(
        statement_id="T1",
        agreement_id="A1",
        funding_mode="AGENCY_PREFUND",
        insured_center="511900",
        treatment_center="510100",
        insured_area="511900",
        treatment_area="510100",
        scheme="310",
        month="2026-02",
    )
    sums = Sums(**dict.fromkeys(Sums.model_fields, 0))
    return StatementIssued(statement_id="T1", head=head, sums=sums, issued_on=march(1))


def confirmed(pay_by: int, fen: int = 500) -> StatementConfirmed:
    """The statement is confirmed, to be paid by a day."""
    return StatementConfirmed(statement_id="T1", confirmed_fen=fen, disputed=(), pay_by=march(pay_by))


def withdrawn(*, reopened: bool) -> ConfirmationWithdrawn:
    """A center takes its confirmation back."""
    return ConfirmationWithdrawn(statement_id="T1", center_id="511900", disputed=(), reopened=reopened)


def paid(on: int | date, booked: int | None = None) -> StatementPaid:
    """The statement is paid on a day, in March where only its number is given, and reported on another."""
    return StatementPaid(
        statement_id="T1",
        paid_fen=500,
        paid_on=march(on) if isinstance(on, int) else on,
        top_up_fen=0,
        booked_on=march(booked) if booked else None,
    )
