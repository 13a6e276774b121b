"""What processes keep in memory: policies, agreements, catalogues; each change gives a new version."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.settlement.model.registry import Agreement, CataloguePage, PolicyHead, PublishedPolicy
from services.settlement.store.copies import last_by_key
from shared.bus.service import Tx

POLICIES = "policies"
AGREEMENTS = "agreements"

_HEADS = """
SELECT policy_id, insured_area, scheme, in_force_from, in_force_until, issuer_level, digest FROM known_policy
"""
_BODIES = "SELECT digest, body FROM policy_text WHERE digest = ANY($1)"
_AGREEMENTS = """
SELECT agreement_id, insured_area, treatment_area, schemes, in_force_from, in_force_until FROM known_agreement
"""
_PAGES = "SELECT page_id, area, in_force_from, items FROM known_catalogue_page WHERE area = $1"
_VERSIONS = "SELECT subject, token FROM known_version WHERE subject = ANY($1)"
_RENEW = """
INSERT INTO known_version SELECT subject, gen_random_uuid() FROM unnest($1::text[]) AS subject
ON CONFLICT (subject) DO UPDATE SET token = excluded.token
"""
_SAVE_POLICY = """
INSERT INTO known_policy VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (policy_id) DO UPDATE SET insured_area = $2, scheme = $3, in_force_from = $4,
    in_force_until = $5, issuer_level = $6, digest = $7
"""
_SAVE_TEXT = "INSERT INTO policy_text VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"
_SAVE_AGREEMENT = """
INSERT INTO known_agreement VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (agreement_id, in_force_from) DO UPDATE SET insured_area = $2, treatment_area = $3, schemes = $4,
    in_force_until = $6
"""
_SAVE_PAGE = """
INSERT INTO known_catalogue_page VALUES ($1, $2, $3, $4)
ON CONFLICT (page_id) DO UPDATE SET area = $2, in_force_from = $3, items = $4
"""


def catalogue_subject(area: str) -> str:
    """What the version of an area's catalogue is called."""
    return f"catalogue {area}"


async def versions(tx: Tx, subjects: Sequence[str]) -> dict[str, UUID]:
    """The version each subject is in; absent: it was never changed."""
    return {row[0]: row[1] for row in await tx.fetch(_VERSIONS, subjects)}


async def policy_heads(tx: Tx) -> list[PolicyHead]:
    """Which policy holds where and when, of all policies."""
    return [PolicyHead(*row) for row in await tx.fetch(_HEADS)]


async def policy_bodies(tx: Tx, digests: Sequence[str]) -> dict[str, str]:
    """The texts of policies by digest."""
    return {row[0]: row[1] for row in await tx.fetch(_BODIES, digests)}


async def agreements(tx: Tx) -> list[Agreement]:
    """All agreements, once for each period they were signed for."""
    return [Agreement(*row) for row in await tx.fetch(_AGREEMENTS)]


async def catalogue_pages(tx: Tx, area: str) -> list[CataloguePage]:
    """The pages of one area."""
    return [CataloguePage(*row) for row in await tx.fetch(_PAGES, area)]


async def save_policies(tx: Tx, rows: Iterable[PublishedPolicy]) -> None:
    """The newest of each policy, and every text."""
    held = list(rows)
    await tx.executemany(_SAVE_TEXT, sorted({(row.head.digest, row.body) for row in held}))
    await tx.executemany(_SAVE_POLICY, last_by_key([row.head for row in held], 1))
    await _renew_versions(tx, {POLICIES})


async def save_agreements(tx: Tx, rows: Iterable[Agreement]) -> None:
    """The newest of each agreement for each period."""
    last = {(row.agreement_id, row.in_force_from): row for row in rows}
    await tx.executemany(_SAVE_AGREEMENT, [row for _, row in sorted(last.items())])
    await _renew_versions(tx, {AGREEMENTS})


async def save_pages(tx: Tx, rows: Sequence[CataloguePage]) -> None:
    """The newest of each page."""
    await tx.executemany(_SAVE_PAGE, last_by_key(rows, 1))
    await _renew_versions(tx, {catalogue_subject(row.area) for row in rows})


async def _renew_versions(tx: Tx, subjects: Iterable[str]) -> None:
    await tx.execute(_RENEW, sorted(subjects))
