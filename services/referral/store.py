"""Loads what a batch of referral needs, and keeps what was heard of the registers.

A person's coverages are the root: they are locked first, because a filing and a change of coverage reach
the service on two streams that two processes may read.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from services.referral.areas.store import load_rules
from services.referral.areas.store_pools import pools_of
from services.referral.checks.store import credentials_of, cuts_of, opened_of
from services.referral.delegations.store import delegations_of
from services.referral.issuers.store import read_issuers
from services.referral.lists.store import load_work
from services.referral.model.coverage import KnownCoverage
from services.referral.model.institution import KnownInstitution
from services.referral.model.known import Known
from services.referral.reviews.store import load_reviews
from services.referral.store_filings import load_filings, load_taken
from services.referral.worklist.store import load_announcements, load_worklists
from shared.areas import widened
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.bus.service import Keys, Tx
from shared.bus.together import Read, Rows, read_together
from shared.dated import last_told
from shared.messages.enrollment.registers import CenterRegistered

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

# An operator's node, which the shell knows, answers for all areas.
_AREAS = """
SELECT node_id, center_id FROM known_center WHERE node_id = ANY($1)
UNION ALL SELECT node_id, NULL FROM node WHERE kind = 'operator' AND node_id = ANY($1)
"""

_HOSPITALS = """
SELECT institution_id, node_id, area, tier, services, status FROM known_institution
WHERE node_id = ANY($1) OR institution_id = ANY($2)
"""

_DROP_LATER = """
DELETE FROM known_coverage c
USING unnest($1::text[], $2::text[], $3::text[], $4::date[]) AS told (person_id, scheme, insured_area, since)
WHERE c.person_id = told.person_id AND c.scheme = told.scheme AND c.insured_area = told.insured_area
  AND c.applies_from > told.since
"""

# A row that is locked stays: who waits for it would else hold nothing.
_SAVE_COVERAGES = """
INSERT INTO known_coverage (person_id, scheme, insured_area, status, covered_from, covered_until,
                            applies_from)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::date[])
ON CONFLICT (person_id, scheme, insured_area, applies_from) DO UPDATE SET
    status = excluded.status, covered_from = excluded.covered_from, covered_until = excluded.covered_until
"""

_SAVE_CENTER = """
INSERT INTO known_center VALUES ($1, $2) ON CONFLICT (center_id) DO UPDATE SET node_id = $2
"""

_SAVE_HOSPITALS = """
INSERT INTO known_institution (institution_id, node_id, area, tier, services, status)
SELECT institution_id, node_id, area, tier, string_to_array(services, ' '), status
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS told (institution_id, node_id, area, tier, services, status)
ON CONFLICT (institution_id) DO UPDATE SET node_id = excluded.node_id, area = excluded.area,
    tier = excluded.tier, services = excluded.services, status = excluded.status
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


_READERS: dict[str, Callable[[Tx, Sequence[str], Known], Awaitable[None]]] = {
    "filing": load_taken,
    "reviewed": load_reviews,
    "announced": load_announcements,
    "worklist": load_worklists,
    "work": load_work,
}
"""What is read by the keys of one kind, once persons and their filings are."""


async def load(tx: Tx, keys: Keys) -> Known:
    """What a batch needs; the persons' coverages stay locked until the commit."""
    known = Known()
    if persons := keys.get("person"):
        await tx.execute(_LOCK, persons)
    if seen := sorted({*keys.get("person", ()), *keys.get("seen", ())}):
        for row in await tx.fetch(_COVERAGES, seen):
            known.keep_coverage(KnownCoverage(*row))
        await load_filings(tx, seen, known)
    for kind, read in _READERS.items():
        if wanted := keys.get(kind):
            await read(tx, wanted, known)
    if "node" in keys:
        await _load_registers(tx, keys, known)
    return known


async def _load_registers(tx: Tx, keys: Keys, known: Known) -> None:
    """Reads who asks, and what holds where the persons are insured and where their filings lead."""
    homes = {area for held in known.coverages.values() for _, area in held} | {*keys.get("area", ())}
    homes |= {filing.insured_area for held in known.filings.values() for filing in held.values()}
    led_to = {filing.destination_area for held in known.filings.values() for filing in held.values()}
    led_to |= {*keys.get("destination", ())}
    places, ends = _widened(homes | led_to), _widened(led_to)
    reads: dict[str, Read[Any]] = {"policies": Read(_POLICIES, (places,), _book), "pools": pools_of(places)}
    if persons := keys.get("checked"):
        checks: dict[str, Read[Any]] = {
            "cuts": cuts_of(places),
            "credentials": credentials_of(persons),
            "opened": opened_of(ends),
        }
        reads = {**reads, **checks}
    if "reviewed" in keys:
        reads["delegations"] = delegations_of(places)
    found = await read_together(tx, reads)
    known.policies, known.pools = found["policies"], found["pools"]
    known.cuts, known.opened = found.get("cuts", {}), found.get("opened", set())
    known.credentials, known.delegations = found.get("credentials", {}), found.get("delegations", [])
    await load_rules(tx, places, known)
    if "certificate" in keys:
        known.issuers = await read_issuers(tx, homes | led_to)
    for node_id, area in await tx.fetch(_AREAS, keys["node"]):
        known.areas.setdefault(node_id, set()).add(area)
    named = {*keys.get("institution", ()), *(one.institution_id for one in known.announcements.values())}
    for row in await tx.fetch(_HOSPITALS, keys["node"], sorted(named)):
        known.keep_hospital(KnownInstitution(*row))


def _widened(areas: set[str]) -> list[str]:
    return sorted({place for area in areas for place in widened(area)})


def _book(rows: Rows) -> PolicyBook:
    return PolicyBook(PolicyHead(*row) for row in rows)


async def save_coverages(tx: Tx, coverages: Sequence[KnownCoverage]) -> None:
    """Keeps what was told of coverages, in order: each replaces what was told of later days."""
    told = last_told(coverages, lambda row: (row.person_id, *row.place))
    since = [(*key, statements[0].applies_from) for key, statements in told.items()]
    await tx.execute(_DROP_LATER, *map(list, zip(*since, strict=True)))
    rows = [row for statements in told.values() for row in statements]
    await tx.execute(_SAVE_COVERAGES, *map(list, zip(*rows, strict=True)))


async def save_centers(tx: Tx, centers: Sequence[CenterRegistered]) -> None:
    """Keeps which node answers for an area."""
    last = {center.center_id: center.node_id for center in centers}
    await tx.executemany(_SAVE_CENTER, sorted(last.items()))


async def save_hospitals(tx: Tx, told: Sequence[KnownInstitution]) -> None:
    """Keeps whose institutions are, where they lie and what they have opened, as told last."""
    last = {one.institution_id: one for one in told}
    rows = [(*one[:4], " ".join(one.services), one.status) for _, one in sorted(last.items())]
    await tx.execute(_SAVE_HOSPITALS, *map(list, zip(*rows, strict=True)))


async def save_policies(tx: Tx, heads: Sequence[PolicyHead]) -> None:
    """Keeps which policy holds where and when, the newest of each."""
    last = {head.policy_id: head[:-1] for head in heads}
    await tx.executemany(_SAVE_POLICY, [last[policy_id] for policy_id in sorted(last)])
