"""Reads what waits for an agency: filings to be reviewed, and to be audited."""

from collections.abc import Sequence
from typing import cast

from services.referral.lists.model import WorkPage
from services.referral.model.filing import LISTED, Filing
from services.referral.model.known import Known
from services.referral.store_filings import filing_of
from shared.areas import prefix_of
from shared.bus.service import Tx
from shared.messages.referral.lists import Work

_COLUMNS = ", ".join(Filing._fields)
_WAITS: dict[Work, str] = {"to_review": "state = 'submitted'", "to_audit": "to_audit"}
# Both are named by the index of what waits, of which either is a part.
_PAGE = """
SELECT {columns} FROM filing WHERE (state = 'submitted' OR to_audit) AND {waits}
    AND starts_with(insured_area, $1) AND filing_id > $2
ORDER BY filing_id LIMIT $3
"""


async def load_work(tx: Tx, pages: Sequence[str], known: Known) -> None:
    """Reads the pages of what waits that are asked for; a city's or a province's has what is below it."""
    for key in pages:
        area, work, after = key.split(" ")
        page = WorkPage(area, cast(Work, work), after)
        sql = _PAGE.format(columns=_COLUMNS, waits=_WAITS[page.work])
        rows = await tx.fetch(sql, prefix_of(page.insured_area), page.after_filing_id, LISTED + 1)
        known.work[page] = [filing_of(row) for row in rows]
