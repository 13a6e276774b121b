"""Referral (转诊备案): who may be treated outside, where, from when until when.

Answers for: filings (备案), their reviews, how areas take them.
Hears: `realtime.filings`, enrollment's events (coverage, credentials, agencies,
institutions, policies, agreements), the days.
Says: `referral.events`.
Never: decides what a filing is worth in money, or names a hospital as its destination.
"""

from enum import StrEnum
from pathlib import Path

from services.referral.decider import COPIES, DECIDER
from services.referral.store_filings import read_expired, read_lapsed
from shared.bus.service import Job, Service


class ReferralJob(StrEnum):
    """The jobs of a day, as rows name them: one that is renamed needs a migration."""

    FILING_EXPIRY = "filing-expiry"
    COVERAGE_LAPSE = "coverage-lapse"


SERVICE = Service(
    "referral",
    DECIDER,
    Path(__file__).parent / "migrations",
    jobs=(
        Job(ReferralJob.FILING_EXPIRY, "realtime.filings", read_expired),
        Job(ReferralJob.COVERAGE_LAPSE, "realtime.filings", read_lapsed),
    ),
    copies=COPIES,
)
