"""Clearing (清算): what the funds, the centers and the institutions owe each other, and who has paid.

Answers for: lines of settlements and reversals under an agreement, the double-entry ledger, what lies ahead
and its quota, claims for advances, the month's sorting, statements, batches, confirmations, disputes,
investigations and recoveries, payments and what comes back, interest and fines.
Hears: what hospitals and centers ask on `monthly.claims`; settlements, case pages and care in doubt;
registers; days.
Says: what became of each of these, and what is overdue; monthly batches.
Never: nets one direction against the other, changes a closed month, or charges a bank's fee to a fund.
"""

from pathlib import Path

from services.clearing.decider import COPIES, DECIDER
from services.clearing.months.jobs import JOBS
from shared.bus.service import Service

SERVICE = Service("clearing", DECIDER, Path(__file__).parent / "migrations", JOBS, copies=COPIES)
