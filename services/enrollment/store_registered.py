"""Every SQL statement that reads whole registers, to give them away as files: a row at a time, never all."""

import json
from collections.abc import AsyncIterator
from typing import Any

from services.enrollment.model import RegisterKind
from shared.bus.service import Tx

_CONTENTS = "SELECT content FROM register WHERE kind = $1 ORDER BY subject_id"

# The newest stands under the name of what has versions, too.
_VERSIONS = """
SELECT content FROM register
WHERE kind = $1 AND subject_id LIKE '%/' || coalesce(content ->> 'set_version', content ->> 'map_version')
ORDER BY subject_id
"""

_LAST_COVERAGES = """
SELECT person_id, scheme, insured_area, status, retired, identities, covered_from, covered_until,
       account_balance_fen, applies_from, account_balance_on, ended_because
FROM coverage WHERE applies_until IS NULL
ORDER BY person_id, scheme, insured_area
"""

_OWNERS = """
SELECT DISTINCT coalesce(content ->> 'area', content ->> 'institution_id') AS whose
FROM register WHERE kind = $1
ORDER BY whose
"""

_PAGES = """
SELECT content FROM register
WHERE kind = $1 AND coalesce(content ->> 'area', content ->> 'institution_id') = $2
  AND (subject_id IN (SELECT jsonb_array_elements_text(content -> 'pages') FROM register
                      WHERE kind = 'edition' AND subject_id = $3)
       OR NOT EXISTS (SELECT FROM register WHERE kind = 'edition' AND subject_id = $3))
ORDER BY subject_id
"""


async def contents(tx: Tx, kind: RegisterKind) -> AsyncIterator[dict[str, Any]]:
    """Everything registered of a kind, in the order of its names. Needs a transaction."""
    async for row in tx.cursor(_CONTENTS, kind, prefetch=500):
        yield json.loads(row[0])


async def last_coverages(tx: Tx) -> AsyncIterator[dict[str, Any]]:
    """What was told last of each person's coverage. Needs a transaction."""
    async for row in tx.cursor(_LAST_COVERAGES, prefetch=2_000):
        yield dict(row)


async def versions(tx: Tx, kind: RegisterKind) -> AsyncIterator[dict[str, Any]]:
    """Every version that was published of code sets, or of areas' own codes. Needs a transaction."""
    async for row in tx.cursor(_VERSIONS, kind, prefetch=10):
        yield json.loads(row[0])


async def owners(tx: Tx, kind: RegisterKind) -> list[str]:
    """The areas, or institutions, of which there are pages of a kind."""
    return [row[0] for row in await tx.fetch(_OWNERS, kind)]


async def pages(tx: Tx, kind: RegisterKind, whose: str, edition: str) -> AsyncIterator[dict[str, Any]]:
    """The pages of an edition, or all of an owner's where there is none. Needs a transaction."""
    async for row in tx.cursor(_PAGES, kind, whose, edition, prefetch=10):
        yield json.loads(row[0])
