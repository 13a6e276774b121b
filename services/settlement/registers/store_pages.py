"""Reads and writes pages of registers: catalogues and prices by area, code mappings by institution."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.settlement.model.registers.registry import CataloguePage, Edition, MappingPage, PricePage
from services.settlement.registers.store import last_by
from services.settlement.registers.store_versions import renew
from shared.bus.service import Tx

AnyPage = CataloguePage | MappingPage | PricePage


class PageTable(NamedTuple):
    """The table of one kind of page: its row class, its prefix for `subject`, its SQL statements."""

    form: type[CataloguePage] | type[MappingPage] | type[PricePage]
    subject: str
    tokens: str
    read: str
    save: str


def _tokens(table: str, whose: str) -> str:
    """Selects the pages that count: those of the newest complete edition, else those in no edition."""
    return f"""
WITH edition AS (
    SELECT page_ids FROM known_edition WHERE subject = $2 AND cardinality(page_ids) = (
        SELECT count(*) FROM {table} WHERE page_id = ANY (page_ids)
    ) ORDER BY number DESC LIMIT 1
)
SELECT page_id, token FROM {table} WHERE {whose} = $1 AND CASE WHEN EXISTS (SELECT FROM edition)
    THEN page_id IN (SELECT unnest(page_ids) FROM edition) ELSE NOT in_edition END
"""  # noqa: S608 (our own words)


CATALOGUES = PageTable(
    CataloguePage,
    "catalogue",
    _tokens("known_catalogue_page", "area"),
    "SELECT token, page_id, area, in_force_from, items FROM known_catalogue_page WHERE page_id = ANY($1)",
    """
INSERT INTO known_catalogue_page (page_id, area, in_force_from, items, in_edition)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (page_id) DO UPDATE SET area = $2, in_force_from = $3, items = $4, in_edition = $5,
    token = excluded.token
""",
)
MAPPINGS = PageTable(
    MappingPage,
    "mapping",
    _tokens("known_mapping_page", "institution_id"),
    """
SELECT token, page_id, institution_id, in_force_from, items FROM known_mapping_page WHERE page_id = ANY($1)
""",
    """
INSERT INTO known_mapping_page (page_id, institution_id, in_force_from, items, in_edition)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (page_id) DO UPDATE SET institution_id = $2, in_force_from = $3, items = $4,
    in_edition = $5, token = excluded.token
""",
)
PRICES = PageTable(
    PricePage,
    "prices",
    _tokens("known_price_page", "area"),
    "SELECT token, page_id, area, in_force_from, items FROM known_price_page WHERE page_id = ANY($1)",
    """
INSERT INTO known_price_page (page_id, area, in_force_from, items, in_edition)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (page_id) DO UPDATE SET area = $2, in_force_from = $3, items = $4, in_edition = $5,
    token = excluded.token
""",
)


_SAVE_EDITION = """
INSERT INTO known_edition VALUES ($1, $2, $3) ON CONFLICT (subject, number) DO UPDATE SET page_ids = $3
"""


def subject(table: PageTable, whose: str) -> str:
    """The name of an area's or institution's pages in the table of versions."""
    return f"{table.subject} {whose}"


async def tokens(tx: Tx, table: PageTable, whose: str) -> dict[str, UUID]:
    """The version of each page of an area or institution that counts."""
    return {row[0]: row[1] for row in await tx.fetch(table.tokens, whose, subject(table, whose))}


async def read(tx: Tx, table: PageTable, page_ids: Sequence[str]) -> list[tuple[UUID, AnyPage]]:
    """Pages, each with its version."""
    return [(row[0], table.form(*row[1:])) for row in await tx.fetch(table.read, page_ids)]


async def save_catalogue_pages(tx: Tx, rows: Sequence[CataloguePage]) -> None:
    """Writes the newest row of each page of catalogues."""
    await _save(tx, CATALOGUES, rows)


async def save_mapping_pages(tx: Tx, rows: Sequence[MappingPage]) -> None:
    """Writes the newest row of each page of code mappings."""
    await _save(tx, MAPPINGS, rows)


async def save_price_pages(tx: Tx, rows: Sequence[PricePage]) -> None:
    """Writes the newest row of each page of prices."""
    await _save(tx, PRICES, rows)


async def save_editions(tx: Tx, rows: Sequence[Edition]) -> None:
    """Writes every edition; which of them counts is found when pages are read."""
    await tx.executemany(_SAVE_EDITION, rows)
    await renew(tx, {row.subject for row in rows})


async def _save(tx: Tx, table: PageTable, rows: Sequence[Any]) -> None:
    await tx.executemany(table.save, last_by(rows, "page_id"))
    await renew(tx, {subject(table, row[1]) for row in rows})
