"""Reads and writes cases of manual reimbursement; finds their invoices, and those overdue without a bill."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.settlement.model.claims.reimbursement import ReimbursementCase
from shared.bus.database import TableOf
from shared.bus.service import Tx

_CASES = TableOf("reimbursement_case", ReimbursementCase, "visit_id")
_LOCK = f"{_CASES.select} WHERE visit_id = ANY($1) ORDER BY visit_id FOR UPDATE"
_OF_PERSONS = "SELECT visit_id FROM reimbursement_case WHERE person_id = ANY($1)"
_INVOICES = """
SELECT institution_id, invoice_id, visit_id FROM reimbursement_case
JOIN unnest($1::text[], $2::text[]) AS asked (institution_id, invoice_id) USING (institution_id, invoice_id)
"""
_PASSED = """
SELECT visit_id, c.person_id FROM reimbursement_case c JOIN visit USING (visit_id)
WHERE partition = $1 AND invoice_id IS NULL AND NOT overdue AND due_on < $2 AND visit_id > $3
    AND state = 'self_paid'
ORDER BY visit_id LIMIT $4
"""


async def lock(tx: Tx, visits: Sequence[str]) -> dict[str, ReimbursementCase]:
    """The cases of visits, locked to be changed."""
    return {row["visit_id"]: _CASES.read(row) for row in await tx.fetch(_LOCK, visits)}


async def visits_of(tx: Tx, persons: Sequence[str]) -> list[str]:
    """The ids of the persons' visits that have a case."""
    return [row[0] for row in await tx.fetch(_OF_PERSONS, persons)]


async def invoices(tx: Tx, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The visit that has each of the (institution, invoice) ids asked for; an id that is free is absent."""
    rows = await tx.fetch(_INVOICES, [name[0] for name in names], [name[1] for name in names])
    return {(row[0], row[1]): row[2] for row in rows}


async def passed(tx: Tx, partition: int, day: date, after: str, limit: int) -> list[tuple[str, str]]:
    """(visit, person) of a partition's cases whose bill was due before `day` and is missing, by visit."""
    return [(row[0], row[1]) for row in await tx.fetch(_PASSED, partition, day, after, limit)]


async def save(tx: Tx, rows: Iterable[ReimbursementCase]) -> None:
    """Writes the last version of each case. Raises RuntimeError if one is gone."""
    await _CASES.save(tx, rows)
