"""Tells a case through all services (案件追溯), from the evidence trail alone."""

from services.audit.rules.case import Case, Step
from services.audit.store import evidence

RECORDS = 5_000  # a round; a case has dozens


async def trace(dsn: str, id: str) -> list[Step]:
    """The story of a visit, settlement, filing, statement or message; empty if nothing speaks of it."""
    case = Case(id)
    asked = {id}
    async with evidence.open_evidence(dsn) as tx:
        while asked:
            asked = case.add(await evidence.find_records(tx, asked, RECORDS))
    return case.story()
