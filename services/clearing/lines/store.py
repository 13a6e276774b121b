"""Stores lines, and what came about their settlements."""

from collections.abc import Iterable, Sequence

from services.clearing.lines.store_days import add_days, days_of, read_days
from services.clearing.model.due import RetryLine
from services.clearing.model.line import Line, LineReported, Moved
from shared.bus.service import Tx

_COLUMNS = ", ".join(Line._fields)
_OF = "line_id = ANY($1) OR (settlement_id = ANY($1) AND line_id <> settlement_id)"
_READ = f"SELECT {_COLUMNS}, told FROM line WHERE {_OF} ORDER BY line_id"  # noqa: S608 (our own words)
_LOCK = f"SELECT FROM line WHERE ({_OF}) AND aside IS NOT NULL ORDER BY line_id FOR UPDATE"
_TYPES = (*["text"] * 10, *["date"] * 2, *["bigint"] * 6, *["text"] * 5, "date")
_GIVEN = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_TYPES, 1))
_MOVE = f"""
UPDATE line l SET why = n.why, service_on = n.service_on, terms_on = n.terms_on, business_on = n.business_on,
    agreement_id = n.agreement_id, insured_center = n.insured_center, treatment_center = n.treatment_center,
    month = n.month, aside = n.aside, total_fen = n.total_fen,
    pool_fen = n.pool_fen, large_amount_fen = n.large_amount_fen, serious_illness_fen = n.serious_illness_fen,
    assistance_fen = n.assistance_fen, account_fen = n.account_fen, told = false
FROM unnest({_GIVEN}) AS n({_COLUMNS}) WHERE l.line_id = n.line_id
"""  # noqa: S608 (our own words)
_RETRY = """
SELECT line_id, settlement_id, institution_id, insured_area FROM line u
WHERE line_id > $1 AND (aside IN ('unagreed', 'unheard', 'late') AND NOT told
    OR aside = 'unagreed' AND EXISTS (SELECT FROM known_period p WHERE p.insured_area IN
        (u.insured_area, left(u.insured_area, 4) || '00', left(u.insured_area, 2) || '0000')
        AND p.treatment_area IN
        (u.treatment_area, left(u.treatment_area, 4) || '00', left(u.treatment_area, 2) || '0000')
        AND p.in_force_from <= coalesce(u.terms_on, u.service_on)
        AND coalesce(u.terms_on, u.service_on) < p.in_force_until
        AND p.agreement->'schemes' ? u.scheme))
ORDER BY line_id LIMIT $2
"""


async def lock_aside(tx: Tx, settlement_ids: Sequence[str]) -> None:
    """Locks those lines of settlements that are held aside, until the transaction ends."""
    await tx.execute(_LOCK, settlement_ids)


async def read_lines(tx: Tx, settlement_ids: Sequence[str]) -> tuple[dict[str, Line], set[str]]:
    """All lines of settlements, by id, and which of them were reported as held aside."""
    rows = await tx.fetch(_READ, settlement_ids)
    lines = [Line(*row[:-1]) for row in map(tuple, rows)]
    return {line.line_id: line for line in lines}, {row["line_id"] for row in rows if row["told"]}


async def find_settlements(tx: Tx, line_ids: Sequence[str]) -> set[str]:
    """The settlements whose lines these are."""
    rows = await tx.fetch("SELECT DISTINCT settlement_id FROM line WHERE line_id = ANY($1)", line_ids)
    return {row["settlement_id"] for row in rows}


async def find_institutions(tx: Tx, line_ids: Sequence[str]) -> set[str]:
    """The institutions whose lines these are."""
    rows = await tx.fetch("SELECT DISTINCT institution_id FROM line WHERE line_id = ANY($1)", line_ids)
    return {row["institution_id"] for row in rows}


async def find_waiting(tx: Tx, visit_ids: Sequence[str]) -> set[str]:
    """The settlements of visits that wait for their case page."""
    rows = await tx.fetch(
        "SELECT DISTINCT settlement_id FROM line WHERE aside = 'not_eligible' AND visit_id = ANY($1)",
        visit_ids,
    )
    return {row["settlement_id"] for row in rows}


async def add_lines(tx: Tx, rows: Sequence[Line]) -> None:
    """Adds lines; a settlement or a reversal added twice violates the key."""
    await tx.copy_records_to_table("line", records=rows, columns=Line._fields)
    await add_days(tx, days_of(rows))


async def move_lines(tx: Tx, rows: Iterable[Moved]) -> None:
    """Puts lines elsewhere; of several places of a line the last counts."""
    latest = {row.line.line_id: row.line for row in rows}
    days = days_of(latest.values())
    days.subtract(await read_days(tx, list(latest)))
    status = await tx.execute(_MOVE, *(list(column) for column in zip(*latest.values(), strict=True)))
    if status != f"UPDATE {len(latest)}":
        raise RuntimeError(f"{len(latest)} lines, but {status}")
    await add_days(tx, days)


async def find_unagreed(tx: Tx, after: str, limit: int) -> list[RetryLine]:
    """Finds lines held aside that are to be tried again, ordered by id.

    They are lines not reported yet, and lines that an agreement may cover by now.
    """
    return [RetryLine(**dict(row)) for row in await tx.fetch(_RETRY, after, limit)]


async def note_told(tx: Tx, rows: Sequence[LineReported]) -> None:
    """Notes that lines held aside were reported."""
    ids = {row.line_id for row in rows}
    status = await tx.execute("UPDATE line SET told = true WHERE line_id = ANY($1)", list(ids))
    if status != f"UPDATE {len(ids)}":
        raise RuntimeError(f"{len(ids)} lines held aside, but {status}")
