"""Every SQL statement about who may issue referral certificates."""

from collections.abc import Iterable, Sequence

from services.referral.issuers.model import KnownIssuers
from shared.bus.service import Tx

_READ = """
SELECT area, applies_from, institutions FROM known_issuers
WHERE left(area, 2) = ANY($1) ORDER BY area, applies_from
"""

_SAVE = """
WITH later AS (
    DELETE FROM known_issuers
    WHERE area = $1 AND applies_from > $2 AND date_trunc('year', applies_from) = date_trunc('year', $2::date)
)
INSERT INTO known_issuers VALUES ($1, $2, $3)
ON CONFLICT (area, applies_from) DO UPDATE SET institutions = excluded.institutions
"""


async def read_issuers(tx: Tx, areas: Iterable[str]) -> list[KnownIssuers]:
    """The lists of the provinces that some areas lie in."""
    provinces = sorted({area[:2] for area in areas})
    return [
        KnownIssuers(area, first, tuple(names)) for area, first, names in await tx.fetch(_READ, provinces)
    ]


async def save_issuers(tx: Tx, lists: Sequence[KnownIssuers]) -> None:
    """Keeps lists in the order in which they were told: each replaces later ones of its year."""
    await tx.executemany(_SAVE, lists)
