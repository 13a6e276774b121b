"""Reports on a month and on the ledger from the database, beside the running service. Reads only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from services.clearing.agreements import store_holders as holders
from services.clearing.ledger import store as ledger
from services.clearing.lines import store_days as days
from services.clearing.model.report import BooksReport, StatementStatus
from services.clearing.queries import store as report
from services.clearing.queries import store_party as party_store
from services.clearing.queries.party_books import PartyBooks
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.month.place import month_after

SHOWN = 20


async def read_status(dsn: str, month: str) -> list[StatementStatus]:
    """The statements of a month."""
    async with snapshot(dsn) as tx:
        return await report.read_status(tx, month)


async def check_books(dsn: str) -> BooksReport:
    """Checks that the ledger conserves money, as a whole and for each center and statement.

    Gives at most 20 faults of a kind.
    """
    async with snapshot(dsn) as tx:
        return BooksReport(
            await ledger.sum_ledger(tx),
            await ledger.find_unbalanced(tx, SHOWN),
            await ledger.find_differing(tx, SHOWN),
            await holders.find_unexplained(tx, SHOWN),
            await holders.find_misposted(tx, SHOWN),
            await days.find_differing(tx, SHOWN),
        )


async def read_party(dsn: str, party: str, month: str | None = None) -> PartyBooks:
    """The accounts of a center or an institution, and what moved them in `month`."""
    async with snapshot(dsn) as tx:
        held = await party_store.read_held(tx, party)
        if month is None:
            return PartyBooks(held, ())
        first, after = (date.fromisoformat(f"{one}-01") for one in (month, month_after(month)))
        return PartyBooks(held, await party_store.read_moved(tx, party, first, after))


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[Tx]:
    """Reads the books as they stand at one moment, beside the running service."""
    pool = await connect_pool(dsn, "clearing", size=1)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            yield tx
    finally:
        await pool.close()
