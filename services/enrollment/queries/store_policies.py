"""Reads the published policies that are in force. Reads only."""

import json
from datetime import date

from services.enrollment.store import last_opened
from shared.benefit.policy.checks import parse_policy
from shared.benefit.policy.form import Policy
from shared.bus.service import Tx

_IN_FORCE = """
SELECT content -> 'policy' FROM register
WHERE kind = 'policy' AND content -> 'policy' ->> 'insured_area' LIKE $1
  AND content -> 'policy' ->> 'in_force_from' <= $2 AND $2 < content -> 'policy' ->> 'in_force_until'
ORDER BY subject_id
"""


async def read_policies(tx: Tx, prefix: str) -> tuple[date | None, list[Policy]]:
    """The day opened last, and the policies of an area and all within it that are in force on it."""
    day = await last_opened(tx)
    rows = await tx.fetch(_IN_FORCE, f"{prefix}%", day.isoformat()) if day else []
    return day, [parse_policy(json.loads(row[0])) for row in rows]
