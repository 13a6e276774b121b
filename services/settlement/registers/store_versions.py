"""The versions of the registers that processes keep in memory; each change gives a new one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.bus.service import Tx
from shared.bus.together import Read

_READ = "SELECT subject, token FROM known_version WHERE subject = ANY($1)"
_RENEW = """
INSERT INTO known_version SELECT subject, gen_random_uuid() FROM unnest($1::text[]) AS subject
ON CONFLICT (subject) DO UPDATE SET token = excluded.token
"""


def read(subjects: Sequence[str]) -> Read[dict[str, UUID]]:
    """The version of each subject; a subject that was never changed is absent."""
    return Read(_READ, (subjects,), dict)


async def renew(tx: Tx, subjects: Iterable[str]) -> None:
    """Gives subjects that have changed a new version."""
    await tx.execute(_RENEW, sorted(subjects))
