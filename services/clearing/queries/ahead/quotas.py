"""Reports a center's quotas and what waits to be done about them, beside the running service. Reads only."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.clearing.prefund import store as prefund
from services.clearing.prefund.model import (
    Ahead,
    Approval,
    Funded,
    Funding,
    Measure,
    Quota,
    TopUp,
    TopUpAnswer,
)
from services.clearing.queries.month import snapshot
from services.clearing.queries.months.signed import read_signed


class AgreementAhead(NamedTuple):
    """What lies ahead under an agreement (预付台账), fen; `approved_by`: who approved what was measured last.

    `quota`: the one settled last; None where none was settled beside the agreement's own.
    """

    agreement_id: str
    quota: Quota | None
    measured: Measure | None
    approved_by: Sequence[str]
    unpaid: Sequence[Funding]
    unanswered: Sequence[TopUp]

    def as_json(self) -> dict[str, Any]:
        """The agreement as a JSON object."""
        return {
            **self._asdict(),
            "quota": self.quota._asdict() if self.quota else None,
            "measured": self.measured._asdict() if self.measured else None,
            "unpaid": [one._asdict() for one in self.unpaid],
            "unanswered": [one._asdict() for one in self.unanswered],
        }


async def read_ahead_of(dsn: str, center_id: str) -> list[AgreementAhead]:
    """The agreements of a center for which a quota was measured or a top-up asked, in order."""
    kept = Ahead()
    async with snapshot(dsn) as tx:
        signed = await read_signed(tx)
        sides = {
            one.agreement_id for one in signed if center_id in (one.insured_center, one.treatment_center)
        }
        ids = sorted(sides)
        await prefund.read_quotas(tx, ids, kept)
        await prefund.read_ahead(tx, ids, kept)
    return [_ahead(kept, id) for id in ids if kept.taken(id)]


def _ahead(kept: Ahead, id: str) -> AgreementAhead:
    measured = next(reversed(kept.of(Measure, id)), None)
    paid = {row.funding_id for row in kept.of(Funded, id)}
    answered = {row.top_up_id for row in kept.of(TopUpAnswer, id)}
    last = measured.measure_id if measured else ""
    return AgreementAhead(
        agreement_id=id,
        quota=max(reversed(kept.of(Quota, id)), key=lambda row: row.from_on, default=None),
        measured=measured,
        approved_by=[row.officer for row in kept.of(Approval, id) if row.measure_id == last],
        unpaid=[row for row in kept.of(Funding, id) if row.funding_id not in paid],
        unanswered=[row for row in kept.of(TopUp, id) if row.top_up_id not in answered],
    )
