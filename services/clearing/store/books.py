"""The books of agreements: the roots that are locked to sort a month, to pay from it, and to add lines."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.clearing.model.month import Book, Sorted
from services.clearing.store.month import add_payments_due
from shared.bus.service import Tx


class Terms(NamedTuple):
    """What decides when an agreement's month is sorted."""

    agreement_id: str
    cut_off_day: int
    sorted_through: str


async def lock_books(tx: Tx, ids: Sequence[str], *, to_change: bool) -> dict[str, str]:
    """Through which month each agreement is sorted; `to_change` keeps out those who add lines."""
    query = "SELECT agreement_id, sorted_through FROM book WHERE agreement_id = ANY($1) ORDER BY 1"
    rows = await tx.fetch(f"{query} FOR UPDATE" if to_change else f"{query} FOR SHARE", ids)
    return {row["agreement_id"]: row["sorted_through"] for row in rows}


async def add_books(tx: Tx, rows: Iterable[Book]) -> None:
    """Opens the books of new agreements."""
    await tx.copy_records_to_table("book", records=sorted(rows), columns=Book._fields)


async def read_terms(tx: Tx) -> list[Terms]:
    """All agreements, in order."""
    rows = await tx.fetch(
        "SELECT agreement_id, cut_off_day, sorted_through FROM known_agreement JOIN book USING (agreement_id)"
        " ORDER BY agreement_id"
    )
    return [Terms(*row) for row in rows]


async def close_months(tx: Tx, rows: Iterable[Sorted]) -> None:
    """Notes how far agreements are sorted, and works out what their institutions are owed."""
    ordered = sorted(rows)
    status = await tx.execute(
        "UPDATE book b SET sorted_through = s.through"
        " FROM unnest($1::text[], $2::text[], $3::text[]) AS s(agreement_id, after, through)"
        " WHERE b.agreement_id = s.agreement_id AND b.sorted_through = s.after",
        [row.agreement_id for row in ordered],
        [row.after for row in ordered],
        [row.through for row in ordered],
    )
    if status != f"UPDATE {len(ordered)}":
        raise RuntimeError(f"{len(ordered)} agreements to sort, but {status}")
    await add_payments_due(tx, ordered)
