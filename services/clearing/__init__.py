"""Clearing (清算): what the funds, the centers and the institutions owe each other, and who has paid.

Answers for: lines of settlements and reversals under an agreement, the double-entry ledger, what lies ahead
and its quota, claims for advances, the month's sorting, statements, batches, confirmations and payments.
Hears: claims and their reviews, confirmations and payments on `monthly.claims`; settlements, case pages
and care in doubt; registers; days.
Says: reviewed claims, statements issued, confirmed and paid, advances paid, prefund changes, monthly batches.
Never: nets one direction against the other, changes a closed month, or charges a bank's fee to a fund.
"""

from pathlib import Path

from services.clearing.decider import DECIDER
from services.clearing.months.jobs import JOBS
from shared.bus.service import Service

SERVICE = Service("clearing", DECIDER, Path(__file__).parent / "migrations", JOBS)
