"""What is done about the month's money: claims for advances, batches at the centers, payment."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random

from shared.adapter.batches.batch import Batch
from shared.adapter.center import Center
from shared.adapter.hospital import Hospital
from shared.bus.client.client import Connection
from shared.identity import derive
from shared.messages.clearing.disputes import LinesDisputed
from shared.simulator.belief import Belief
from shared.simulator.care import Care
from shared.simulator.plan.world import World


class Office:
    """The offices of hospitals and centers at the month's end."""

    def __init__(
        self,
        seed: int,
        month: str,
        world: World,
        connections: dict[str, Connection],
        out: Path,
        patience_s: float,
    ) -> None:
        self._seed, self._month = seed, month
        names = {one.center_id: one.name for one in world.centers}
        names |= {one.institution_id: one.name for one in world.institutions}
        self._centers = {
            one.center_id: Center(
                connections[one.node_id],
                one.center_id,
                out / one.center_id,
                names=names,
                timeout_s=patience_s,
            )
            for one in world.centers
        }
        self._batches: dict[str, Batch] = {}
        self._confirmed_fen: dict[str, int] = {}
        self._held: set[str] = set()

    async def claim(self, cares: Iterable[Care], hospitals: dict[str, Hospital], belief: Belief) -> None:
        """Each institution that advanced the fund's part claims what is settled and has its case page."""
        for institution_id, group in groupby(
            sorted(filter(_is_claimed, cares), key=_by_institution), key=lambda care: _by_institution(care)[0]
        ):
            advanced = [
                (care.settled.settlement_id, care.settled.payments.fund_fen) for care in group if care.settled
            ]
            name = f"C{self._seed}-{self._month}-{institution_id}"
            reviewed = await hospitals[institution_id].claim_advances(
                name, self._month, advanced, id=self._id("claim", institution_id)
            )
            belief.claimed_fen += sum(fund_fen for _, fund_fen in advanced)
            belief.advances_fen += reviewed.accepted_fen

    async def receive_and_confirm(self, belief: Belief) -> None:
        """Every center takes its batches in, checks them, and confirms.

        One disputes a line, and the other center rejects that: the line is carried into the next month.
        Costly stays are held by their investigation already.
        """
        for center in self._centers.values():
            received = await center.receive()
            if received.refused:
                raise received.refused[0]
            for batch in received.batches:
                await center.papers(batch)
            self._batches |= {batch.manifest.statement_id: batch for batch in received.batches}
        belief.statements = len(self._batches)
        self._held = await self._told_held()
        belief.disputed_lines += len(self._held)
        disputed_in = self._disputed_in()
        for statement_id, batch in sorted(self._batches.items()):
            await self._confirm(batch, disputed=statement_id == disputed_in)
            belief.disputed_lines += statement_id == disputed_in

    async def pay(self, day: date, belief: Belief) -> None:
        """The insured centers pay what was confirmed; where reversals outweigh, the other side does."""
        for statement_id, owed_fen in sorted(self._confirmed_fen.items()):
            head = self._batches[statement_id].manifest.head
            payer = self._centers[head.insured_center if owed_fen >= 0 else head.treatment_center]
            await payer.report_payment(statement_id, abs(owed_fen), day, id=self._id("pay", statement_id))
            belief.cleared_fen += owed_fen

    async def _told_held(self) -> set[str]:
        """The lines that are out of their statements before anyone has answered, as the centers were told."""
        told = [fact for center in self._centers.values() for fact in await center.notices()]
        return {line.line_id for fact in told if isinstance(fact, LinesDisputed) for line in fact.disputed}

    def _disputed_in(self) -> str:
        """The statement with the most lines, whose order does not depend on when it came."""
        return max(self._batches, key=lambda id: (len(self._batches[id].lines), id), default="")

    async def _confirm(self, batch: Batch, *, disputed: bool) -> None:
        head = batch.manifest.head
        lines = [self._disputed_line(batch)] if disputed else []
        insured, treating = self._centers[head.insured_center], self._centers[head.treatment_center]
        id = head.statement_id
        if lines:
            await insured.dispute(id, lines, id=self._id("dispute", id))
        await insured.confirm(id, id=self._id("insured", id))
        confirmed = await treating.confirm(id, id=self._id("treating", id))
        for line_id, _ in lines:
            await treating.decide(id, line_id, "rejected", reason="材料核实无误", id=self._id("decide", id))
        self._confirmed_fen[id] = confirmed.confirmed_fen

    def _disputed_line(self, batch: Batch) -> tuple[str, str]:
        ids = [line.line_id for line in batch.lines if line.fund_fen > 0]
        paid = [id for id in ids if id not in self._held]
        return Random(f"{self._seed}/dispute").choice(paid), "费用存疑，待协查"

    def _id(self, *names: str) -> str:
        return derive("simulated", str(self._seed), self._month, *names)


def _is_claimed(care: Care) -> bool:
    pages = care.has_page or care.plan.kind != "inpatient"
    return care.plan.advanced and care.settled is not None and pages


def _by_institution(care: Care) -> tuple[str, str]:
    return care.plan.institution.institution_id, care.plan.visit.visit_id
