"""Stores claims for advances, and the amounts that fall due to institutions because of them."""

from collections.abc import Iterable, Sequence

from services.clearing.model.claim import Claim
from services.clearing.model.month import Payable
from shared.bus.service import Tx


async def read_claims(tx: Tx, ids: Sequence[str]) -> set[str]:
    """The claim ids among those given that are taken."""
    rows = await tx.fetch("SELECT claim_id FROM claim WHERE claim_id = ANY($1)", ids)
    return {row["claim_id"] for row in rows}


async def add_claims(tx: Tx, rows: Iterable[Claim]) -> None:
    """Adds reviewed claims."""
    await tx.copy_records_to_table("claim", records=rows, columns=Claim._fields)


async def add_payables(tx: Tx, rows: Iterable[Payable]) -> None:
    """Adds amounts that fall due to institutions with a month."""
    await tx.copy_records_to_table("payable", records=rows, columns=Payable._fields)
