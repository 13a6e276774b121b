"""Reads single settlements with their reversals, to explain them."""

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

# A claimed bill is taken back by the insured area's agency, the nearest there is.
_ORIGIN = """
SELECT v.visit_id, v.person_id, v.institution_id, coalesce(agency.node_id, i.node_id), s.settlement_id
FROM settlement s JOIN visit v USING (visit_id)
JOIN LATERAL (
    SELECT k.node_id FROM known_institution k WHERE k.institution_id = v.institution_id
    ORDER BY k.applies_from DESC LIMIT 1
) AS i ON true
LEFT JOIN LATERAL (
    SELECT c.node_id FROM known_center c
    WHERE c.center_id IN (v.insured_area, left(v.insured_area, 4) || '00', left(v.insured_area, 2) || '0000')
    ORDER BY c.center_id DESC LIMIT 1
) AS agency ON v.manual
WHERE """
_ORIGIN_OF_VISIT = _ORIGIN + "s.visit_id = $1 ORDER BY s.attempt DESC LIMIT 1"
_ORIGIN_BY_ID = _ORIGIN + "s.settlement_id = $1"


class Kept(NamedTuple):
    """A settlement (结算), and the reversal (冲正) that took it back, if one did."""

    settlement: Settlement
    reversal_id: str | None


class Origin(NamedTuple):
    """Whose a settlement is, and the node in charge of it: the institution's, or for a claim the agency's."""

    visit_id: str
    person_id: str
    institution_id: str
    node_id: str
    settlement_id: str


async def find(tx: Tx, id: str) -> Kept | None:
    """A visit's newest settlement, or the settlement with this id, for which the whole table is read."""
    row = await tx.fetchrow(_OF_VISIT, id) or await tx.fetchrow(_BY_ID, id)
    return _kept(row) if row else None


def _kept(row: asyncpg.Record) -> Kept:
    *columns, reversal_id = row
    return Kept(Settlement(*columns), reversal_id)


async def origin(tx: Tx, id: str) -> Origin | None:
    """The origin of a visit's newest settlement, or of the one with this id (the whole table is read)."""
    row = await tx.fetchrow(_ORIGIN_OF_VISIT, id) or await tx.fetchrow(_ORIGIN_BY_ID, id)
    return Origin(*row) if row else None
