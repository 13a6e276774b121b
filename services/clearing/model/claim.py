"""Claims for advances, reviewed."""

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


class Claimed(NamedTuple):
    """A settlement whose advance was accepted; once each."""

    settlement_id: str
    claim_id: str
