"""What the funds would pay of a month's bills by another catalogue (执行目录), beside the running service.

An agreement may have lines classified by the insured place's catalogue, or its province's, so that its funds
stay stable (000 三(二)1); this tells by how much each choice would move them. Reads only, in one snapshot.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from services.settlement.costs.reclassify import DatedLine, reclassify
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import places
from services.settlement.queries import store_agreed_bills as agreed_bills
from services.settlement.queries.store_agreed_bills import AgreedBill, Between
from services.settlement.registers.cache import RegisterCache
from shared.areas import province
from shared.benefit.compare.simulation import Case, Paid, Sums, replay
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.messages.enrollment.agreements import CatalogMode

__all__ = ["Between", "Effect", "read_effect"]

MODES: tuple[CatalogMode, ...] = ("treatment", "insured", "provincial")
PAGE = 200  # bills with all their lines
_SILENCE_MS = 300_000  # between two pages the transaction is silent


@dataclass(slots=True)
class Effect:
    """By mode (执行目录) the sums as settled and by that catalogue, and how many bills found none."""

    bills: int = 0
    sums: dict[CatalogMode, Sums] = field(default_factory=lambda: {mode: Sums() for mode in MODES})
    without: dict[CatalogMode, int] = field(default_factory=lambda: dict.fromkeys(MODES, 0))


class _Bill(NamedTuple):
    settled: AgreedBill
    lines: list[DatedLine]


async def read_effect(dsn: str, between: Between) -> Effect:
    """The effect of each mode on the bills; care at home is left out, since no agreement is asked there."""
    pool = await connect_pool(dsn, "settlement", size=1, silence_ms=_SILENCE_MS)
    effect, cache = Effect(), RegisterCache()
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            async for page in agreed_bills.pages(tx, between, PAGE):
                bills = [_Bill(*one) for one in page]
                known = await _registers(tx, cache, bills)
                for bill in bills:
                    count(effect, known, bill.settled, bill.lines)
    finally:
        await pool.close()
    return effect


async def _registers(tx: Tx, cache: RegisterCache, bills: Iterable[_Bill]) -> Known:
    """The catalogues that may classify the bills, and the very texts of the policies that settled them."""
    settled = [one.settled for one in bills]
    areas = {place for one in settled for mode in MODES for place in places(_whose(one, mode))}
    held = await cache.fresh(tx, {}, sorted(areas))
    digests = {unpack_explanation(one.explanation).policy_digest for one in settled}
    return Known(registers=await cache.with_digests(tx, held, digests))


def _whose(bill: AgreedBill, mode: CatalogMode) -> str:
    area = bill.insured_area
    return {"treatment": bill.treatment_area, "insured": area, "provincial": province(area)}[mode]


def count(effect: Effect, known: Known, bill: AgreedBill, lines: list[DatedLine]) -> None:
    """Takes a bill in: under the policy and the year that it was settled with, by each catalogue."""
    why = unpack_explanation(bill.explanation)
    if why.filing == "home":
        return
    effect.bills += 1
    was = why.bill(bill.visit_id, bill.kind, bill.hospital_tier, bill.service_on)
    policy, paid = known.registers.texts[why.policy_digest], Paid(bill.fund_fen, bill.personal_fen)
    for mode in MODES:
        split = reclassify(known, _whose(bill, mode), lines)
        if split is None:
            effect.without[mode] += 1
            continue
        now = was._replace(amounts=split.amounts, by_category=split.by_category)
        case: Case = replay(policy, now, bill.settlement_id, bill.treatment_area, paid)
        effect.sums[mode].count(case)
