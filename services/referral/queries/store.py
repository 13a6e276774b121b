"""Counts filings by channel (备案渠道), finds areas without a remote one (003 二), lists what holds."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, NamedTuple

from shared.areas import prefix_of
from shared.bus.database import connect_pool
from shared.messages.referral.filings import Channel

PAGE = 5_000
_COUNTS = """
SELECT insured_area, channel, count(*) FROM filing WHERE starts_with(insured_area, $1)
GROUP BY insured_area, channel ORDER BY insured_area, channel
"""
# What an area set for a day is over by what it set for a later one.
_WITHOUT_REMOTE = """
SELECT * FROM (
    SELECT insured_area, applies_from, lead(applies_from) OVER (
        PARTITION BY insured_area ORDER BY applies_from
    ), channels FROM filing_rules WHERE starts_with(insured_area, $1)
) AS told WHERE channels <> '{}' AND NOT channels && $2 ORDER BY insured_area, applies_from
"""
_COLUMNS = (
    *("filing_id", "person_id", "scheme", "insured_area", "kind", "destination_area"),
    *("filed_on", "starts_on", "ends_on", "channel", "evidence", "certificate_id", "certificate_issuer_id"),
    *("cannot_join_locally", "chosen"),
)
# Also what is to end, or to be followed, on a day to come; not what never held.
_HOLDING = f"""
SELECT {", ".join(_COLUMNS)} FROM filing WHERE state NOT IN ('submitted', 'refused', 'cancelled')
    AND (ends_on IS NULL OR ends_on > starts_on
        AND ends_on > (SELECT coalesce(day, '-infinity') FROM service_day))
    AND filing_id > $1
ORDER BY filing_id LIMIT {PAGE}
"""  # noqa: S608 (our own words)
REMOTE: tuple[Channel, ...] = (
    "national_app",
    "national_mini_program",
    "state_council_client",
    "provincial_app",
    "provincial_web",
)
"""Channels by which nobody has to come to a window (003 二)."""


class ChannelCount(NamedTuple):
    """How many filings of an insured area came in by a channel, whatever became of them."""

    insured_area: str
    channel: str
    filings: int


class WithoutRemote(NamedTuple):
    """An area that offers no remote channel (无线上渠道) from a day on, until it sets other rules."""

    insured_area: str
    applies_from: date
    applies_until: date | None
    channels: list[str]


async def read_channels(dsn: str, area: str) -> list[ChannelCount]:
    """The counts of an area and of all below it; seven channels an area at most."""
    return [ChannelCount(*row) for row in await _fetch(dsn, _COUNTS, prefix_of(area))]


async def read_without_remote(dsn: str, area: str) -> list[WithoutRemote]:
    """Where an area, or one below it, has set that it takes filings at windows alone."""
    return [WithoutRemote(*row) for row in await _fetch(dsn, _WITHOUT_REMOTE, prefix_of(area), REMOTE)]


async def _fetch(dsn: str, sql: str, *values: Any) -> list[Any]:
    pool = await connect_pool(dsn, "referral", size=1)
    try:
        return list(await pool.fetch(sql, *values))
    finally:
        await pool.close()


async def filings_that_hold(dsn: str) -> AsyncIterator[dict[str, Any]]:
    """The filings that hold after the day, as `TakeOverFiling` tells them; page by page: they are many."""
    pool, after = await connect_pool(dsn, "referral", size=1), ""
    try:
        while rows := await pool.fetch(_HOLDING, after):
            for row in rows:
                told = dict(zip(_COLUMNS, row, strict=True))
                yield {**told, "institutions": told.pop("chosen")}
            after = rows[-1]["filing_id"]
    finally:
        await pool.close()
