"""The register of nodes, as far as answers need it."""

from collections.abc import Sequence

from shared.bus.service import Tx


async def read_nodes(tx: Tx, ids: Sequence[str] | None = None) -> dict[str, str]:
    """The kinds of registered nodes by their ids: of those named, or of all."""
    rows = await tx.fetch(
        "SELECT node_id, kind FROM node WHERE $1::text[] IS NULL OR node_id = ANY($1)",
        ids,
    )
    return {row["node_id"]: row["kind"] for row in rows}


async def save_nodes(tx: Tx, rows: Sequence[tuple[str, str, str]]) -> None:
    """Inserts or updates nodes of the register, as (node id, name, kind)."""
    await tx.executemany(
        "INSERT INTO node VALUES ($1, $2, $3)"
        " ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, kind = excluded.kind",
        rows,
    )
