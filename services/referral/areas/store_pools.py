"""Reads and writes who pools for areas, as enrollment told it."""

from collections.abc import Iterable, Sequence

from shared.bus.service import Tx
from shared.bus.together import Read
from shared.pools import Pool, PoolBook

_POOLS = (
    "SELECT area, scheme, applies_from, pooling_area, under_province FROM known_pool WHERE area = ANY($1)"
)
_SAVE = """
INSERT INTO known_pool VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (area, scheme, applies_from) DO UPDATE SET pooling_area = $4, under_province = $5
"""


def pools_of(places: Sequence[str]) -> Read[PoolBook]:
    """What was told of places, which are areas with their cities and provinces."""
    return Read(_POOLS, (places,), lambda rows: PoolBook(Pool(*row) for row in rows))


async def save_pools(tx: Tx, told: Iterable[Pool]) -> None:
    """Keeps the newest statement of each area, scheme and first day."""
    last = {one.key: one for one in told}
    await tx.executemany(_SAVE, [last[key] for key in sorted(last)])
