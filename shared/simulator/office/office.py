"""What is done about the month's money: claims, batches at the centers, doubts, payment by the bank."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random

from shared.adapter.batches.batch import Batch
from shared.adapter.center import Center
from shared.adapter.hospital import Hospital
from shared.bus.client.client import Connection
from shared.messages.amounts import FundAmounts
from shared.messages.body import Fact
from shared.messages.clearing.batches import ClearingLine
from shared.messages.clearing.disputes import LinesDisputed, Ruling
from shared.simulator.belief import Belief
from shared.simulator.care import Care
from shared.simulator.office import ahead, bank, claims
from shared.simulator.office.bank import Debt
from shared.simulator.office.desks import Desks
from shared.simulator.plan.world import World

# One line is disputed for each way in which it can end (争议裁定).
RULINGS: tuple[Ruling, ...] = ("rejected", "upheld", "adjusted")
_REASON = "费用存疑，待协查"


class Office:
    """The offices of hospitals and centers at the month's end."""

    def __init__(
        self,
        seed: int,
        month: str,
        world: World,
        connections: Mapping[str, Connection],
        out: Path,
        patience_s: float,
    ) -> None:
        names = {one.center_id: one.name for one in world.centers}
        names |= {one.institution_id: one.name for one in world.institutions}
        centers = {
            one.center_id: Center(
                connections[one.node_id],
                one.center_id,
                out / one.center_id,
                names=names,
                timeout_s=patience_s,
            )
            for one in world.centers
        }
        self._desks = Desks(centers, world.agreements, seed, month)
        self._batches: dict[str, Batch] = {}
        self._debts: list[Debt] = []
        self._held: set[str] = set()

    async def claim(self, cares: Iterable[Care], hospitals: Mapping[str, Hospital], belief: Belief) -> None:
        """Institutions claim what they advanced, and centers review it."""
        await claims.claim(self._desks, cares, hospitals, belief)

    async def receive_and_confirm(self, day: date, belief: Belief) -> None:
        """Every center takes its batches in, checks them, and confirms.

        Of the statement with the most lines one line is disputed for each ruling. Costly stays are held by
        their investigation already. A reserve that they were told is used up is topped up.
        """
        for _, center in sorted(self._desks.centers.items()):
            received = await center.receive()
            if received.refused:
                raise received.refused[0]
            for batch in received.batches:
                await center.papers(batch)
            self._batches |= {batch.manifest.statement_id: batch for batch in received.batches}
        belief.statements = len(self._batches)
        told = [fact for _, center in sorted(self._desks.centers.items()) for fact in await center.notices()]
        self._held = _held_of(told)
        disputed_in = self._disputed_in()
        for statement_id, batch in sorted(self._batches.items()):
            lines = self._disputed_lines(batch) if statement_id == disputed_in else []
            self._held |= {line.line_id for line in lines}
            await self._confirm(batch, lines, belief)
        belief.disputed_lines = len(self._held)
        for agreement in ahead.used_up(self._desks.agreements.values(), told):
            await ahead.top_up(self._desks, agreement, day, belief)

    async def pay(self, day: date, belief: Belief) -> None:
        """The insured centers pay by their bank; where reversals outweigh, the other side does.

        A line that is paid is found unduly paid after all.
        """
        for payer, found in groupby(sorted(self._debts, key=_by_payer), key=lambda one: one.payer):
            debts = list(found)
            await bank.pay(self._desks, payer, [one for one in debts if one.fen], day, belief)
            for one in debts:
                if not one.fen:  # what is nothing has no order
                    id = self._desks.id("nothing", one.statement_id)
                    await self._desks.centers[payer].report_payment(one.statement_id, 0, day, id=id)
        await self._recover(belief)

    def _disputed_in(self) -> str:
        """The statement with the most lines, whose order does not depend on when it came."""
        return max(self._batches, key=lambda id: (len(self._batches[id].lines), id), default="")

    async def _confirm(self, batch: Batch, disputed: list[ClearingLine], belief: Belief) -> None:
        head, centers, id = batch.manifest.head, self._desks.centers, batch.manifest.statement_id
        insured, treating = centers[head.insured_center], centers[head.treatment_center]
        if disputed:
            lines = [(line.line_id, _REASON) for line in disputed]
            await insured.dispute(id, lines, id=self._desks.id("dispute", id))
        await insured.confirm(id, id=self._desks.id("insured", id))
        confirmed = await treating.confirm(id, id=self._desks.id("treating", id))
        for ruling, line in zip(RULINGS, disputed, strict=False):
            accepted = _half(line) if ruling == "adjusted" else None
            name = self._desks.id("decide", line.line_id)
            await treating.decide(id, line.line_id, ruling, accepted, reason="材料已核实", id=name)
        fen = confirmed.confirmed_fen
        belief.cleared_fen += fen
        sides = (head.insured_center, head.treatment_center)
        self._debts.append(Debt(id, *(sides if fen >= 0 else sides[::-1]), abs(fen)))

    def _disputed_lines(self, batch: Batch) -> list[ClearingLine]:
        lines = [line for line in batch.lines if line.fund_fen > 0 and line.line_id not in self._held]
        return Random(f"{self._desks.seed}/dispute").sample(lines, min(len(RULINGS), len(lines)))

    async def _recover(self, belief: Belief) -> None:
        """The treatment center finds half of a line unduly paid; it goes back in a later month."""
        batch = self._batches[self._disputed_in()]
        lines = [line for line in batch.lines if line.pool_fen > 0 and line.line_id not in self._held]
        found = Random(f"{self._desks.seed}/recovery").choice(lines)
        treating = self._desks.centers[batch.manifest.head.treatment_center]
        undue = _half(found)
        name = self._desks.id("recover", found.line_id)
        await treating.recover(found.settlement_id, "officer-3", undue, "超标准收费", id=name)
        belief.recovered_fen += sum(undue.model_dump().values())


def _held_of(told: Iterable[Fact]) -> set[str]:
    """The lines that are out of their statements before anyone has answered, as the centers were told."""
    return {line.line_id for fact in told if isinstance(fact, LinesDisputed) for line in fact.disputed}


def _by_payer(debt: Debt) -> tuple[str, str]:
    return debt.payer, debt.statement_id


def _half(line: ClearingLine) -> FundAmounts:
    return FundAmounts(**{name: getattr(line, name) // 2 for name in FundAmounts.model_fields})
