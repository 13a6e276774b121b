"""Reads and writes the registers kept in memory whole: policies, agreements, tier mappings; by version."""

import json
from collections.abc import Iterable, Sequence

from services.settlement.model.registers.registry import Agreement, HomeTiers, PublishedPolicy
from services.settlement.registers.store import last_by
from services.settlement.registers.store_versions import renew
from shared.benefit.policy.book import PolicyHead
from shared.bus.service import Tx
from shared.pools import Pool

POLICIES = "policies"
AGREEMENTS = "agreements"
TIERS = "tiers"
POOLS = "pools"

_HEADS = """
SELECT policy_id, insured_area, scheme, in_force_from, in_force_until, issuer_level, replaces, digest
FROM known_policy
"""
_BODIES = "SELECT digest, body FROM policy_text WHERE digest = ANY($1)"
_AGREEMENTS = """
SELECT agreement_id, insured_area, treatment_area, schemes, in_force_from, in_force_until, catalog_mode,
    institutions
FROM known_agreement
"""
_SAVE_POLICY = """
INSERT INTO known_policy (policy_id, insured_area, scheme, in_force_from, in_force_until, issuer_level,
    replaces, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (policy_id) DO UPDATE SET insured_area = $2, scheme = $3, in_force_from = $4,
    in_force_until = $5, issuer_level = $6, replaces = $7, digest = $8
"""
_SAVE_TEXT = "INSERT INTO policy_text VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"
_SAVE_AGREEMENT = """
INSERT INTO known_agreement VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (agreement_id, in_force_from) DO UPDATE SET insured_area = $2, treatment_area = $3, schemes = $4,
    in_force_until = $6, catalog_mode = $7, institutions = $8
"""
_TIERS = "SELECT insured_area, in_force_from, home_tiers FROM known_tier"
_SAVE_TIERS = """
INSERT INTO known_tier VALUES ($1, $2, $3)
ON CONFLICT (insured_area, in_force_from) DO UPDATE SET home_tiers = $3
"""
_POOLS = "SELECT area, scheme, applies_from, pooling_area, under_province FROM known_pool"
_SAVE_POOL = """
INSERT INTO known_pool VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (area, scheme, applies_from) DO UPDATE SET pooling_area = $4, under_province = $5
"""


async def policy_heads(tx: Tx) -> list[PolicyHead]:
    """The heads of all policies: where and when each holds."""
    return [PolicyHead(*row) for row in await tx.fetch(_HEADS)]


async def policy_bodies(tx: Tx, digests: Sequence[str]) -> dict[str, str]:
    """The texts of policies by digest."""
    return {row[0]: row[1] for row in await tx.fetch(_BODIES, digests)}


async def agreements(tx: Tx) -> list[Agreement]:
    """All agreements, once for each period they were signed for."""
    return [Agreement(*row) for row in await tx.fetch(_AGREEMENTS)]


async def tiers(tx: Tx) -> list[HomeTiers]:
    """All mappings of tiers, one for each insured area and first day."""
    return [HomeTiers(area, start, json.loads(held)) for area, start, held in await tx.fetch(_TIERS)]


async def pools(tx: Tx) -> list[Pool]:
    """All that was told of who pools for areas."""
    return [Pool(*row) for row in await tx.fetch(_POOLS)]


async def save_policies(tx: Tx, rows: Iterable[PublishedPolicy]) -> None:
    """Writes the newest head of each policy, and every text."""
    held = list(rows)
    await tx.executemany(_SAVE_TEXT, sorted({(row.head.digest, row.body) for row in held}))
    await tx.executemany(_SAVE_POLICY, last_by([row.head for row in held], "policy_id"))
    await renew(tx, {POLICIES})


async def save_agreements(tx: Tx, rows: Iterable[Agreement]) -> None:
    """Writes the newest row of each agreement and period."""
    last = {(row.agreement_id, row.in_force_from): row for row in rows}
    await tx.executemany(_SAVE_AGREEMENT, [row for _, row in sorted(last.items())])
    await renew(tx, {AGREEMENTS})


async def save_tiers(tx: Tx, rows: Iterable[HomeTiers]) -> None:
    """Writes the newest mapping of each area and first day, in place of the one before."""
    last = {(row.insured_area, row.in_force_from): json.dumps(row.tiers, ensure_ascii=False) for row in rows}
    await tx.executemany(_SAVE_TIERS, [(*key, held) for key, held in sorted(last.items())])
    await renew(tx, {TIERS})


async def save_pools(tx: Tx, rows: Iterable[Pool]) -> None:
    """Writes the newest statement of each area, scheme and first day."""
    await tx.executemany(_SAVE_POOL, last_by(rows, "key"))
    await renew(tx, {POOLS})
