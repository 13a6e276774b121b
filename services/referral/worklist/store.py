"""Every SQL statement about referrals that were announced to institutions."""

from collections.abc import Sequence
from datetime import date

from services.referral.model.filing import LISTED
from services.referral.model.known import Known
from services.referral.worklist.model import Announcement, WorklistPage
from shared.bus.service import Tx
from shared.messages.referral.worklist import ListedReferral

_COLUMNS = ", ".join(Announcement._fields)
_PLACES = ", ".join(f"${place}" for place, _ in enumerate(Announcement._fields, 1))
_READ = f"SELECT {_COLUMNS} FROM referral_announcement WHERE person_id = ANY($1)"  # noqa: S608 (our own words)
_SAVE = f"""
INSERT INTO referral_announcement ({_COLUMNS}) VALUES ({_PLACES})
ON CONFLICT (filing_id, institution_id) DO UPDATE SET request_id = excluded.request_id,
    announced_by = excluded.announced_by, announced_on = excluded.announced_on, note = excluded.note,
    reception = excluded.reception, referring_tier = excluded.referring_tier,
    receiving_tier = excluded.receiving_tier, direction = excluded.direction
"""  # noqa: S608 (our own words)
_PAGE = """
SELECT filing_id, f.person_id, f.kind, f.insured_area, f.scheme, f.starts_on, f.ends_on,
    a.announced_on, a.reception, a.note
FROM referral_announcement a JOIN filing f USING (filing_id)
WHERE a.institution_id = $1 AND (a.announced_on, filing_id) > ($2, $3)
    AND a.reception <> 'declined' AND a.reception <> 'withdrawn'
    AND f.state NOT IN ('submitted', 'refused', 'cancelled') AND (f.ends_on IS NULL OR f.ends_on > $4)
ORDER BY a.announced_on, filing_id LIMIT $5
"""


async def load_announcements(tx: Tx, persons: Sequence[str], known: Known) -> None:
    """Reads what was announced of persons, whose coverages are locked already."""
    for row in await tx.fetch(_READ, persons):
        known.keep_announcement(Announcement(*row))


async def load_worklists(tx: Tx, pages: Sequence[str], known: Known) -> None:
    """Reads the pages of worklists that are asked for."""
    for page in (WorklistPage(*key.split(" ")) for key in pages):
        after_on, day = date.fromisoformat(page.after_on), date.fromisoformat(page.day)
        rows = await tx.fetch(_PAGE, page.institution_id, after_on, page.after_filing_id, day, LISTED + 1)
        known.worklists[page] = [ListedReferral(**dict(row)) for row in rows]


async def save_announcements(tx: Tx, rows: Sequence[Announcement]) -> None:
    """Keeps announcements, the newest state of each."""
    last = {row.place: row for row in rows}
    await tx.executemany(_SAVE, [last[place] for place in sorted(last)])
