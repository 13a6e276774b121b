"""Counts filings for those who look on: by kind and channel."""

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
