"""Counts filings by the channel they came in by (备案渠道), 001 (十三), 003 二. Reads only."""

from typing import NamedTuple

from shared.areas import prefix_of
from shared.bus.database import connect_pool

_COUNTS = """
SELECT insured_area, channel, count(*) FROM filing WHERE starts_with(insured_area, $1)
GROUP BY insured_area, channel ORDER BY insured_area, channel
"""


class ChannelCount(NamedTuple):
    """How many filings of an insured area came in by a channel, whatever became of them."""

    insured_area: str
    channel: str
    filings: int


async def read_channels(dsn: str, area: str) -> list[ChannelCount]:
    """The counts of an area and of all below it; seven channels an area at most."""
    pool = await connect_pool(dsn, "referral", size=1)
    try:
        rows = await pool.fetch(_COUNTS, prefix_of(area))
    finally:
        await pool.close()
    return [ChannelCount(*row) for row in rows]
