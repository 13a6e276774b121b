"""Reads and writes the stages of areas, which each process keeps in memory whole."""

from collections.abc import Iterable

from services.settlement.registers.store import last_by
from services.settlement.registers.store_versions import renew
from services.settlement.rollout.model import AreaStage
from shared.bus.service import Tx

ROLLOUT = "rollout"

_STAGES = "SELECT area, service, disease, applies_from, stage FROM known_rollout"
_SAVE = """
INSERT INTO known_rollout VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (area, service, disease, applies_from) DO UPDATE SET stage = $5
"""


async def stages(tx: Tx) -> list[AreaStage]:
    """The stages of all areas of which something was said."""
    return [AreaStage(*row) for row in await tx.fetch(_STAGES)]


async def save_stages(tx: Tx, rows: Iterable[AreaStage]) -> None:
    """Writes the newest stage of each area, care and day."""
    await tx.executemany(_SAVE, last_by(rows, "key"))
    await renew(tx, {ROLLOUT})
