"""Referral (转诊备案): who may be treated outside, where, from when until when.

Answers for: filings (备案).
Hears: `realtime.filings`, enrollment's events (persons' coverage), the days.
Says: `referral.events`.
Never: decides what a filing is worth in money, or names a hospital as its destination.
"""

from pathlib import Path

from services.referral.decider import ReferralDecider
from services.referral.store import read_expired, read_lapsed
from shared.bus.service import Job, Service

SERVICE = Service(
    "referral",
    ReferralDecider(),
    Path(__file__).parent / "migrations",
    jobs=(
        Job("filing-expiry", "realtime.filings", read_expired),
        Job("coverage-lapse", "realtime.filings", read_lapsed),
    ),
)
