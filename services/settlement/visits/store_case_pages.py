"""Case pages, and which of them a day has passed without."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.settlement.model.case_page import CasePage
from shared.bus.service import Tx

_COLUMNS = CasePage._fields[:-1]
_LOCK = """
SELECT visit_id, person_id, institution_id, partition, due_on, page_id, received_on, overdue
FROM case_page WHERE visit_id = ANY($1) ORDER BY visit_id FOR UPDATE
"""
_CHANGE = """
UPDATE case_page SET page_id = new.page_id, received_on = new.received_on, overdue = new.overdue
FROM unnest($1::text[], $2::text[], $3::date[], $4::bool[]) AS new (visit_id, page_id, received_on, overdue)
WHERE case_page.visit_id = new.visit_id
"""
_PASSED = """
SELECT visit_id, person_id FROM case_page
WHERE partition = $1 AND page_id IS NULL AND NOT overdue AND due_on < $2 AND visit_id > $3
ORDER BY visit_id LIMIT $4
"""


async def lock(tx: Tx, visits: Sequence[str]) -> dict[str, CasePage]:
    """The pages due for visits, for this transaction alone."""
    return {row[0]: CasePage._make((*row, True)) for row in await tx.fetch(_LOCK, visits)}


async def passed(tx: Tx, partition: int, day: date, after: str, limit: int) -> list[tuple[str, str]]:
    """(visit, person) of the pages of a stream whose day is over, in visit order."""
    return [(row[0], row[1]) for row in await tx.fetch(_PASSED, partition, day, after, limit)]


async def save(tx: Tx, rows: Iterable[CasePage]) -> None:
    """The pages' last versions. Raises RuntimeError if one is gone."""
    last = {page.visit_id: page for page in rows}
    new = [page[:-1] for page in last.values() if not page.stored]
    if new:
        await tx.copy_records_to_table("case_page", records=new, columns=_COLUMNS)
    changed = [page for _, page in sorted(last.items()) if page.stored]
    if not changed:
        return
    columns = zip(*[(p.visit_id, p.page_id, p.received_on, p.overdue) for p in changed], strict=True)
    done = await tx.execute(_CHANGE, *map(list, columns))
    if done != f"UPDATE {len(changed)}":
        raise RuntimeError(f"{len(changed)} case pages to change, but {done}")
