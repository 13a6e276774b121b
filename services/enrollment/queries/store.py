"""Reads the public directory, the lists of issuers and the agreements. Reads only."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from services.enrollment.code_sets.decide import BUILT_IN
from services.enrollment.queries.coverage import Counts
from services.enrollment.queries.directory import (
    AgencyListed,
    Agreed,
    Assessed,
    CodeSetListed,
    Listed,
    Listing,
)
from services.enrollment.store import last_opened
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.codes import built_in

_DIRECTORY = """
SELECT institution_id, name, area, tier, grade, services, applies_from, updated_at FROM directory
WHERE area LIKE $1 AND ($2::text IS NULL OR $2 = ANY(services)) AND institution_id > $3
ORDER BY institution_id LIMIT $4
"""

_ISSUERS = """
SELECT content, changed_at FROM register
WHERE kind = 'issuers' AND content ->> 'area' LIKE $1 ORDER BY subject_id LIMIT $2
"""

# What was withdrawn is not shown: it is as if nobody had told it.
_ASSESSED = """
SELECT a.content ->> 'institution_id', i.content ->> 'area', (a.content ->> 'year')::int,
       (a.content ->> 'score')::int, (a.content ->> 'outsiders_score')::int, a.content ->> 'outcome',
       a.content ->> 'node_id', a.changed_at
FROM register a
JOIN register i ON i.kind = 'institution' AND i.subject_id = a.content ->> 'institution_id'
WHERE a.kind = 'assessment' AND a.content ->> 'outcome' <> 'withdrawn'
  AND i.content ->> 'area' LIKE $1 AND a.subject_id > $2
ORDER BY a.subject_id LIMIT $3
"""

_AGREEMENTS = """
SELECT content ->> 'agreement_id', content ->> 'insured_area', content ->> 'treatment_area',
       (content ->> 'in_force_from')::date, (content ->> 'in_force_until')::date, changed_at
FROM register WHERE kind = 'agreement' ORDER BY subject_id LIMIT $1
"""

# The newest of each stands under the set's own name.
_CODE_SETS = """
SELECT content, changed_at FROM register WHERE kind = 'code_set' AND subject_id NOT LIKE '%/%'
"""

_AGENCIES = """
SELECT content, changed_at FROM register
WHERE kind = 'agency' AND content ->> 'area' LIKE $1 ORDER BY content ->> 'area', subject_id LIMIT $2
"""

_COUNTS = """
SELECT left(area, 2), left(institution_id, 1), tier, count(*) FROM directory GROUP BY 1, 2, 3
"""

_COVERED = "SELECT DISTINCT area FROM directory WHERE 'inpatient' = ANY(services)"

# Of agreements across provinces in force on a day: how many institutions they open, by insured province.
_ELSEWHERE = """
WITH open AS (SELECT area, count(*) AS many FROM directory WHERE 'inpatient' = ANY(services) GROUP BY area),
pairs AS (
    SELECT DISTINCT left(content ->> 'insured_area', 2) AS insured, open.area, open.many
    FROM register JOIN open ON left(open.area, 2) <> left(content ->> 'insured_area', 2)
        AND open.area LIKE regexp_replace(content ->> 'treatment_area', '(00){1,2}$', '') || '%'
    WHERE kind = 'agreement'
      AND ($1::date IS NULL
           OR (content ->> 'in_force_from')::date <= $1 AND $1 < (content ->> 'in_force_until')::date)
)
SELECT insured, sum(many)::bigint FROM pairs GROUP BY insured
"""


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[Tx]:
    """Reads the registers as they stand at one moment, beside the running service."""
    pool = await connect_pool(dsn, "enrollment", size=1)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            yield tx
    finally:
        await pool.close()


async def read_listed(tx: Tx, prefix: str, service: str | None, after: str, limit: int) -> list[Listed]:
    """The published institutions of an area that are open for a service, in the order of their codes."""
    rows = await tx.fetch(_DIRECTORY, f"{prefix}%", service, after, limit)
    return [Listed(**{**dict(row), "services": tuple(row["services"])}) for row in rows]


async def read_issuers(tx: Tx, prefix: str, limit: int) -> list[Listing]:
    """The lists of issuers of an area, the newest of each year."""
    return [_listing(json.loads(row[0]), row[1]) for row in await tx.fetch(_ISSUERS, f"{prefix}%", limit)]


async def read_assessed(tx: Tx, prefix: str, after: str, limit: int) -> list[Assessed]:
    """The assessments of an area's institutions, after one of these by its institution and year."""
    return [Assessed(*row) for row in await tx.fetch(_ASSESSED, f"{prefix}%", after, limit)]


async def read_agreements(tx: Tx, limit: int) -> list[Agreed]:
    """The periods of agreements, and when each was signed or changed last."""
    return [Agreed(*row) for row in await tx.fetch(_AGREEMENTS, limit)]


async def read_code_sets(tx: Tx, limit: int) -> list[CodeSetListed]:
    """The newest version of each code set, published or built in."""
    newest = {
        one.set_id: CodeSetListed(one.set_id, BUILT_IN, len(one.codes), one.source)
        for one in built_in().values()
    }
    for content, changed_at in await tx.fetch(_CODE_SETS):
        told = json.loads(content)
        newest[told["set_id"]] = CodeSetListed(
            told["set_id"],
            told["set_version"],
            len(told["codes"]),
            told["source"],
            date.fromisoformat(told["in_force_from"]),
            changed_at,
        )
    return [newest[set_id] for set_id in sorted(newest)][:limit]


async def read_agencies(tx: Tx, prefix: str, limit: int) -> list[AgencyListed]:
    """The agencies of an area and of all within it."""
    rows = await tx.fetch(_AGENCIES, f"{prefix}%", limit)
    told = [(json.loads(content), changed_at) for content, changed_at in rows]
    return [AgencyListed(**{**one, "roles": tuple(one["roles"])}, updated_at=at) for one, at in told]


async def read_counts(tx: Tx, day: date | None) -> Counts:
    """What the report of coverage is made of; agreements on a day, none: on the last one opened."""
    on = day or await last_opened(tx)
    return Counts(
        {(row[0], row[1], row[2]): row[3] for row in await tx.fetch(_COUNTS)},
        frozenset(row[0] for row in await tx.fetch(_COVERED)),
        {row[0]: row[1] for row in await tx.fetch(_ELSEWHERE, on)},
    )


def _listing(content: dict[str, Any], updated_at: Any) -> Listing:
    return Listing(
        area=content["area"],
        year=content["year"],
        institutions=tuple(one["institution_id"] for one in content["institutions"]),
        applies_from=date.fromisoformat(content["applies_from"]),
        published_on=date.fromisoformat(content["published_on"]) if content["published_on"] else None,
        updated_at=updated_at,
    )


async def institution_name(tx: Tx, institution_id: str) -> str:
    """What an institution is called, published or not; empty where none has this code."""
    name = await tx.fetchval(
        "SELECT content ->> 'name' FROM register WHERE kind = 'institution' AND subject_id = $1",
        institution_id,
    )
    return name or ""
