"""Tells how a settlement came about from the database, beside the running service. Reads only."""

import json
from typing import NamedTuple

from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.settlement import Settlement
from services.settlement.rules.comparison import Settled
from services.settlement.store import explanations, registers, visits
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.messages.policy import parse_policy


class Explained(NamedTuple):
    """A settlement with what it was made of; `reversal_id` where it was taken back."""

    settlement: Settlement
    reversal_id: str | None
    settled: Settled


async def explain(dsn: str, ids: list[str]) -> list[Explained | None]:
    """For each id, of a visit (its newest settlement) or of a settlement; None where there is none."""
    pool = await connect_pool(dsn, "settlement", size=1)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            return [await _explain(tx, id) for id in ids]
    finally:
        await pool.close()


async def _explain(tx: Tx, id: str) -> Explained | None:
    kept = await explanations.find(tx, id)
    if kept is None:
        return None
    settlement, reversal_id = kept
    why = unpack_explanation(settlement.explanation)
    visit = (await visits.read(tx, [settlement.visit_id]))[settlement.visit_id]
    text = (await registers.policy_bodies(tx, [why.policy_digest]))[why.policy_digest]
    policy = parse_policy(json.loads(text))
    split = why.split(visit, policy)
    return Explained(settlement, reversal_id, Settled(policy, split.bill, split))
