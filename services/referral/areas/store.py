"""Reads and writes how areas take filings."""

from collections.abc import Sequence

from services.referral.model.chain import FilingRules
from services.referral.model.known import Known
from shared.areas import widened
from shared.bus.service import Tx

_RULES = """
SELECT insured_area, applies_from, chain, audited FROM filing_rules WHERE insured_area = ANY($1)
"""
_SAVE = """
INSERT INTO filing_rules VALUES ($1, $2, $3, $4)
ON CONFLICT (insured_area, applies_from) DO UPDATE SET chain = $3, audited = $4
"""


async def load_rules(tx: Tx, areas: Sequence[str], known: Known) -> None:
    """Reads the rules of areas, and of their cities and provinces."""
    places = sorted({place for area in areas for place in widened(area)})
    for area, applies_from, chain, audited in await tx.fetch(_RULES, places):
        known.keep_rules(FilingRules(area, applies_from, chain, tuple(audited)))


async def save_rules(tx: Tx, rules: Sequence[FilingRules]) -> None:
    """Keeps rules; those of one area and day replace what was set for that day before."""
    await tx.executemany(_SAVE, rules)
