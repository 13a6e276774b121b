"""Reads and writes the versions of case pages; rows are only added."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from services.settlement.pages.version import CasePageVersion
from shared.bus.service import Tx
from shared.bus.together import Read, Rows

_COLUMNS = CasePageVersion._fields
_READ = f"""
SELECT {", ".join(_COLUMNS)} FROM case_page_version WHERE visit_id = ANY($1) ORDER BY visit_id, number
"""  # noqa: S608 (our own words)


def of_visits(visits: Sequence[str]) -> Read[dict[str, list[CasePageVersion]]]:
    """The versions of the visits' case pages, oldest first."""
    return Read(_READ, (visits,), _by_visit)


async def save(tx: Tx, rows: Iterable[CasePageVersion]) -> None:
    """Adds versions."""
    await tx.copy_records_to_table("case_page_version", records=rows, columns=_COLUMNS)


def _by_visit(rows: Rows) -> dict[str, list[CasePageVersion]]:
    found: dict[str, list[CasePageVersion]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(CasePageVersion(*row))
    return found
