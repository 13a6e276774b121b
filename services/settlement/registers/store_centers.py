"""Reads and writes agencies (经办机构) and their nodes."""

from collections.abc import Iterable, Sequence

from services.settlement.model.registers.registry import Center
from services.settlement.registers.store import last_by
from shared.bus.service import Tx

_READ = "SELECT center_id, node_id FROM known_center WHERE center_id = ANY($1) OR node_id = ANY($2)"
_SAVE = """
INSERT INTO known_center VALUES ($1, $2) ON CONFLICT (center_id) DO UPDATE SET node_id = $2
"""


async def read(tx: Tx, ids: Sequence[str], nodes: Sequence[str]) -> dict[str, str]:
    """The node of each center that is among `ids` or answers on one of `nodes`, by center."""
    return {row[0]: row[1] for row in await tx.fetch(_READ, ids, nodes)}


async def save(tx: Tx, rows: Iterable[Center]) -> None:
    """Writes the newest row of each center."""
    await tx.executemany(_SAVE, last_by(rows, "center_id"))
