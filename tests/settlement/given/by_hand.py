"""Bills paid whole and claimed: requests of the invented world's hospital and of Lin's agency."""

from typing import Any

from shared.benefit.bill import YearToDate
from shared.bus.message import Decision
from shared.messages.body import Body
from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    PaymentOrdered,
    ReportReimbursementPaid,
    UploadSelfPaid,
)
from shared.messages.settlement.visits import FeeLine
from tests.given.driver import Driver
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D9,
    KEYS,
    DriverFor,
    control,
    line,
    open_world,
    prices,
    rows,
)

AGENCY = "agency"
ON_PAPER = ("invoice", "fee_list", "diagnosis_proof")


def center(center_id: str = "511900", node: str = AGENCY) -> CenterRegistered:
    return CenterRegistered(center_id=center_id, name=center_id, node_id=node)


def self_paid(*lines: FeeLine, total_fen: int, **given: Any) -> UploadSelfPaid:
    """A stay of three days, as the hospital uploads it."""
    values: dict[str, Any] = {
        **KEYS,
        "kind": "inpatient",
        "service_on": D1,
        "discharged_on": D3,
        "credential": "01",
        "reason": "01",
        "invoice_id": f"E-{given.get('visit_id', 'V1')}",
        "diagnoses": ("I10",),
        **given,
    }
    return UploadSelfPaid(**values, lines=lines, control=control(len(lines), total_fen))


def paid_stay(yuan: int = 1000, **given: Any) -> UploadSelfPaid:
    """One line, dearer by nothing than at home unless there are prices."""
    return self_paid(line(1, price=str(yuan)), total_fen=yuan * 100, **given)


def paid_bill(yuan: int = 100, **given: Any) -> UploadSelfPaid:
    """An outpatient bill of one line."""
    return paid_stay(yuan, **{"kind": "outpatient_general", "discharged_on": None, **given})


def claim(**given: Any) -> ClaimReimbursement:
    values = {**KEYS, "channel": "online", "payee": "bank_account", "payee_reference": "token-1", **given}
    return ClaimReimbursement(**values)


def report(order: PaymentOrdered, **given: Any) -> ReportReimbursementPaid:
    told = {name: getattr(order, name) for name in ("visit_id", "person_id", "institution_id", "order_id")}
    return ReportReimbursementPaid(**{**told, "amount_fen": order.amount_fen, "paid_on": D9, **given})


def ordered(decision: Decision) -> list[PaymentOrdered]:
    """The orders a decision told."""
    return [fact for fact in decision.facts if isinstance(fact, PaymentOrdered)]


async def open_by_hand(driver_for: DriverFor, *more: Body) -> Driver:
    """The world with Lin's agency and the price of a bed in hospitals like it at home: 80 000 yuan."""
    return await open_world(driver_for, center(), prices(BED="80000"), *more)


async def years(driver: Driver) -> list[tuple[Any, ...]]:
    """The year accounts in which something counts."""
    sums = ", ".join(YearToDate._fields)
    found = await rows(driver, f"SELECT account, {sums} FROM year_account ORDER BY account")  # noqa: S608
    return [row for row in found if any(row[1:])]
