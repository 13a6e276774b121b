"""Every SQL statement about credentials, policies' cuts, and places that are open to people from outside."""

from collections.abc import Sequence

from services.referral.checks.model import KnownCredential, KnownCuts
from shared.areas import prefix_of
from shared.bus.service import Tx
from shared.bus.together import Read, Rows

_CREDENTIALS = """
SELECT person_id, credential_id, valid_from, valid_until, revoked_on
FROM known_credential WHERE person_id = ANY($1)
"""
_SAVE_CREDENTIAL = """
INSERT INTO known_credential VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person_id, credential_id)
DO UPDATE SET valid_from = $3, valid_until = $4, revoked_on = $5
"""
_OPENED = """
SELECT place.area FROM unnest($1::text[], $2::text[]) AS place (area, prefix) WHERE EXISTS (
    SELECT FROM known_institution i
    WHERE i.area BETWEEN rpad(place.prefix, 6, '0') AND rpad(place.prefix, 6, '9')
        AND i.status = 'published' AND i.services @> '{inpatient}'
)
"""
_CUTS = """
SELECT policy_id, long_term, referral, emergency, other_temporary
FROM known_policy_cuts JOIN known_policy USING (policy_id) WHERE insured_area = ANY($1)
"""
_SAVE_CUTS = """
INSERT INTO known_policy_cuts VALUES ($1, $2, $3, $4, $5) ON CONFLICT (policy_id)
DO UPDATE SET long_term = $2, referral = $3, emergency = $4, other_temporary = $5
"""


def credentials_of(persons: Sequence[str]) -> Read[dict[str, dict[str, KnownCredential]]]:
    """The credentials of persons, by person and id."""
    return Read(_CREDENTIALS, (persons,), _by_person)


def _by_person(rows: Rows) -> dict[str, dict[str, KnownCredential]]:
    held: dict[str, dict[str, KnownCredential]] = {}
    for one in (KnownCredential(*row) for row in rows):
        held.setdefault(one.person_id, {})[one.credential_id] = one
    return held


def cuts_of(places: Sequence[str]) -> Read[dict[str, KnownCuts]]:
    """The cuts of the policies of areas, by policy."""
    return Read(_CUTS, (places,), lambda rows: {row[0]: KnownCuts(*row) for row in rows})


def opened_of(areas: Sequence[str]) -> Read[set[str]]:
    """Which of some areas have an institution that is open to people from outside."""
    prefixes = [prefix_of(area) for area in areas]
    return Read(_OPENED, (areas, prefixes), lambda rows: {area for (area,) in rows})


async def save_credentials(tx: Tx, credentials: Sequence[KnownCredential]) -> None:
    """Keeps credentials as told last."""
    last = {(one.person_id, one.credential_id): one for one in credentials}
    await tx.executemany(_SAVE_CREDENTIAL, [last[name] for name in sorted(last)])


async def save_cuts(tx: Tx, cuts: Sequence[KnownCuts]) -> None:
    """Keeps the cuts of policies."""
    last = {one.policy_id: one for one in cuts}
    await tx.executemany(_SAVE_CUTS, [last[name] for name in sorted(last)])
