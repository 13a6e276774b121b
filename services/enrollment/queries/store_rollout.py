"""Reads how far areas are, and the institutions of each province by status. Reads only."""

import json

from services.enrollment.queries.rollout import AreaRollout, Progress, area_rollout, progress_of
from services.enrollment.store import last_opened
from shared.bus.service import Tx

_ALL = 1_000_000

_ROLLOUT = """
SELECT content -> 'steps' FROM register
WHERE kind = 'rollout' AND content ->> 'area' LIKE $1 ORDER BY subject_id LIMIT $2
"""

_STATUSES = """
SELECT left(content ->> 'area', 2), content ->> 'status', count(*) FROM register
WHERE kind = 'institution' GROUP BY 1, 2 ORDER BY 1, 2
"""


async def read_rollout(tx: Tx, prefix: str, limit: int) -> list[AreaRollout]:
    """Each stage that was told of an area or what lies in it, as of the last opened day."""
    day = await last_opened(tx)
    return [area_rollout(json.loads(row[0]), day) for row in await tx.fetch(_ROLLOUT, f"{prefix}%", limit)]


async def read_progress(tx: Tx) -> list[Progress]:
    """How far each province is, with its areas and institutions."""
    statuses = {(row[0], row[1]): row[2] for row in await tx.fetch(_STATUSES)}
    return progress_of(await read_rollout(tx, "", _ALL), statuses)
