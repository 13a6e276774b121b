"""Every SQL statement of referral.

A person's coverages are the root: they are locked first, because a filing and a change of coverage reach
the service on two streams that two processes may read.
"""

from collections.abc import Sequence
from datetime import date

from services.referral.issuers.store import read_issuers
from services.referral.model import CoverageDue, Filing, FilingDue, Known, KnownCoverage
from shared.areas import widened
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.bus.message import Due
from shared.bus.service import Keys, Tx
from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.referral import FilingEnded

_LOCK = """
SELECT FROM known_coverage WHERE person_id = ANY($1)
ORDER BY person_id, scheme, insured_area, applies_from
FOR UPDATE
"""

# After the lock: what another process told meanwhile is seen.
_COVERAGES = """
SELECT person_id, scheme, insured_area, status, covered_from, covered_until, applies_from
FROM known_coverage WHERE person_id = ANY($1)
ORDER BY applies_from
"""

_FILINGS = """
SELECT filing_id, person_id, partition, request_id, kind, scheme, insured_area, destination_area, starts_on,
       ends_on, filed_on, channel, certificate_id, continues_filing_id, replaces_filing_id, evidence, state,
       made_by
FROM filing WHERE person_id = ANY($1)
"""

# An operator's node, which the shell knows, answers for all areas.
_AREAS = """
SELECT node_id, center_id FROM known_center WHERE node_id = ANY($1)
UNION ALL SELECT node_id, NULL FROM node WHERE kind = 'operator' AND node_id = ANY($1)
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
SELECT DISTINCT f.filing_id, f.person_id
FROM known_coverage c JOIN filing f USING (person_id, scheme, insured_area)
WHERE (c.covered_until > $2::date - 7 AND c.covered_until <= $2
       OR c.ends_at_once AND c.applies_from > $2::date - 7 AND c.applies_from <= $2)
  AND f.state IN ('in_force', 'ended', 'replaced') AND (f.ends_on IS NULL OR f.ends_on > $2)
  AND f.partition = $1 AND f.filing_id > $3
ORDER BY f.filing_id
LIMIT $4
"""

_END_FILINGS = """
UPDATE filing SET ends_on = ended.ends_on, state = ended.state
FROM unnest($1::text[], $2::date[], $3::text[]) AS ended (filing_id, ends_on, state)
WHERE filing.filing_id = ended.filing_id
"""

_SAVE_COVERAGE = """
WITH later AS (
    DELETE FROM known_coverage
    WHERE person_id = $1 AND scheme = $2 AND insured_area = $3 AND applies_from > $7
)
INSERT INTO known_coverage (person_id, scheme, insured_area, status, covered_from, covered_until,
                            applies_from)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id, scheme, insured_area, applies_from) DO UPDATE SET
    status = excluded.status, covered_from = excluded.covered_from, covered_until = excluded.covered_until
"""

_SAVE_CENTER = """
INSERT INTO known_center VALUES ($1, $2) ON CONFLICT (center_id) DO UPDATE SET node_id = $2
"""


_POLICIES = """
SELECT policy_id, insured_area, scheme, in_force_from, in_force_until, issuer_level, replaces
FROM known_policy WHERE insured_area = ANY($1)
"""

_SAVE_POLICY = """
INSERT INTO known_policy VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (policy_id) DO UPDATE SET insured_area = $2, scheme = $3, in_force_from = $4,
    in_force_until = $5, issuer_level = $6, replaces = $7
"""


async def load(tx: Tx, keys: Keys) -> Known:
    """What a batch needs; the persons' coverages stay locked until the commit."""
    known = Known()
    if persons := keys.get("person"):
        await tx.execute(_LOCK, persons)
        for row in await tx.fetch(_COVERAGES, persons):
            known.keep_coverage(KnownCoverage(*row))
        for row in await tx.fetch(_FILINGS, persons):
            filing = Filing(*row)
            known.filings.setdefault(filing.person_id, {})[filing.filing_id] = filing
    if wanted := keys.get("filing"):
        known.taken.update(row["filing_id"] for row in await tx.fetch(_TAKEN, wanted))
        homes = {area for held in known.coverages.values() for _, area in held} | {*keys.get("area", ())}
        places = sorted({place for area in homes for place in widened(area)})
        known.policies = PolicyBook(PolicyHead(*row) for row in await tx.fetch(_POLICIES, places))
        if "certificate" in keys:
            known.issuers = await read_issuers(tx, homes)
    if nodes := keys.get("node"):
        for node_id, area in await tx.fetch(_AREAS, nodes):
            known.areas.setdefault(node_id, set()).add(area)
    return known


async def add_filings(tx: Tx, made: Sequence[Filing]) -> None:
    """Keeps new filings; that a person has one long-term place is looked at with COMMIT, once others end."""
    await tx.copy_records_to_table("filing", records=made)


async def end_filings(tx: Tx, ended: Sequence[FilingEnded]) -> None:
    """Ends filings, also of this very batch; of one that ended twice the last end counts."""
    ends = {end.filing_id: end for end in ended}
    rows = [ends[name] for name in sorted(ends)]
    columns = [row.filing_id for row in rows], [row.ends_on for row in rows], [row.reason for row in rows]
    done = await tx.execute(_END_FILINGS, *columns)
    if done != f"UPDATE {len(rows)}":
        raise RuntimeError(f"{len(rows)} filings end, but {done}")


async def save_coverages(tx: Tx, coverages: Sequence[KnownCoverage]) -> None:
    """Keeps what was told of coverages, in order: each replaces what was told of later days."""
    in_order: list[KnownCoverage] = sorted(coverages, key=lambda row: row[:3])
    await tx.executemany(_SAVE_COVERAGE, in_order)


async def save_centers(tx: Tx, centers: Sequence[CenterRegistered]) -> None:
    """Keeps which node answers for an area."""
    last = {center.center_id: center.node_id for center in centers}
    await tx.executemany(_SAVE_CENTER, sorted(last.items()))


async def save_policies(tx: Tx, heads: Sequence[PolicyHead]) -> None:
    """Keeps which policy holds where and when, the newest of each."""
    last = {head.policy_id: head[:-1] for head in heads}
    await tx.executemany(_SAVE_POLICY, [last[policy_id] for policy_id in sorted(last)])


async def read_expired(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The temporary filings of a partition whose half year is over."""
    rows = await tx.fetch(_EXPIRED, partition, day, cursor, limit)
    return [Due(name, person, FilingDue(filing_id=name, person_id=person)) for name, person in rows]


async def read_lapsed(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The filings of a partition whose coverage has ended."""
    rows = await tx.fetch(_LAPSED, partition, day, cursor, limit)
    return [Due(name, person, CoverageDue(filing_id=name, person_id=person)) for name, person in rows]
