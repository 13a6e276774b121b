"""Reports what a center has to do, from the database beside the running service. Reads only."""

from services.clearing.queries import store_desk as store
from services.clearing.queries.desk_report import Desk, DeskInvestigation
from services.clearing.queries.month import snapshot


async def read_desk(dsn: str, center_id: str, month: str | None = None) -> Desk:
    """A center's statements of a month with their disputes; without one, all that is not done with."""
    async with snapshot(dsn) as tx:
        statements = await store.read_statements(tx, center_id, month)
        ids = [one.statement_id for one in statements]
        return Desk(statements, await store.read_disputes(tx, ids), await store.read_overdue(tx, ids))


async def read_investigations(dsn: str, center_id: str) -> list[DeskInvestigation]:
    """The open investigations of a center's lines, the first due first."""
    async with snapshot(dsn) as tx:
        return await store.read_investigations(tx, center_id)


async def read_node(dsn: str, center_id: str) -> str | None:
    """The node that speaks for a center."""
    async with snapshot(dsn) as tx:
        return await store.read_node(tx, center_id)
