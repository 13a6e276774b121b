"""Stores investigations, their answers and their ends."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.clearing.investigations.model import (
    Answered,
    Closed,
    Held,
    Investigation,
    Investigations,
    Reminded,
)
from shared.bus.service import Tx
from shared.month.funds import Funds

_ROW = ", ".join(f"i.{name}" for name in Investigation._fields)
_OPEN = f"SELECT {_ROW} FROM investigation i WHERE i.is_open AND i.line_id = ANY($1)"  # noqa: S608 (our own words)
# Of a stay that was taken back nothing is held: it comes to nothing.
_INVESTIGATED = """
SELECT l.line_id FROM investigation i JOIN line l USING (line_id)
    JOIN statement s USING (agreement_id, scheme, month)
WHERE i.is_open AND s.statement_id = ANY($1) AND NOT EXISTS (
    SELECT FROM line r WHERE r.line_id = l.settlement_id || '.r' AND r.month IS NOT NULL)
"""
_OVERDUE = """
SELECT i.investigation_id, i.line_id FROM investigation i LEFT JOIN LATERAL (
    SELECT close_by FROM investigation_answer a WHERE a.investigation_id = i.investigation_id
    ORDER BY number DESC LIMIT 1) AS a ON true
WHERE i.is_open AND i.investigation_id > $1 AND coalesce(a.close_by, i.answer_by) < $2
    AND NOT EXISTS (SELECT FROM investigation_reminder r WHERE r.investigation_id = i.investigation_id
        AND r.omitted = CASE WHEN a.close_by IS NULL THEN 'ANSWER' ELSE 'CLOSURE' END
        AND r.due_on = coalesce(a.close_by, i.answer_by))
ORDER BY i.investigation_id LIMIT $3
"""


async def read_open(tx: Tx, line_ids: Sequence[str]) -> Investigations:
    """The open investigations of lines, with their last answers, what is held and what was told."""
    found = Investigations()
    for row in await tx.fetch(_OPEN, line_ids):
        found.keep(Investigation(*row))
    if not found.by_line:
        return found
    ids = sorted(one.investigation_id for one in found.by_line.values())
    answers = "SELECT * FROM investigation_answer WHERE investigation_id = ANY($1) ORDER BY number"
    for row in await tx.fetch(answers, ids):
        found.keep(_answered(*row))
    for row in await tx.fetch("SELECT * FROM investigation_hold WHERE investigation_id = ANY($1)", ids):
        found.keep(Held(*row))
    reminders = "SELECT * FROM investigation_reminder WHERE investigation_id = ANY($1)"
    for row in await tx.fetch(reminders, ids):
        found.keep(Reminded(*row))
    return found


def _answered(*row: Any) -> Answered:
    answer = Answered(*row)
    return answer._replace(undue=Funds(*answer.undue) if answer.undue is not None else None)


async def find_investigated(tx: Tx, statement_ids: Sequence[str]) -> set[str]:
    """The lines of statements that are investigated, but for stays that were taken back."""
    return {row["line_id"] for row in await tx.fetch(_INVESTIGATED, statement_ids)}


async def find_overdue(tx: Tx, day: date, after: str, limit: int) -> list[tuple[str, str]]:
    """Investigations after this one that are overdue by a day and were not told so, each with its line."""
    return [(row[0], row[1]) for row in await tx.fetch(_OVERDUE, after, day, limit)]


async def add_investigations(tx: Tx, rows: Iterable[Investigation]) -> None:
    """Adds investigations; a second open one of a line violates the key."""
    await tx.copy_records_to_table("investigation", records=rows, columns=Investigation._fields)


async def add_answers(tx: Tx, rows: Iterable[Answered]) -> None:
    """Adds answers."""
    records = [row._replace(undue=list(row.undue) if row.undue else None) for row in rows]  # type: ignore[arg-type]
    await tx.copy_records_to_table("investigation_answer", records=records, columns=Answered._fields)


async def add_holds(tx: Tx, rows: Iterable[Held]) -> None:
    """Adds what dropped out of statements because it is investigated."""
    await tx.copy_records_to_table("investigation_hold", records=rows, columns=Held._fields)


async def add_closed(tx: Tx, rows: Sequence[Closed]) -> None:
    """Closes investigations; one closed twice violates the key."""
    await tx.copy_records_to_table("investigation_end", records=rows, columns=Closed._fields)
    await tx.execute(
        "UPDATE investigation SET is_open = false WHERE investigation_id = ANY($1)",
        [row.investigation_id for row in rows],
    )


async def add_reminded(tx: Tx, rows: Iterable[Reminded]) -> None:
    """Adds what was told to be overdue; told twice it violates the key."""
    await tx.copy_records_to_table("investigation_reminder", records=rows, columns=Reminded._fields)
