"""Stores what came about settlements: case pages, reviews, decisions, admissions."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.clearing.model.evidence import Admission, AdmissionAsked, Decided, PageCame, Review
from shared.bus.service import Tx
from shared.month.funds import Funds

_KEEP_PAGES = """
INSERT INTO page_came SELECT * FROM unnest($1::text[], $2::date[])
ON CONFLICT (visit_id) DO UPDATE SET received_on = least(page_came.received_on, excluded.received_on)
"""


async def read_pages(tx: Tx, visit_ids: Sequence[str]) -> dict[str, date]:
    """The days on which the first case pages of visits came."""
    rows = await tx.fetch("SELECT visit_id, received_on FROM page_came WHERE visit_id = ANY($1)", visit_ids)
    return {row["visit_id"]: row["received_on"] for row in rows}


async def read_reviews(tx: Tx, settlement_ids: Sequence[str]) -> dict[str, Review]:
    """The reviews of settlements."""
    rows = await tx.fetch("SELECT * FROM review WHERE settlement_id = ANY($1)", settlement_ids)
    return {row["settlement_id"]: Review(*row) for row in rows}


async def read_decisions(tx: Tx, line_ids: Sequence[str]) -> dict[str, Decided]:
    """How the disputes of lines were decided."""
    rows = await tx.fetch("SELECT * FROM decision WHERE line_id = ANY($1)", line_ids)
    return {row["line_id"]: _decided(*row) for row in rows}


def _decided(line_id: str, statement_id: str, on: date, outcome: str, accepted: list[int] | None) -> Decided:
    return Decided(line_id, statement_id, on, outcome, Funds(*accepted) if accepted is not None else None)


async def read_admissions(tx: Tx, line_ids: Sequence[str]) -> dict[str, Admission]:
    """Which late lines were let in."""
    rows = await tx.fetch("SELECT * FROM admission WHERE line_id = ANY($1)", line_ids)
    return {row["line_id"]: Admission(*row) for row in rows}


async def read_asked(tx: Tx, line_ids: Sequence[str]) -> dict[str, AdmissionAsked]:
    """Who asked that late lines be let in."""
    rows = await tx.fetch("SELECT * FROM admission_asked WHERE line_id = ANY($1)", line_ids)
    return {row["line_id"]: AdmissionAsked(*row) for row in rows}


async def save_pages(tx: Tx, rows: Iterable[PageCame]) -> None:
    """Keeps the day on which the first case page of a visit came."""
    first: dict[str, date] = {}
    for row in rows:
        first[row.visit_id] = min(row.received_on, first.get(row.visit_id, row.received_on))
    await tx.execute(_KEEP_PAGES, list(first), list(first.values()))


async def add_reviews(tx: Tx, rows: Iterable[Review]) -> None:
    """Adds reviews; a settlement reviewed twice violates the key."""
    await tx.copy_records_to_table("review", records=rows, columns=Review._fields)


async def add_decisions(tx: Tx, rows: Iterable[Decided]) -> None:
    """Adds decisions; a dispute decided twice violates the key."""
    records = [(*row[:-1], list(row.accepted) if row.accepted is not None else None) for row in rows]
    await tx.copy_records_to_table("decision", records=records, columns=Decided._fields)


async def add_admissions(tx: Tx, rows: Iterable[Admission]) -> None:
    """Adds admissions of late lines."""
    await tx.copy_records_to_table("admission", records=rows, columns=Admission._fields)


async def add_asked(tx: Tx, rows: Iterable[AdmissionAsked]) -> None:
    """Adds the first halves of admissions; a line asked for twice violates the key."""
    await tx.copy_records_to_table("admission_asked", records=rows, columns=AdmissionAsked._fields)
