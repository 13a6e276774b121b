"""Stores the books of agreements; their rows are locked to sort a month, to pay for it, to add lines."""

from collections.abc import Iterable, Sequence

from services.clearing.model.month import Book, Sorted
from services.clearing.months.store import add_payments_due
from shared.bus.service import Tx


async def lock_books(tx: Tx, ids: Sequence[str], *, to_change: bool) -> dict[str, str]:
    """Locks books and gives the month through which each agreement is sorted.

    `to_change` keeps out all who add lines to the agreement; without it, they keep out the sort.
    """
    query = "SELECT agreement_id, sorted_through FROM book WHERE agreement_id = ANY($1) ORDER BY 1"
    rows = await tx.fetch(f"{query} FOR UPDATE" if to_change else f"{query} FOR SHARE", ids)
    return {row["agreement_id"]: row["sorted_through"] for row in rows}


async def add_books(tx: Tx, rows: Iterable[Book]) -> None:
    """Opens the books of new agreements."""
    await tx.copy_records_to_table("book", records=sorted(rows), columns=Book._fields)


async def read_books(tx: Tx, after: str) -> list[Book]:
    """The books of all agreements, in order, after the one given."""
    rows = await tx.fetch(
        "SELECT agreement_id, sorted_through FROM book WHERE agreement_id > $1 ORDER BY agreement_id", after
    )
    return [Book(*row) for row in rows]


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
