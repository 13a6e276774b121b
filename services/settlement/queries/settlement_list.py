"""A visit with its settlement list (结算清单), from the database beside the running service. Reads only."""

from typing import NamedTuple

from services.settlement.load import load
from services.settlement.model.key_kind import Kind
from services.settlement.queries import store_explanations as explanations
from services.settlement.registers.cache import RegisterCache
from services.settlement.settlements.found import state_of
from services.settlement.visits import store_case_pages as case_pages
from shared.bus.database import connect_pool
from shared.messages.settlement.found import VisitFound

_KINDS = Kind.VISIT_SEEN, Kind.UPLOADS, Kind.PAGE_VERSIONS, Kind.EXPLAINED


class Listed(NamedTuple):
    """A visit as its institution would find it (结算清单): whose it is, and how it stands."""

    person_id: str
    institution_id: str
    found: VisitFound


async def read_list(dsn: str, id: str) -> Listed | None:
    """The visit with this id, or that of the settlement with it; None: there is none."""
    pool = await connect_pool(dsn, "settlement", size=1)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            settled = await explanations.origin(tx, id)
            name = settled.visit_id if settled else id
            keys: dict[str, list[str]] = {kind: [name] for kind in _KINDS}
            known = await load(tx, {**keys, Kind.INSTITUTION: []}, RegisterCache())
            known.pages = await case_pages.read(tx, [name])
    finally:
        await pool.close()
    visit = known.visits.get(name)
    if visit is None:
        return None
    return Listed(visit.person_id, visit.institution_id, state_of(known, visit, visit.ended_on))
