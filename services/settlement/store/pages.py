"""Pages of what processes keep in memory: catalogues and prices by area, code mappings by institution."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.settlement.model.registry import CataloguePage, MappingPage, PricePage
from services.settlement.store.copies import last_by_key
from services.settlement.store.versions import renew
from shared.bus.service import Tx

AnyPage = CataloguePage | MappingPage | PricePage


class PageTable(NamedTuple):
    """Where pages of a kind stand: their form, what the version of all pages of one is called, statements."""

    form: type[CataloguePage] | type[MappingPage] | type[PricePage]
    subject: str
    tokens: str
    read: str
    save: str


CATALOGUES = PageTable(
    CataloguePage,
    "catalogue",
    "SELECT page_id, token FROM known_catalogue_page WHERE area = $1",
    "SELECT token, page_id, area, in_force_from, items FROM known_catalogue_page WHERE page_id = ANY($1)",
    """
INSERT INTO known_catalogue_page VALUES ($1, $2, $3, $4)
ON CONFLICT (page_id) DO UPDATE SET area = $2, in_force_from = $3, items = $4, token = excluded.token
""",
)
MAPPINGS = PageTable(
    MappingPage,
    "mapping",
    "SELECT page_id, token FROM known_mapping_page WHERE institution_id = $1",
    """
SELECT token, page_id, institution_id, in_force_from, items FROM known_mapping_page WHERE page_id = ANY($1)
""",
    """
INSERT INTO known_mapping_page VALUES ($1, $2, $3, $4)
ON CONFLICT (page_id) DO UPDATE SET institution_id = $2, in_force_from = $3, items = $4,
    token = excluded.token
""",
)
PRICES = PageTable(
    PricePage,
    "prices",
    "SELECT page_id, token FROM known_price_page WHERE area = $1",
    "SELECT token, page_id, area, in_force_from, items FROM known_price_page WHERE page_id = ANY($1)",
    """
INSERT INTO known_price_page VALUES ($1, $2, $3, $4)
ON CONFLICT (page_id) DO UPDATE SET area = $2, in_force_from = $3, items = $4, token = excluded.token
""",
)


def subject(table: PageTable, whose: str) -> str:
    """What the version of an area's or institution's pages is called."""
    return f"{table.subject} {whose}"


async def tokens(tx: Tx, table: PageTable, whose: str) -> dict[str, UUID]:
    """The version of each page of an area or institution."""
    return {row[0]: row[1] for row in await tx.fetch(table.tokens, whose)}


async def read(tx: Tx, table: PageTable, page_ids: Sequence[str]) -> list[tuple[UUID, AnyPage]]:
    """Pages, each with its version."""
    return [(row[0], table.form(*row[1:])) for row in await tx.fetch(table.read, page_ids)]


async def save_catalogue_pages(tx: Tx, rows: Sequence[CataloguePage]) -> None:
    """The newest of each page of catalogues."""
    await _save(tx, CATALOGUES, rows)


async def save_mapping_pages(tx: Tx, rows: Sequence[MappingPage]) -> None:
    """The newest of each page of code mappings."""
    await _save(tx, MAPPINGS, rows)


async def save_price_pages(tx: Tx, rows: Sequence[PricePage]) -> None:
    """The newest of each page of prices."""
    await _save(tx, PRICES, rows)


async def _save(tx: Tx, table: PageTable, rows: Sequence[Any]) -> None:
    await tx.executemany(table.save, last_by_key(rows, 1))
    await renew(tx, {subject(table, row[1]) for row in rows})
