"""Explains how a settlement came about, from the database beside the running service. Reads only."""

import json
from typing import NamedTuple

from services.settlement.model.claims.self_paid_bill import SelfPaidBill
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.settlement import Settlement
from services.settlement.model.visit import Visit
from services.settlement.queries import store_explanations as explanations
from services.settlement.queries.store_explanations import Origin
from services.settlement.registers import store_books as registers
from services.settlement.reimbursements import store_bills as self_paid_bills
from services.settlement.visits import store as visits
from shared.benefit.compare.comparison import Settled
from shared.benefit.policy.checks import parse_policy
from shared.bus.database import connect_pool
from shared.bus.service import Tx

__all__ = ["Explained", "Origin", "explain", "origin"]


class Explained(NamedTuple):
    """A settlement (结算) with its visit, policy, bill and split; `reversal_id`: what took it back.

    The visit's tier is the hospital's own; the insured area counted it as the tier of the bill. `paid_bill`:
    the self-paid bill that a claim in force was decided on.
    """

    settlement: Settlement
    reversal_id: str | None
    settled: Settled
    visit: Visit
    paid_bill: SelfPaidBill | None


async def explain(dsn: str, ids: list[str]) -> list[Explained | None]:
    """Explains a settlement for each id: a visit's newest, or the one with this id; None: there is none."""
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
    settled = Settled(policy, split.bill, split)
    bill = await _paid_bill(tx, visit.visit_id) if visit.manual and reversal_id is None else None
    return Explained(settlement, reversal_id, settled, visit, bill)


async def _paid_bill(tx: Tx, visit_id: str) -> SelfPaidBill | None:
    return (await self_paid_bills.newest(tx, [visit_id])).get(visit_id)


async def origin(dsn: str, id: str) -> Origin | None:
    """The origin of a visit's newest settlement, or of the settlement with this id; None: there is none."""
    pool = await connect_pool(dsn, "settlement", size=1)
    try:
        async with pool.acquire() as tx:
            return await explanations.origin(tx, id)
    finally:
        await pool.close()
