"""Reports what a center has to do, from the database beside the running service. Reads only."""

from datetime import date
from typing import Any, NamedTuple

from services.clearing.centers.store import read_names
from services.clearing.prefund.store_radar import Seen, read_radar
from services.clearing.queries import store_desk as store
from services.clearing.queries.desk_report import Desk, DeskInvestigation, Share
from services.clearing.queries.month import snapshot
from services.clearing.queries.store import read_day


async def read_desk(dsn: str, center_id: str, month: str | None = None) -> Desk:
    """A center's statements of a month with their disputes; without one, all that is not done with."""
    async with snapshot(dsn) as tx:
        statements = await store.read_statements(tx, center_id, month)
        ids = [one.statement_id for one in statements]
        disputes, overdue = await store.read_disputes(tx, ids), await store.read_overdue(tx, ids)
        return Desk(statements, disputes, overdue, await read_names(tx))


async def read_investigations(dsn: str, center_id: str) -> list[DeskInvestigation]:
    """The open investigations of a center's lines, the first due first."""
    async with snapshot(dsn) as tx:
        return await store.read_investigations(tx, center_id)


async def read_shares(dsn: str, center_id: str, month: str | None = None) -> list[Share]:
    """What each pooling area bears of a center's statements of a month; without one, of all not paid."""
    async with snapshot(dsn) as tx:
        return await store.read_shares(tx, center_id, month)


async def read_node(dsn: str, center_id: str) -> str | None:
    """The node that speaks for a center."""
    async with snapshot(dsn) as tx:
        return await store.read_node(tx, center_id)


_PAGE = 500


class RadarReport(NamedTuple):
    """The radar on a day (预付金雷达), agreement by agreement; no day where none was ever reached."""

    day: date | None
    seen: list[Seen]

    def as_json(self) -> list[dict[str, Any]]:
        """Each agreement as a JSON object."""
        return [_as_json(one, self.day) for one in self.seen]


async def read_radars(dsn: str, day: date | None) -> RadarReport:
    """The radar on a day, or on the one that clearing has reached."""
    async with snapshot(dsn) as tx:
        on = day or await read_day(tx)
        if on is None:
            return RadarReport(None, [])
        seen: list[Seen] = []
        while page := await read_radar(tx, on, seen[-1].agreement_id if seen else "", _PAGE):
            seen += page
        return RadarReport(on, seen)


def _as_json(one: Seen, day: date | None) -> dict[str, Any]:
    radar = one.radar
    return {
        "agreement_id": one.agreement_id,
        "day": str(day),
        "level": radar.level,
        **radar._asdict(),
        "free_fen": radar.free_fen,
        "days_to_yellow": radar.days_to_yellow,
        "days_to_red": radar.days_to_red,
    }
