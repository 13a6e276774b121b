"""Reads and writes case pages, and finds those that are overdue."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.settlement.model.case_page import CasePage
from shared.bus.database import TableOf
from shared.bus.service import Tx

_PAGES = TableOf("case_page", CasePage, "visit_id")
_READ = f"{_PAGES.select} WHERE visit_id = ANY($1) ORDER BY visit_id"
_LOCK = f"{_READ} FOR UPDATE"
_PASSED = """
SELECT visit_id, person_id FROM case_page
WHERE partition = $1 AND page_id IS NULL AND NOT overdue AND due_on < $2 AND visit_id > $3
ORDER BY visit_id LIMIT $4
"""


async def lock(tx: Tx, visits: Sequence[str]) -> dict[str, CasePage]:
    """The case pages due for visits, locked to be changed."""
    return {row["visit_id"]: _PAGES.read(row) for row in await tx.fetch(_LOCK, visits)}


async def read(tx: Tx, visits: Sequence[str]) -> dict[str, CasePage]:
    """The same pages without a lock, beside the running service."""
    return {row["visit_id"]: _PAGES.read(row) for row in await tx.fetch(_READ, visits)}


async def passed(tx: Tx, partition: int, day: date, after: str, limit: int) -> list[tuple[str, str]]:
    """(visit, person) of a partition's pages that were due before `day` and are missing, by visit."""
    return [(row[0], row[1]) for row in await tx.fetch(_PASSED, partition, day, after, limit)]


async def save(tx: Tx, rows: Iterable[CasePage]) -> None:
    """Writes the last version of each case page. Raises RuntimeError if one is gone."""
    await _PAGES.save(tx, rows)
