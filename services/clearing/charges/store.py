"""Stores charges and what was taken back of them."""

from collections.abc import Iterable, Sequence

from services.clearing.charges.model import Charge, ChargeReversed
from shared.bus.service import Tx


async def read_charges(tx: Tx, ids: Sequence[str]) -> dict[str, Charge]:
    """Charges, by id."""
    rows = await tx.fetch("SELECT * FROM charge WHERE charge_id = ANY($1)", ids)
    return {row["charge_id"]: Charge(*row) for row in rows}


async def read_reversed(tx: Tx, ids: Sequence[str]) -> set[str]:
    """The charges among those given that were taken back."""
    rows = await tx.fetch("SELECT charge_id FROM charge_reversed WHERE charge_id = ANY($1)", ids)
    return {row["charge_id"] for row in rows}


async def add_charges(tx: Tx, rows: Iterable[Charge]) -> None:
    """Adds charges; an id taken twice violates the key."""
    await tx.copy_records_to_table("charge", records=rows, columns=Charge._fields)


async def add_reversed(tx: Tx, rows: Iterable[ChargeReversed]) -> None:
    """Adds what was taken back; a charge taken back twice violates the key."""
    await tx.copy_records_to_table("charge_reversed", records=rows, columns=ChargeReversed._fields)
