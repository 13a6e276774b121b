"""Reads and writes how areas take filings."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.referral.model.chain import FilingRules
from services.referral.model.known import Known
from shared.areas import widened
from shared.bus.service import Tx
from shared.messages.referral.reviews import RequiredMaterials

_RULES = """
SELECT insured_area, applies_from, chain, audited, required_materials, channels, listed
FROM filing_rules WHERE insured_area = ANY($1)
"""
_SAVE = """
INSERT INTO filing_rules (insured_area, applies_from, chain, audited, required_materials, channels, listed)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (insured_area, applies_from)
DO UPDATE SET chain = $3, audited = $4, required_materials = $5, channels = $6, listed = $7
"""
_MATERIALS = TypeAdapter(tuple[RequiredMaterials, ...])


async def load_rules(tx: Tx, areas: Sequence[str], known: Known) -> None:
    """Reads the rules of areas, and of their cities and provinces."""
    places = sorted({place for area in areas for place in widened(area)})
    for area, applies_from, chain, audited, required, channels, listed in await tx.fetch(_RULES, places):
        needed = _MATERIALS.validate_json(required)
        named = tuple(audited), needed, tuple(channels), tuple(listed)
        known.keep_rules(FilingRules(area, applies_from, chain, *named))


async def save_rules(tx: Tx, rules: Sequence[FilingRules]) -> None:
    """Keeps rules; those of one area and day replace what was set for that day before."""
    rows = [(*one[:4], _MATERIALS.dump_json(one.required_materials).decode(), *one[5:]) for one in rules]
    await tx.executemany(_SAVE, rows)
