"""The register of nodes, as far as answers need it."""

from collections.abc import Sequence

from shared.bus.service import Tx


async def read_nodes(tx: Tx) -> dict[str, str]:
    """Every node's kind by its id."""
    return {row["node_id"]: row["kind"] for row in await tx.fetch("SELECT node_id, kind FROM node")}


async def save_nodes(tx: Tx, rows: Sequence[tuple[str, str, str]]) -> None:
    """Keeps the register of nodes."""
    await tx.executemany(
        "INSERT INTO node VALUES ($1, $2, $3)"
        " ON CONFLICT (node_id) DO UPDATE SET name = excluded.name, kind = excluded.kind",
        rows,
    )
