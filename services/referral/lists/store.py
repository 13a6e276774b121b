"""Reads what waits for an agency: filings to be reviewed, and to be audited."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from services.referral.delegations.model import is_delegated
from services.referral.delegations.store import delegations_of
from services.referral.lists.model import WorkPage
from services.referral.model.chain import STEPS
from services.referral.model.filing import LISTED, Filing
from services.referral.model.known import Known
from services.referral.store_filings import filing_of
from shared.areas import prefix_of, widened
from shared.bus.service import Tx
from shared.bus.together import read_together
from shared.messages.referral.lists import Work

_COLUMNS = ", ".join(Filing._fields)
_WAITS: dict[Work, str] = {"to_review": "state = 'submitted'", "to_audit": "to_audit"}
# All are named by the index of what waits, of which each is a part.
_PAGE = """
SELECT {columns} FROM filing
WHERE (state = 'submitted' OR to_audit) AND {waits} AND filing_id > $2 AND (starts_with(insured_area, $1)
    OR {left} AND (insured_area, scheme, destination_area) IN
        (SELECT * FROM unnest($4::text[], $5::text[], $6::text[])))
ORDER BY filing_id LIMIT $3
"""
_STEPS = [(chain, done, step) for chain, steps in STEPS.items() for done, step in enumerate(steps)]
_AT_AGENCY = ", ".join(f"('{chain}', {done})" for chain, done, step in _STEPS if step == "agency")
_LEFT = f"state = 'submitted' AND kind = 'referral' AND (chain, steps_done) IN ({_AT_AGENCY})"
_PLACES = f"""
SELECT DISTINCT insured_area, scheme, destination_area FROM filing
WHERE {_LEFT} AND starts_with(destination_area, $1)
"""  # noqa: S608 (our own words)

Place = tuple[str, str, str]
"""Insured area, scheme and destination of filings."""


async def load_work(tx: Tx, pages: Sequence[str], known: Known) -> None:
    """Reads the pages of what waits that are asked for; a city's or a province's has what is below it."""
    for key in pages:
        area, work, after, day = key.split(" ")
        on = None if day == "-" else date.fromisoformat(day)
        page = WorkPage(area, cast(Work, work), after, on)
        sql = _PAGE.format(columns=_COLUMNS, waits=_WAITS[page.work], left=_LEFT)
        left = await _left_to(tx, page)
        columns = ([place[i] for place in left] for i in range(3))
        rows = await tx.fetch(sql, prefix_of(page.area), page.after_filing_id, LISTED + 1, *columns)
        known.work[page] = [filing_of(row) for row in rows]


async def _left_to(tx: Tx, page: WorkPage) -> list[Place]:
    """Of where referrals to the area wait for an agency: those that agreements leave to it (004-2 四)."""
    if page.work != "to_review" or page.day is None:
        return []
    waiting = [(row[0], row[1], row[2]) for row in await tx.fetch(_PLACES, prefix_of(page.area))]
    homes = sorted({place for insured, _, _ in waiting for place in widened(insured)})
    told = (await read_together(tx, {"": delegations_of(homes)}))[""] if homes else []
    return [place for place in waiting if is_delegated(told, *place, page.day)]
