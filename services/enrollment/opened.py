"""Tells which business day was opened last, from the database beside the service. Reads only."""

from datetime import date, datetime
from typing import NamedTuple

from services.enrollment import store
from shared.bus.database import connect_pool
from shared.bus.store import last_written
from shared.bus.topics import day_topics


class Opened(NamedTuple):
    """The last opened day (营业日), and since when; none if its opening is no longer in the outbox."""

    day: date
    since: datetime | None


async def read_opened(dsn: str) -> Opened | None:
    """The last day that was opened; none before the first."""
    pool = await connect_pool(dsn, "enrollment", size=1)
    try:
        async with pool.acquire() as tx:
            day = await store.last_opened(tx)
            # Into these topics enrollment writes days and nothing else.
            others = [topic for topic in day_topics() if topic != "registry.commands"]
            return Opened(day, await last_written(tx, others[0])) if day else None
    finally:
        await pool.close()
