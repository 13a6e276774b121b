"""Stores claims for advances, their lines, and the amounts that fall due to institutions because of them."""

from collections.abc import Iterable, Sequence

from services.clearing.model.claim import Claim, ClaimedLine, ClaimWithdrawal, Doubt
from services.clearing.model.month import Payable
from shared.bus.service import Tx

_CLAIMS = f"SELECT {', '.join(Claim._fields)} FROM claim WHERE claim_id = ANY($1)"  # noqa: S608 (our own words)
_LINES = """
SELECT claim_id, number, settlement_id, fund_fen, code FROM claimed_line
WHERE claim_id = $1 AND number >= $2 ORDER BY number LIMIT $3
"""


async def read_claims(tx: Tx, ids: Sequence[str]) -> dict[str, Claim]:
    """The claims that are there of those given, by id."""
    return {row["claim_id"]: Claim(*row) for row in await tx.fetch(_CLAIMS, ids)}


async def read_withdrawals(tx: Tx, ids: Sequence[str]) -> dict[str, ClaimWithdrawal]:
    """Which claims of those given were taken back, by id."""
    rows = await tx.fetch(
        "SELECT claim_id, reason, withdrawn_on FROM claim_withdrawal WHERE claim_id = ANY($1)", ids
    )
    return {row["claim_id"]: ClaimWithdrawal(*row) for row in rows}


async def read_doubts(tx: Tx, settlement_ids: Sequence[str]) -> set[str]:
    """Which of these settlements are in doubt."""
    rows = await tx.fetch("SELECT settlement_id FROM doubt WHERE settlement_id = ANY($1)", settlement_ids)
    return {row["settlement_id"] for row in rows}


async def read_lines(tx: Tx, claim_id: str, skip: int, limit: int) -> list[ClaimedLine]:
    """A claim's lines in their order, after the first `skip`."""
    return [ClaimedLine(*row) for row in await tx.fetch(_LINES, claim_id, skip, limit)]


async def add_claims(tx: Tx, rows: Iterable[Claim]) -> None:
    """Adds claims."""
    await tx.copy_records_to_table("claim", records=rows, columns=Claim._fields)


async def add_lines(tx: Tx, rows: Iterable[ClaimedLine]) -> None:
    """Adds lines of claims."""
    await tx.copy_records_to_table("claimed_line", records=rows, columns=ClaimedLine._fields)


async def add_withdrawals(tx: Tx, rows: Iterable[ClaimWithdrawal]) -> None:
    """Adds that claims were taken back; one taken back twice violates the key."""
    await tx.copy_records_to_table("claim_withdrawal", records=rows, columns=ClaimWithdrawal._fields)


async def add_doubts(tx: Tx, rows: Iterable[Doubt]) -> None:
    """Adds doubts about settlements; what is told twice about two visits is kept once."""
    await tx.executemany("INSERT INTO doubt VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", rows)


async def add_payables(tx: Tx, rows: Iterable[Payable]) -> None:
    """Adds amounts that fall due to institutions with a month."""
    await tx.copy_records_to_table("payable", records=rows, columns=Payable._fields)
