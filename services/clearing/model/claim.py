"""Reviewed claims for advances, and the case pages on which they depend."""

from datetime import date
from typing import NamedTuple


class Claim(NamedTuple):
    """A reviewed claim for advances (回款申请)."""

    claim_id: str
    institution_id: str
    month: str
    claimed_fen: int
    accepted_fen: int
    reviewed_on: date


class PageHeld(NamedTuple):
    """Whether the case page (病案首页) of a visit counts; for a stay, an advance is accepted only with it."""

    visit_id: str
    discharge_id: str
    counts: bool
