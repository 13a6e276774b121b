"""Reports which claims wait for a center, from the database beside the running service. Reads only."""

from services.clearing.queries import store_claims as store
from services.clearing.queries.claims_report import WaitingLine
from services.clearing.queries.month import snapshot


async def read_waiting(dsn: str, center_id: str) -> list[WaitingLine]:
    """The claimed lines whose review is a center's turn, or that it has asked about, with their steps."""
    async with snapshot(dsn) as tx:
        return await store.read_waiting(tx, center_id)


async def read_claimant(dsn: str, claim_id: str) -> str | None:
    """The institution that made a claim; None where there is no such claim."""
    async with snapshot(dsn) as tx:
        return await store.read_claimant(tx, claim_id)
