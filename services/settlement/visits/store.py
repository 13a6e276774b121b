"""Visits: locked in the order of their ids, inserted by COPY, changed by one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.settlement.model.visit import Visit
from shared.bus.service import Tx

_COLUMNS = Visit._fields[:-1]
_READ = """
SELECT visit_id, person_id, institution_id, kind, insured_area, treatment_area, scheme, hospital_tier,
    service_on, emergency, chain, request_id, state, discharged_on, attempt, settlement_id, settled_on,
    filing, deductible_fen, injury, liability_statement_id, manual, pooling_area, turned_from
FROM visit WHERE visit_id = ANY($1)
"""
_TO_CHANGE = _READ + "ORDER BY visit_id FOR UPDATE"
_TO_ADD_TO = _READ + "ORDER BY visit_id FOR SHARE"
_STAYS = "SELECT visit_id FROM visit WHERE person_id = ANY($1) AND kind = 'inpatient'"
_CHANGE = """
UPDATE visit SET state = new.state, discharged_on = new.discharged_on, attempt = new.attempt,
    settlement_id = new.settlement_id, settled_on = new.settled_on, filing = new.filing,
    deductible_fen = new.deductible_fen, injury = new.injury,
    liability_statement_id = new.liability_statement_id, manual = new.manual,
    pooling_area = new.pooling_area, turned_from = new.turned_from
FROM unnest($1::text[], $2::text[], $3::date[], $4::int[], $5::text[], $6::date[], $7::text[], $8::bigint[],
            $9::text[], $10::text[], $11::bool[], $12::text[], $13::text[])
    AS new (visit_id, state, discharged_on, attempt, settlement_id, settled_on, filing, deductible_fen,
            injury, liability_statement_id, manual, pooling_area, turned_from)
WHERE visit.visit_id = new.visit_id
"""


async def read(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits as they stand, unlocked."""
    return _by_id(await tx.fetch(_READ, ids))


async def lock_to_change(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits, for this transaction alone."""
    return _by_id(await tx.fetch(_TO_CHANGE, ids))


async def lock_to_add_to(tx: Tx, ids: Sequence[str]) -> dict[str, Visit]:
    """The visits, which may be added to by others meanwhile but not changed."""
    return _by_id(await tx.fetch(_TO_ADD_TO, ids))


async def stays_of(tx: Tx, persons: Sequence[str]) -> list[str]:
    """The ids of the persons' stays."""
    return [row[0] for row in await tx.fetch(_STAYS, persons)]


async def save(tx: Tx, rows: Iterable[Visit]) -> None:
    """The visits' last versions: new ones inserted, others changed. Raises RuntimeError if one is gone."""
    last = {visit.visit_id: visit for visit in rows}
    new = [visit[:-1] for visit in last.values() if not visit.stored]
    if new:
        await tx.copy_records_to_table("visit", records=new, columns=_COLUMNS)
    changed = [visit for _, visit in sorted(last.items()) if visit.stored]
    if changed:
        await _change(tx, changed)


async def _change(tx: Tx, visits: Sequence[Visit]) -> None:
    done = await tx.execute(
        _CHANGE,
        [v.visit_id for v in visits],
        [v.state for v in visits],
        [v.discharged_on for v in visits],
        [v.attempt for v in visits],
        [v.settlement_id for v in visits],
        [v.settled_on for v in visits],
        [v.filing for v in visits],
        [v.deductible_fen for v in visits],
        [v.injury for v in visits],
        [v.liability_statement_id for v in visits],
        [v.manual for v in visits],
        [v.pooling_area for v in visits],
        [v.turned_from for v in visits],
    )
    if done != f"UPDATE {len(visits)}":
        raise RuntimeError(f"{len(visits)} visits to change, but {done}")


def _by_id(rows: Iterable[Any]) -> dict[str, Visit]:
    visits = [Visit._make((*row, True)) for row in rows]
    return {visit.visit_id: visit for visit in visits}
