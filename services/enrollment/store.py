"""Every SQL statement of enrollment.

No row is locked: all commands on a subject have its key, so one stream, whose fence (a row lock) this
transaction already holds. What a command refers to is never deleted. Only what several subjects share, as
the policies of an area and scheme do, is locked by its name.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, get_args

from services.enrollment.model import (
    CoveragePeriod,
    EditionPage,
    Entry,
    HeldCoverage,
    Known,
    OpenedDay,
    RegisterKind,
)
from services.enrollment.persons import store as people
from shared.areas import institution_area, widened
from shared.bus.service import Keys, Tx

KEY_SEPARATOR = " "
_REGISTERS = get_args(RegisterKind)
_COVERAGE_COLUMNS = (*HeldCoverage._fields[:3], *CoveragePeriod._fields)

_ENTRIES = """
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r JOIN unnest($1::text[], $2::text[]) AS wanted (kind, subject_id) USING (kind, subject_id)
UNION ALL
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r WHERE r.kind = 'center' AND r.content ->> 'node_id' = ANY($3)
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name"

_POLICIES = """
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r JOIN unnest($1::text[], $2::text[]) AS wanted (area, scheme)
    ON r.content -> 'policy' ->> 'insured_area' = area AND r.content -> 'policy' ->> 'scheme' = scheme
WHERE r.kind = 'policy'
"""

_PERIODS = """
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r
WHERE r.kind = 'agreement'
  AND (r.content ->> 'agreement_id' = ANY($1)
       OR r.content ->> 'agreement_id' IN (
           SELECT f.content ->> 'agreement_id' FROM register f
           WHERE f.kind = 'agreement' AND f.content ->> 'follows_agreement_id' = ANY($1)))
"""

_POOLING = """
SELECT r.kind, r.subject_id, r.version, r.content
FROM register r WHERE r.kind = 'pooling' AND r.content ->> 'area' = ANY($1)
"""

# Those of some areas, and all above them.
_AGENCIES = """
WITH RECURSIVE over AS (
    SELECT kind, subject_id, version, content FROM register
    WHERE kind = 'agency' AND content ->> 'area' = ANY($1)
    UNION
    SELECT up.kind, up.subject_id, up.version, up.content
    FROM over JOIN register up ON up.kind = 'agency' AND up.subject_id = over.content ->> 'under_agency_id'
)
SELECT * FROM over
"""

_EDITION_PAGES = """
SELECT r.kind, r.subject_id, coalesce(r.content ->> 'area', r.content ->> 'institution_id'),
       r.content ->> 'in_force_from'
FROM register r JOIN unnest($1::text[], $2::text[]) AS wanted (kind, subject_id) USING (kind, subject_id)
WHERE r.content ->> 'in_edition' = 'true'
"""

_COVERAGES = """
SELECT person_id, scheme, insured_area, applies_from, applies_until, version, status, retired, identities,
       covered_from, covered_until, account_balance_fen, account_balance_on, ended_because
FROM coverage WHERE person_id = ANY($1)
ORDER BY person_id, scheme, insured_area, applies_from
"""

_DAYS = "SELECT min(opened_on), max(opened_on) FROM opened_day"

_DRAFT = "SELECT content FROM register WHERE kind = 'draft' AND subject_id = $1"

_SAVE_ENTRIES = """
INSERT INTO register (kind, subject_id, version, content)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]::jsonb[])
ON CONFLICT (kind, subject_id) DO UPDATE SET
    version = excluded.version, content = excluded.content, changed_at = now()
"""

_DROP_COVERAGES = """
DELETE FROM coverage c
USING unnest($1::text[], $2::text[], $3::text[]) AS told (person_id, scheme, insured_area)
WHERE c.person_id = told.person_id AND c.scheme = told.scheme AND c.insured_area = told.insured_area
"""


async def load(tx: Tx, keys: Keys) -> Known:
    """What a batch names, one statement a table."""
    known = Known({}, {})
    await _load_entries(tx, keys, known)
    await _load_policies(tx, keys, known)
    await _load_agencies(tx, keys, known)
    await _load_authors(tx, known)
    await _load_edition_pages(tx, keys, known)
    shown = await people.load(tx, keys, known.people)
    await _load_coverages(tx, sorted(shown | {*keys.get("person", ())}), known)
    await _load_other_centers(tx, keys, known)
    if "calendar" in keys:
        [known.first_opened_on, known.last_opened_on] = await tx.fetchrow(_DAYS) or (None, None)
    return known


async def _load_entries(tx: Tx, keys: Keys, known: Known) -> None:
    commanders = list(keys.get("commander", ()))
    wanted = [(kind, name) for kind in _REGISTERS for name in keys.get(kind, ())]
    wanted += [("node", name) for name in commanders]
    kinds, names = [kind for kind, _ in wanted], [name for _, name in wanted]
    _keep(known, await tx.fetch(_ENTRIES, kinds, names, commanders))
    if agreements := keys.get("periods_of"):
        _keep(known, await tx.fetch(_PERIODS, list(agreements)))
    if areas := keys.get("pooling_of"):
        _keep(known, await tx.fetch(_POOLING, list(areas)))


async def _load_policies(tx: Tx, keys: Keys, known: Known) -> None:
    """What stands beside the policies that are drafted or approved here; nobody else adds to it meanwhile."""
    drafts = (entry.content["policy"] for entry in known.of_kind("draft"))
    places = {tuple(name.split(KEY_SEPARATOR)) for name in keys.get("policies_of", ())}
    places |= {(text["insured_area"], text["scheme"]) for text in drafts}
    if places:
        names = sorted(places)
        await tx.execute(_LOCK, [f"policies {area} {scheme}" for area, scheme in names])
        _keep(known, await tx.fetch(_POLICIES, *map(list, zip(*names, strict=True))))


async def _load_agencies(tx: Tx, keys: Keys, known: Known) -> None:
    """The agencies over every area of which somebody may ask who commands there."""
    areas = {*keys.get("center", ())}
    for entry in known.entries.values():
        if entry.kind in ("institution", "draft"):
            content = entry.content["policy"] if entry.kind == "draft" else entry.content
            areas |= {*widened(content["insured_area" if entry.kind == "draft" else "area"])}
            areas |= {*widened(institution_area(entry.subject_id))} if entry.kind == "institution" else set()
    if areas:
        _keep(known, await tx.fetch(_AGENCIES, sorted(areas)))


async def _load_authors(tx: Tx, known: Known) -> None:
    """The centers of those who told the assessments that are held."""
    if authors := sorted({entry.content["node_id"] for entry in known.of_kind("assessment")}):
        _keep(known, await tx.fetch(_ENTRIES, [], [], authors))


async def _load_edition_pages(tx: Tx, keys: Keys, known: Known) -> None:
    """Whose the pages of editions are; what stands in them is not read."""
    if names := keys.get("edition_page"):
        wanted = zip(*(name.split(KEY_SEPARATOR) for name in names), strict=True)
        for kind, page_id, whose, start in await tx.fetch(_EDITION_PAGES, *map(list, wanted)):
            known.edition_pages[kind, page_id] = EditionPage(whose, start)


def _keep(known: Known, rows: Iterable[Any]) -> None:
    for kind, subject_id, version, content in rows:
        known.keep(Entry(kind, subject_id, version, json.loads(content)))


async def _load_coverages(tx: Tx, persons: Sequence[str], known: Known) -> None:
    if persons:
        for row in await tx.fetch(_COVERAGES, persons):
            place, period = tuple(row)[:3], CoveragePeriod(*tuple(row)[3:])
            held = known.coverages.setdefault(place[0], {})
            coverage = held.get(place[1:]) or HeldCoverage(*place)
            period = period._replace(identities=tuple(period.identities))
            held[coverage.place] = coverage._replace(periods=(*coverage.periods, period))


async def _load_other_centers(tx: Tx, keys: Keys, known: Known) -> None:
    """Who answers where persons are insured already, if that is elsewhere: two places may have to be told."""
    insured = {area for held in known.coverages.values() for _, area in held}
    areas = sorted({place for area in insured for place in widened(area)} - {*keys.get("center", ())})
    if areas and "center" in keys:
        _keep(known, await tx.fetch(_ENTRIES, ["center"] * len(areas), areas, []))
        _keep(known, await tx.fetch(_AGENCIES, areas))


async def policy_draft(tx: Tx, policy_id: str) -> dict[str, Any] | None:
    """The newest draft of a policy version, as its fact says it; none if nobody drafted one."""
    content = await tx.fetchval(_DRAFT, policy_id)
    return json.loads(content) if content else None


async def save_entries(tx: Tx, entries: Sequence[Entry]) -> None:
    """Keeps the last version of each entry."""
    if entries:
        last = {(entry.kind, entry.subject_id): entry for entry in entries}
        rows = [last[key] for key in sorted(last)]
        contents = [json.dumps(row.content, ensure_ascii=False) for row in rows]
        kinds, names = [row.kind for row in rows], [row.subject_id for row in rows]
        await tx.execute(_SAVE_ENTRIES, kinds, names, [row.version for row in rows], contents)


async def save_coverages(tx: Tx, coverages: Sequence[HeldCoverage]) -> None:
    """Keeps the periods of each coverage in place of those before (coverage_open: of all of them first)."""
    if coverages:
        last = {row[:3]: row for row in coverages}
        await tx.execute(_DROP_COVERAGES, *map(list, zip(*sorted(last), strict=True)))
        rows = [(*place, *period) for place in sorted(last) for period in last[place].periods]
        await tx.copy_records_to_table("coverage", records=rows, columns=_COVERAGE_COLUMNS)


async def last_opened(tx: Tx) -> date | None:
    """The last day that was opened."""
    row = await tx.fetchrow(_DAYS)
    return row[1] if row else None


async def save_days(tx: Tx, days: Sequence[OpenedDay]) -> None:
    """Keeps the days that were opened."""
    if days:
        await tx.copy_records_to_table("opened_day", records=days)
