"""Reads which prescriptions are used: those that a settlement in force has dispensed."""

from collections.abc import Sequence

from shared.bus.service import Tx

# Two bills of one prescription, of different persons and so of different streams, wait for each other here.
_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended('prescription ' || one, 0))
FROM (SELECT unnest($1::text[]) AS one ORDER BY 1) AS asked
"""
_USED = """
SELECT s.visit_id, s.prescriptions FROM settlement s
WHERE s.prescriptions IS NOT NULL AND string_to_array(s.prescriptions, ' ') && $1::text[]
    AND NOT EXISTS (SELECT FROM reversal r WHERE (r.visit_id, r.attempt) = (s.visit_id, s.attempt))
"""


async def used(tx: Tx, asked: Sequence[str]) -> dict[str, str]:
    """The visit that has used each prescription, of those asked for and others of the same bills.

    They are locked until the transaction ends: the second statement sees what whoever held them has written.
    """
    await tx.execute(_LOCK, sorted(asked))
    rows = await tx.fetch(_USED, sorted(asked))
    return {one: row["visit_id"] for row in rows for one in row["prescriptions"].split(" ")}
