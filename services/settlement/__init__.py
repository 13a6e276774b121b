"""settlement: what a visit cost, and who pays what of it.

Answers for: visits, daily costs, case pages, splits, year accounts, manual reimbursement cases.
Hears: realtime.encounters, daily.costs, casepage.pages; the facts of enrollment and referral; the days.
Says: settlement.events, and answers on reply.<node>.
Never: changes a row about money, reads a clock, calls another service, or pays anyone: it orders what the
insured area's agency pays.
"""

from pathlib import Path

from services.settlement.decider import Settling, due_case_pages, due_self_paid_bills
from shared.bus.service import Job, Service

SERVICE = Service(
    "settlement",
    Settling(),
    Path(__file__).parent / "migrations",
    (
        Job("case-page-overdue", "casepage.pages", due_case_pages),
        Job("self-paid-upload-overdue", "casepage.pages", due_self_paid_bills),
    ),
)
