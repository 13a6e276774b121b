"""Agencies (经办机构) and their nodes."""

from collections.abc import Iterable, Sequence

from services.settlement.model.registers.registry import Center
from services.settlement.registers.store import last_by
from shared.bus.service import Tx

_READ = "SELECT center_id, node_id FROM known_center WHERE center_id = ANY($1) OR node_id = ANY($2)"
_SAVE = """
INSERT INTO known_center VALUES ($1, $2) ON CONFLICT (center_id) DO UPDATE SET node_id = $2
"""


async def read(tx: Tx, ids: Sequence[str], nodes: Sequence[str]) -> dict[str, str]:
    """The nodes of centers, by center: those asked for, and all of the nodes asked for."""
    return {row[0]: row[1] for row in await tx.fetch(_READ, ids, nodes)}


async def save(tx: Tx, rows: Iterable[Center]) -> None:
    """The newest of each center."""
    await tx.executemany(_SAVE, last_by(rows, "center_id"))
