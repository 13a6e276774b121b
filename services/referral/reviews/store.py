"""Reads and writes reviews of filings."""

from collections.abc import Sequence

from services.referral.model.chain import Review
from services.referral.model.known import Known
from shared.bus.service import Tx

_REVIEWS = """
SELECT filing_id, step, conclusion, officer, node_id, reviewed_on, opinion
FROM filing_review WHERE filing_id = ANY($1)
ORDER BY filing_id, reviewed_on
"""


async def load_reviews(tx: Tx, filings: Sequence[str], known: Known) -> None:
    """Reads the reviews of filings."""
    for row in await tx.fetch(_REVIEWS, filings):
        known.keep_review(Review(*row))


async def add_reviews(tx: Tx, reviews: Sequence[Review]) -> None:
    """Keeps new reviews."""
    await tx.copy_records_to_table("filing_review", records=reviews)
