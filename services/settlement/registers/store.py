"""Reads and writes the copies of what enrollment and referral own; the newest replaces the earlier ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from services.settlement.model.registers.credential import Credential
from services.settlement.model.registers.registry import Coverage, Filing, Institution, Qualification
from shared.bus.service import Tx
from shared.bus.together import Read, Rows
from shared.dated import last_told

_Row = TypeVar("_Row")

_COVERAGES = """
SELECT person_id, scheme, insured_area, status, retired, identities, covered_from, covered_until,
    account_balance_fen, applies_from, account_balance_on
FROM known_coverage WHERE person_id = ANY($1)
"""
_FILINGS = """
SELECT person_id, filing_id, counts_as, destination_area, starts_on, ends_on, insured_area, scheme,
    institutions
FROM known_filing WHERE person_id = ANY($1)
"""
_INSTITUTIONS = """
SELECT institution_id, node_id, area, tier, services, status, applies_from
FROM known_institution WHERE institution_id = ANY($1)
ORDER BY institution_id, applies_from
"""
_QUALIFICATIONS = """
SELECT person_id, insured_area, disease, qualified_from, qualified_until
FROM known_qualification WHERE person_id = ANY($1)
"""
_SAVE_QUALIFICATION = """
INSERT INTO known_qualification VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, insured_area, disease, qualified_from) DO UPDATE SET qualified_until = $5
"""
_CREDENTIALS = """
SELECT person_id, credential_id, credential, valid_from, valid_until, revoked_on
FROM known_credential WHERE person_id = ANY($1)
"""
_SAVE_CREDENTIAL = """
INSERT INTO known_credential VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id, credential_id) DO UPDATE SET valid_from = $4, valid_until = $5, revoked_on = $6
"""
_DROP_COVERAGES = """
DELETE FROM known_coverage c
USING unnest($1::text[], $2::text[], $3::text[], $4::date[]) AS told (person_id, scheme, insured_area, since)
WHERE c.person_id = told.person_id AND c.scheme = told.scheme AND c.insured_area = told.insured_area
  AND c.applies_from >= told.since
"""
_SAVE_FILING = """
INSERT INTO known_filing VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person_id, filing_id) DO UPDATE SET counts_as = $3, destination_area = $4, starts_on = $5,
    ends_on = $6, insured_area = $7, scheme = $8, institutions = $9
"""
_DROP_INSTITUTIONS = """
DELETE FROM known_institution i USING unnest($1::text[], $2::date[]) AS told (institution_id, since)
WHERE i.institution_id = told.institution_id AND i.applies_from >= told.since
"""


def coverages(persons: Sequence[str]) -> Read[dict[str, list[Coverage]]]:
    """The persons' coverages, with all statements about each."""
    return Read(_COVERAGES, (persons,), partial(_by_first, Coverage))


def filings(persons: Sequence[str]) -> Read[dict[str, list[Filing]]]:
    """The persons' filings, also those that have ended."""
    return Read(_FILINGS, (persons,), partial(_by_first, Filing))


def qualifications(persons: Sequence[str]) -> Read[dict[str, list[Qualification]]]:
    """The chronic diseases that the persons qualify or have qualified for."""
    return Read(_QUALIFICATIONS, (persons,), partial(_by_first, Qualification))


def credentials(persons: Sequence[str]) -> Read[dict[str, list[Credential]]]:
    """The persons' credentials, also those that were revoked."""
    return Read(_CREDENTIALS, (persons,), partial(_by_first, Credential))


def institutions(ids: Sequence[str]) -> Read[dict[str, Institution]]:
    """Institutions by their codes, each with its earlier statements."""
    return Read(_INSTITUTIONS, (ids,), _with_earlier)


def _by_first(kind: Callable[..., _Row], rows: Rows) -> dict[str, list[_Row]]:
    """Rows of a kind, by their first field."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(kind(*row))
    return found


def _with_earlier(rows: Rows) -> dict[str, Institution]:
    found: dict[str, Institution] = {}
    for row in rows:
        told = Institution(*row)
        held = found.get(told.institution_id)
        found[told.institution_id] = held.with_told(told) if held else told
    return found


async def save_coverages(tx: Tx, rows: Iterable[Coverage]) -> None:
    """Writes statements about coverages in the order they came; each replaces those for later days."""
    told = last_told(rows, attrgetter("account_owner"))
    since = [(*key, statements[0].applies_from) for key, statements in told.items()]
    await tx.execute(_DROP_COVERAGES, *map(list, zip(*since, strict=True)))
    records = [row for statements in told.values() for row in statements]
    await tx.copy_records_to_table("known_coverage", records=records, columns=Coverage._fields)


async def save_filings(tx: Tx, rows: Iterable[Filing]) -> None:
    """Writes the newest row of each filing."""
    await tx.executemany(_SAVE_FILING, last_by(rows, "person_id", "filing_id"))


async def save_qualifications(tx: Tx, rows: Iterable[Qualification]) -> None:
    """Writes the newest row of each qualification."""
    await tx.executemany(_SAVE_QUALIFICATION, last_by(rows, "key"))


async def save_credentials(tx: Tx, rows: Iterable[Credential]) -> None:
    """Writes the newest row of each credential."""
    await tx.executemany(_SAVE_CREDENTIAL, last_by(rows, "person_id", "credential_id"))


async def save_institutions(tx: Tx, rows: Iterable[Institution]) -> None:
    """Writes statements about institutions in the order they came; each replaces those for later days."""
    told = last_told(rows, lambda row: (row.institution_id,))
    since = [(*key, statements[0].applies_from) for key, statements in told.items()]
    await tx.execute(_DROP_INSTITUTIONS, *map(list, zip(*since, strict=True)))
    records = [row[:-1] for statements in told.values() for row in statements]
    await tx.copy_records_to_table("known_institution", records=records, columns=Institution._fields[:-1])


def last_by(rows: Iterable[tuple[Any, ...]], *fields: str) -> list[tuple[Any, ...]]:
    """The last row of each key, sorted by key; `fields` make up the key."""
    key = attrgetter(*fields)
    last = {key(row): row for row in rows}
    return [row for _, row in sorted(last.items())]
