"""Every SQL statement of referral.

A person's coverages are the root: they are locked first, because a filing and a change of coverage reach
the service on two streams that two processes may read.
"""

from collections.abc import Sequence
from datetime import date

from services.referral.model import CoverageDue, Filing, FilingDue, Known, KnownCoverage
from shared.bus.message import Due
from shared.bus.service import Tx
from shared.messages.referral import FilingEnded

_COVERAGES = """
SELECT person_id, scheme, insured_area, status, covered_from, covered_until
FROM known_coverage WHERE person_id = ANY($1)
ORDER BY person_id, scheme, insured_area
FOR UPDATE
"""

_FILINGS = """
SELECT filing_id, person_id, partition, request_id, kind, scheme, insured_area, destination_area, starts_on,
       ends_on, filed_on, channel, certificate_id, continues_filing_id, replaces_filing_id, evidence, state
FROM filing WHERE person_id = ANY($1)
"""

_TAKEN = "SELECT filing_id FROM filing WHERE filing_id = ANY($1)"

_EXPIRED = """
SELECT filing_id, person_id FROM filing
WHERE state = 'in_force' AND partition = $1 AND ends_on <= $2 AND filing_id > $3
ORDER BY filing_id
LIMIT $4
"""

# A week back: the two streams of a person may reach a day some days apart.
_LAPSED = """
SELECT f.filing_id, f.person_id
FROM known_coverage c JOIN filing f USING (person_id, scheme, insured_area)
WHERE c.covered_until > $2::date - 7 AND c.covered_until <= $2
  AND f.state = 'in_force' AND f.partition = $1 AND f.filing_id > $3
ORDER BY f.filing_id
LIMIT $4
"""

_END_FILINGS = """
UPDATE filing SET ends_on = ended.ends_on, state = ended.state
FROM unnest($1::text[], $2::date[], $3::text[]) AS ended (filing_id, ends_on, state)
WHERE filing.filing_id = ended.filing_id
"""

_SAVE_COVERAGES = """
INSERT INTO known_coverage (person_id, scheme, insured_area, status, covered_from, covered_until)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[])
ON CONFLICT (person_id, scheme, insured_area) DO UPDATE SET
    status = excluded.status, covered_from = excluded.covered_from, covered_until = excluded.covered_until
"""


async def load(tx: Tx, persons: Sequence[str], wanted_ids: Sequence[str]) -> Known:
    """What a batch needs, one statement a table; the coverages stay locked until the commit."""
    known = Known({}, {}, set())
    for row in await tx.fetch(_COVERAGES, persons):
        coverage = KnownCoverage(*row)
        place = (coverage.scheme, coverage.insured_area)
        known.coverages.setdefault(coverage.person_id, {})[place] = coverage
    for row in await tx.fetch(_FILINGS, persons):
        filing = Filing(*row)
        known.filings.setdefault(filing.person_id, {})[filing.filing_id] = filing
    if wanted_ids:
        known.taken.update(row["filing_id"] for row in await tx.fetch(_TAKEN, wanted_ids))
    return known


async def save_filings(tx: Tx, made: Sequence[Filing], ended: Sequence[FilingEnded]) -> None:
    """Keeps new filings and ends old ones: ends first, so that a replaced one makes room."""
    ends = {end.filing_id: end for end in ended}
    ends_of_new = [ends.pop(filing.filing_id, None) for filing in made]
    new = [filing.ended(end) if end else filing for filing, end in zip(made, ends_of_new, strict=True)]
    if ends:
        rows = [ends[name] for name in sorted(ends)]
        columns = [row.filing_id for row in rows], [row.ends_on for row in rows], [row.reason for row in rows]
        done = await tx.execute(_END_FILINGS, *columns)
        if done != f"UPDATE {len(rows)}":
            raise RuntimeError(f"{len(rows)} filings end, but {done}")
    if new:
        await tx.copy_records_to_table("filing", records=new)


async def save_coverages(tx: Tx, coverages: Sequence[KnownCoverage]) -> None:
    """Keeps what enrollment told last of each coverage."""
    if coverages:
        last = {row[:3]: row for row in coverages}
        rows = [last[place] for place in sorted(last)]
        await tx.execute(_SAVE_COVERAGES, *map(list, zip(*rows, strict=True)))


async def read_expired(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The temporary filings of a partition whose half year is over."""
    rows = await tx.fetch(_EXPIRED, partition, day, cursor, limit)
    return [Due(name, person, FilingDue(filing_id=name, person_id=person)) for name, person in rows]


async def read_lapsed(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The filings of a partition whose coverage has ended."""
    rows = await tx.fetch(_LAPSED, partition, day, cursor, limit)
    return [Due(name, person, CoverageDue(filing_id=name, person_id=person)) for name, person in rows]
