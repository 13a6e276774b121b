"""Visits: locked in the order of their ids, inserted by COPY, changed by one statement."""

from collections.abc import Iterable, Sequence

import asyncpg

from services.settlement.model.visit import Visit
from shared.bus.database import STORED, TableOf
from shared.bus.service import Tx
from shared.bus.together import Write

_FIXED = ("visit_id", "person_id", "institution_id", "kind", "treatment_area", "request_id")
_CHANGES = [field for field in Visit._fields if field not in (*_FIXED, STORED)]
_VISITS = TableOf("visit", Visit, "visit_id", changes=_CHANGES)
_READ = f"{_VISITS.select} WHERE visit_id = ANY($1)"
_TO_CHANGE = _READ + " ORDER BY visit_id FOR UPDATE"
_TO_ADD_TO = _READ + " ORDER BY visit_id FOR SHARE"
_READ_STAYS = f"{_VISITS.select} WHERE person_id = ANY($1) AND kind = 'inpatient'"
_STAYS = "SELECT visit_id FROM visit WHERE person_id = ANY($1) AND kind = 'inpatient'"


async def read(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits as they are, without a lock."""
    return _by_id(await tx.fetch(_READ, ids))


async def read_stays(tx: Tx, persons: Sequence[str]) -> dict[str, Visit]:
    """The persons' stays as they are, without a lock."""
    return _by_id(await tx.fetch(_READ_STAYS, persons))


async def lock_to_change(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits, locked to be changed."""
    return _by_id(await tx.fetch(_TO_CHANGE, ids))


async def lock_to_add_to(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits, locked against changes; others may add uploads to them meanwhile."""
    return _by_id(await tx.fetch(_TO_ADD_TO, ids))


async def stays_of(tx: Tx, persons: Sequence[str]) -> list[str]:
    """The ids of the persons' stays."""
    return [row[0] for row in await tx.fetch(_STAYS, persons)]


async def save(tx: Tx, rows: Iterable[Visit]) -> None:
    """Writes the last version of each visit. Raises RuntimeError if one is gone."""
    await _VISITS.save(tx, rows)


def writes(rows: Iterable[Visit]) -> list[Write]:
    """The same, of few visits."""
    return _VISITS.writes(rows)


def _by_id(rows: Iterable[asyncpg.Record]) -> dict[str, Visit]:
    return {row["visit_id"]: _VISITS.read(row) for row in rows}
