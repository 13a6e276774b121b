"""settlement: what a visit cost, and who pays what of it.

Answers for: visits, daily costs, case pages, splits, year accounts, manual reimbursement cases.
Hears: realtime.encounters, daily.costs, casepage.pages; the facts of enrollment and referral; the days.
Says: settlement.events, and answers on reply.<node>.
Never: changes a row about money, reads a clock, calls another service, or pays anyone: it orders what the
insured area's agency pays.
"""

from enum import StrEnum
from pathlib import Path

from services.settlement.decider import COPIES, DECIDER, due_case_pages, due_self_paid_bills
from shared.bus.service import Job, Service


class SettlementJob(StrEnum):
    """The names of the jobs that a business day starts (到期作业). Rows in the database hold them, so that a
    new name needs a migration.
    """

    CASE_PAGE_OVERDUE = "case-page-overdue"
    SELF_PAID_UPLOAD_OVERDUE = "self-paid-upload-overdue"


SERVICE = Service(
    "settlement",
    DECIDER,
    Path(__file__).parent / "migrations",
    (
        Job(SettlementJob.CASE_PAGE_OVERDUE, "casepage.pages", due_case_pages),
        Job(SettlementJob.SELF_PAID_UPLOAD_OVERDUE, "casepage.pages", due_self_paid_bills),
    ),
    copies=COPIES,
)
