"""Stores what was paid of statements, and what came back."""

from collections.abc import Iterable, Sequence

from services.clearing.payments.model import Remittance, Returned
from shared.bus.service import Tx

_OF = "WHERE statement_id = ANY($1) ORDER BY statement_id, number"
_REMITTANCES = f"SELECT {', '.join(Remittance._fields)} FROM remittance {_OF}"  # noqa: S608 (our own words)
_RETURNED = f"SELECT {', '.join(Returned._fields)} FROM returned {_OF}"  # noqa: S608 (our own words)


async def read_remittances(tx: Tx, statement_ids: Sequence[str]) -> dict[str, list[Remittance]]:
    """The payments of statements, by statement, the first first."""
    found: dict[str, list[Remittance]] = {}
    for row in await tx.fetch(_REMITTANCES, statement_ids):
        found.setdefault(row["statement_id"], []).append(Remittance(*row))
    return found


async def read_returned(tx: Tx, statement_ids: Sequence[str]) -> dict[str, list[Returned]]:
    """What came back of the payments of statements, by statement, the first first."""
    found: dict[str, list[Returned]] = {}
    for row in await tx.fetch(_RETURNED, statement_ids):
        found.setdefault(row["statement_id"], []).append(Returned(*row))
    return found


async def add_remittances(tx: Tx, rows: Iterable[Remittance]) -> None:
    """Adds payments; one of the same number, or by the same entry of a bank, violates a key."""
    await tx.copy_records_to_table("remittance", records=rows, columns=Remittance._fields)


async def add_returned(tx: Tx, rows: Iterable[Returned]) -> None:
    """Adds what came back; a payment that comes back twice violates the key."""
    await tx.copy_records_to_table("returned", records=rows, columns=Returned._fields)
