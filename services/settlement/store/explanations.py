"""Settlements one by one, for whoever asks why."""

from typing import NamedTuple

import asyncpg

from services.settlement.model.settlement import Settlement
from shared.bus.service import Tx

_COLUMNS = ", ".join(f"s.{name}" for name in Settlement._fields)
_OF_VISIT = f"""
SELECT {_COLUMNS}, r.reversal_id FROM settlement s LEFT JOIN reversal r USING (visit_id, attempt)
WHERE s.visit_id = $1 ORDER BY s.attempt DESC LIMIT 1
"""  # noqa: S608 (our own words)
_BY_ID = f"""
SELECT {_COLUMNS}, r.reversal_id FROM settlement s LEFT JOIN reversal r USING (visit_id, attempt)
WHERE s.settlement_id = $1
"""  # noqa: S608 (our own words)


class Kept(NamedTuple):
    """A settlement, and the reversal that took it back, if one did."""

    settlement: Settlement
    reversal_id: str | None


async def find(tx: Tx, id: str) -> Kept | None:
    """A visit's newest settlement, or the one of this id, for which all are looked through."""
    row = await tx.fetchrow(_OF_VISIT, id) or await tx.fetchrow(_BY_ID, id)
    return _kept(row) if row else None


def _kept(row: asyncpg.Record) -> Kept:
    *columns, reversal_id = row
    return Kept(Settlement(*columns), reversal_id)
