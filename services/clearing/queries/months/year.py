"""Reports on a year from the database, beside the running service. Reads only."""

from services.clearing.queries.month import snapshot
from services.clearing.queries.months import store_year as store
from services.clearing.queries.months.signed import agreements_of, read_signed
from services.clearing.queries.months.year_report import Year, sums_of_year


async def read_year(dsn: str, year: int) -> Year:
    """A year by agreement and scheme, and what was compensated in it and in each year before."""
    async with snapshot(dsn) as tx:
        statements, late = await store.read_statements(tx, year), await store.read_late(tx, year)
        terms = agreements_of(await read_signed(tx)).terms
        return Year(year, sums_of_year(year, statements, late, terms), await store.read_advanced(tx, year))
