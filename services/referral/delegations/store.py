"""Every SQL statement about reviews that agreements leave to the treatment place."""

from collections.abc import Sequence

from services.referral.delegations.model import KnownDelegation
from shared.bus.service import Tx
from shared.bus.together import Read

_READ = """
SELECT agreement_id, in_force_from, in_force_until, insured_area, treatment_area, schemes, review_delegated
FROM known_delegation WHERE insured_area = ANY($1)
"""
_SAVE = """
INSERT INTO known_delegation VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agreement_id, in_force_from)
DO UPDATE SET in_force_until = $3, insured_area = $4, treatment_area = $5, schemes = $6, review_delegated = $7
"""


def delegations_of(places: Sequence[str]) -> Read[list[KnownDelegation]]:
    """What agreements of insured areas say."""
    return Read(_READ, (places,), lambda rows: [KnownDelegation(*row) for row in rows])


async def save_delegations(tx: Tx, told: Sequence[KnownDelegation]) -> None:
    """Keeps what agreements say, the newest of each period."""
    last = {(one.agreement_id, one.in_force_from): one for one in told}
    await tx.executemany(_SAVE, [last[name] for name in sorted(last)])
