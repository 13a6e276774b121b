"""Counts for those who look on: filings by kind and channel, pools that were merged."""

from shared.bus.service import Tx

_COUNT = """
SELECT kind, channel, count(*) FROM filing WHERE state <> 'cancelled'
GROUP BY kind, channel ORDER BY kind, channel
"""


async def count_filings(tx: Tx) -> dict[str, dict[str, int]]:
    """How many filings were made, by kind (备案类型) and channel (渠道); those taken back are left out."""
    kinds: dict[str, dict[str, int]] = {}
    for kind, channel, count in await tx.fetch(_COUNT):
        kinds.setdefault(kind, {})[channel] = count
    return kinds


async def count_mergers(tx: Tx) -> int:
    """How many areas were told to belong to a wider pool (统筹区合并)."""
    count: int = await tx.fetchval("SELECT count(DISTINCT area) FROM known_pool WHERE pooling_area <> area")
    return count
