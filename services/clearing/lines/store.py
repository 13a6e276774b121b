"""Stores lines, disputed lines that are carried into a later month, and lines held aside."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.clearing.model.due import RetryLine
from services.clearing.model.line import (
    AgreementFound,
    Candidate,
    CarriedLine,
    Line,
    LineReported,
    Returned,
    SetAside,
)
from shared.bus.service import Tx


async def read_lines(tx: Tx, ids: Sequence[str]) -> dict[str, Line]:
    """Lines by id."""
    rows = await tx.fetch("SELECT * FROM line WHERE line_id = ANY($1)", ids)
    return {row["line_id"]: Line(**dict(row)) for row in rows}


async def read_reentries(tx: Tx, ids: Sequence[str]) -> set[tuple[str, str]]:
    """The later months into which disputed lines are carried, as (line, month)."""
    rows = await tx.fetch("SELECT line_id, month FROM reentry WHERE line_id = ANY($1)", ids)
    return {(row["line_id"], row["month"]) for row in rows}


async def add_lines(tx: Tx, rows: Iterable[Line]) -> None:
    """Adds lines; a settlement or a reversal added twice violates the key."""
    await tx.copy_records_to_table("line", records=rows, columns=Line._fields)


async def add_reentries(tx: Tx, rows: Iterable[CarriedLine]) -> None:
    """Puts disputed lines into a later month."""
    await tx.copy_records_to_table("reentry", records=rows, columns=CarriedLine._fields)


async def take_reentries_back(tx: Tx, rows: Sequence[Returned]) -> None:
    """Takes disputed lines out of a later month."""
    status = await tx.execute(
        "DELETE FROM reentry r USING unnest($1::text[], $2::text[]) AS n(line_id, month)"
        " WHERE r.line_id = n.line_id AND r.month = n.month",
        [row.line_id for row in rows],
        [row.month for row in rows],
    )
    if status != f"DELETE {len(rows)}":
        raise RuntimeError(f"{len(rows)} lines that came back, but {status}")


async def lock_unagreed(tx: Tx, ids: Sequence[str]) -> dict[str, SetAside]:
    """Locks those of the lines that are still held aside, and gives them by id."""
    rows = await tx.fetch("SELECT * FROM unagreed WHERE line_id = ANY($1) ORDER BY line_id FOR UPDATE", ids)
    return {row["line_id"]: _set_aside(**dict(row)) for row in rows}


def _set_aside(told: bool, **candidate: Any) -> SetAside:
    return SetAside(Candidate(**candidate), told)


async def find_unagreed(tx: Tx, after: str, limit: int) -> list[RetryLine]:
    """Finds lines held aside that are to be tried again, ordered by id.

    They are lines not reported yet, lines that an agreement may cover by now, and reversals whose settlement
    is a line by now or may become one.
    """
    rows = await tx.fetch(
        "SELECT line_id, settlement_id, institution_id, insured_area FROM unagreed u"
        " WHERE line_id > $1 AND (NOT told OR EXISTS (SELECT FROM line l WHERE l.line_id = u.settlement_id)"
        " OR EXISTS (SELECT FROM unagreed s WHERE s.line_id = u.settlement_id)"
        " AND EXISTS (SELECT FROM known_period p WHERE p.insured_area IN"
        " (u.insured_area, left(u.insured_area, 4) || '00', left(u.insured_area, 2) || '0000')"
        " AND p.treatment_area IN"
        " (u.treatment_area, left(u.treatment_area, 4) || '00', left(u.treatment_area, 2) || '0000')"
        " AND p.in_force_from <= u.service_on AND u.service_on < p.in_force_until"
        " AND p.agreement->'schemes' ? u.scheme)) ORDER BY line_id LIMIT $2",
        after,
        limit,
    )
    return [RetryLine(**dict(row)) for row in rows]


async def set_aside(tx: Tx, rows: Iterable[Candidate]) -> None:
    """Holds lines aside until their agreement is found."""
    await tx.copy_records_to_table("unagreed", records=rows, columns=Candidate._fields)


async def note_told(tx: Tx, rows: Sequence[LineReported]) -> None:
    """Notes that lines held aside were reported."""
    status = await tx.execute(
        "UPDATE unagreed SET told = true WHERE line_id = ANY($1)", [row.line_id for row in rows]
    )
    if status != f"UPDATE {len(rows)}":
        raise RuntimeError(f"{len(rows)} lines held aside, but {status}")


async def release(tx: Tx, rows: Sequence[AgreementFound]) -> None:
    """Takes lines that have found their agreement out of those held aside."""
    status = await tx.execute("DELETE FROM unagreed WHERE line_id = ANY($1)", [row.line_id for row in rows])
    if status != f"DELETE {len(rows)}":
        raise RuntimeError(f"{len(rows)} lines held aside, but {status}")
