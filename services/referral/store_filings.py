"""Reads and writes filings, and finds those that a day ends."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.referral.model.due import CoverageDue, FilingDue
from services.referral.model.filing import ChangedFiling, Filing
from services.referral.model.known import Known
from shared.bus.message import Due
from shared.bus.service import Tx

_COLUMNS = ", ".join(Filing._fields)
_FILINGS = f"SELECT {_COLUMNS} FROM filing WHERE person_id = ANY($1)"  # noqa: S608 (our own words)
_TAKEN = "SELECT filing_id FROM filing WHERE filing_id = ANY($1)"

_EXPIRED = """
SELECT filing_id, person_id FROM filing
WHERE state = 'in_force' AND partition = $1 AND ends_on <= $2 AND filing_id > $3
ORDER BY filing_id
LIMIT $4
"""

# A week back: the two streams of a person may reach a day some days apart.
_LAPSED = """
SELECT DISTINCT f.filing_id, f.person_id
FROM known_coverage c JOIN filing f USING (person_id, scheme, insured_area)
WHERE (c.covered_until > $2::date - 7 AND c.covered_until <= $2
       OR c.ends_at_once AND c.applies_from > $2::date - 7 AND c.applies_from <= $2)
  AND f.state IN ('in_force', 'ended', 'replaced') AND (f.ends_on IS NULL OR f.ends_on > $2)
  AND f.partition = $1 AND f.filing_id > $3
ORDER BY f.filing_id
LIMIT $4
"""

_CHANGING = ("state", "starts_on", "ends_on", "filed_on", "replaces_filing_id", "steps_done", "to_audit")
_CHANGE = """
UPDATE filing SET state = new.state, starts_on = new.starts_on, ends_on = new.ends_on,
    filed_on = new.filed_on, replaces_filing_id = new.replaces_filing_id, steps_done = new.steps_done,
    to_audit = new.to_audit
FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::date[], $6::text[], $7::int[], $8::boolean[])
    AS new (filing_id, state, starts_on, ends_on, filed_on, replaces_filing_id, steps_done, to_audit)
WHERE filing.filing_id = new.filing_id
"""
_PLACES = ", ".join(f"${number}" for number, _ in enumerate(Filing._fields, 1))
_TELL_ANEW = f"UPDATE filing SET ({_COLUMNS}) = ({_PLACES}) WHERE filing_id = $1"  # noqa: S608 (our own words)


def filing_of(row: Iterable[Any]) -> Filing:
    """A filing as it was read; what is told of it onwards are tuples, not the lists of the database."""
    filing = Filing(*row)
    return filing._replace(materials=tuple(filing.materials), chosen=tuple(filing.chosen))


async def load_filings(tx: Tx, persons: Sequence[str], known: Known) -> None:
    """Reads the persons' filings."""
    for row in await tx.fetch(_FILINGS, persons):
        filing = filing_of(row)
        known.filings.setdefault(filing.person_id, {})[filing.filing_id] = filing


async def load_taken(tx: Tx, wanted: Sequence[str], known: Known) -> None:
    """Reads which of the filing ids asked for are taken, by whomever."""
    known.taken.update(row["filing_id"] for row in await tx.fetch(_TAKEN, wanted))


async def add_filings(tx: Tx, made: Sequence[Filing]) -> None:
    """Keeps new filings; that a person has one long-term place is looked at with COMMIT, once others end."""
    await tx.copy_records_to_table("filing", records=made, columns=Filing._fields)


async def change_filings(tx: Tx, changed: Sequence[ChangedFiling]) -> None:
    """Keeps what filings have become, also those of this very batch; the last of each counts.

    One that was told anew is written as a whole, whatever else became of it.
    """
    last = {one.filing.filing_id: one.filing for one in changed}
    rows = [last[name] for name in sorted(last)]
    columns = [[getattr(row, name) for row in rows] for name in ("filing_id", *_CHANGING)]
    done = await tx.execute(_CHANGE, *columns)
    if done != f"UPDATE {len(rows)}":
        raise RuntimeError(f"{len(rows)} filings change, but {done}")
    if anew := {one.filing.filing_id for one in changed if one.anew}:
        await tx.executemany(_TELL_ANEW, [last[name] for name in sorted(anew)])


async def read_expired(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The temporary filings of a partition whose half year is over."""
    rows = await tx.fetch(_EXPIRED, partition, day, cursor, limit)
    return [Due(name, person, FilingDue(filing_id=name, person_id=person)) for name, person in rows]


async def read_lapsed(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The filings of a partition whose coverage has ended."""
    rows = await tx.fetch(_LAPSED, partition, day, cursor, limit)
    return [Due(name, person, CoverageDue(filing_id=name, person_id=person)) for name, person in rows]
