"""Whatever a desk asks in whatever order, a visit keeps its life, no money is lost, and an undo undoes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.settlement.model.account import AccountKey
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.settlement import Reversal, Settlement
from services.settlement.model.visit import STAY, Visit
from shared.bus.message import Decision, Message
from shared.messages.body import Body
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim
from shared.messages.settlement.corrections import CancelDischarge, WithdrawUpload
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import AdmitPatient, DischargePatient, SettleVisit, UploadCosts
from tests.settlement.given.memory import SERIOUS, Memory, spent_fen
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    HUAXI,
    PUREN,
    admit,
    bed,
    control,
    coverage,
    discharge,
    line,
    page,
    policy,
    quote,
    reverse,
    settle,
    upload,
)

WHERE = {"V1": HUAXI, "V2": PUREN, "V3": HUAXI, "V1b": HUAXI, "V2b": PUREN, "V3b": HUAXI}
DAYS = [D1, D2, D3, D4, D5, D6]
PAYS = policy(inpatient={**policy().policy["inpatient"], "pool_cap_fen": 400_000}, serious_illness=SERIOUS)
UNDONE = (AdmitPatient, ChangeAdmission, UploadCosts, DischargePatient, SettleVisit, SettleInterim)
Snapshot = tuple[Any, ...]

visits, days = st.sampled_from(sorted(WHERE)), st.sampled_from(DAYS)


class VisitLife(RuleBasedStateMachine):
    """Three stays of one person at two hospitals; every command at any time, with any of a few days."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(coverage("Lin", account_balance_fen=70_000), held=PAYS)
        self.number = 0
        self.settled: dict[tuple[str, int], Settlement] = {}
        self.reversed: set[tuple[str, int]] = set()
        self.sent: list[tuple[Message, Snapshot]] = []

    @initialize(left=st.booleans(), in_chain=st.booleans())
    def begin(self, left: bool, in_chain: bool) -> None:
        """Begins where stays are, since from nothing most steps are refused: V2 may continue V1."""
        for name, day in (("V1", D1), ("V2", D2), ("V3", D3)):
            before = "V1" if in_chain and name == "V2" else None
            self.ask(admit(**self.names(name), admitted_on=day, continues_visit_id=before))
            self.ask(bed(f"U-{name}", 1000, cost_on=day, **self.names(name)))
            if left:
                self.ask(discharge(**self.names(name), discharged_on=D4))

    @rule(name=visits)
    def go_on(self, name: str) -> None:
        """Asks for what comes next in a stay's life."""
        visit = self.memory.known.visits.get(name)
        state = visit.state if visit else "announced"
        if state == "announced":
            self.admit(name, D1, None, True)
        elif state == "admitted":
            self.discharge(name, D5, "1", "direct")
        else:
            self.quote_and_settle(name, True)

    def names(self, name: str) -> dict[str, Any]:
        return {"visit_id": name, "person_id": "Lin", "institution_id": WHERE[name]}

    def ask(self, body: Body) -> Decision:
        """Asks once; what is refused changes nothing, what is accepted moves the visit as its life has it."""
        before, message = self.snapshot(), self.memory.message(body, day=D6)
        decision = self.memory.decide(message)
        assert decision.answer
        if decision.answer.code == "OK":
            self.keep(decision)
            self.remember(message, before)
        else:
            assert not decision.rows and not decision.facts
            assert self.snapshot() == before
        return decision

    def remember(self, message: Message, before: Snapshot) -> None:
        """Keeps what to undo; what has no undo of its own ends the row of those that are undone in turn."""
        if type(message.body) in UNDONE:
            self.sent.append((message, before))
        elif self.snapshot() != before:
            self.sent.clear()

    def keep(self, decision: Decision) -> None:
        for row in decision.rows:
            if isinstance(row, Settlement):
                assert (row.visit_id, row.attempt) not in self.settled
                self.settled[row.visit_id, row.attempt] = row
            if isinstance(row, Reversal):
                assert (row.visit_id, row.attempt) in self.settled.keys() - self.reversed
                self.reversed.add((row.visit_id, row.attempt))

    def snapshot(self) -> Snapshot:
        """All that a desk can find of the person, but how often a visit was settled, which only grows."""
        known = self.memory.known
        stays = {name: _plain(visit) for name, visit in known.visits.items() if visit.state != "cancelled"}
        held = {name: sorted(one.upload_id for one in kept) for name, kept in known.uploads.items() if kept}
        pages = {name: (one.page_id, one.due_on) for name, one in known.pages.items() if one.due_on}
        return stays, held, pages, self.memory.years, spent_fen(self.memory)

    @rule(name=visits, day=days, before=st.sampled_from([None, "V1", "V2"]), shown=st.booleans())
    def admit(self, name: str, day: date, before: str | None, shown: bool) -> None:
        told = {"admitted_on": day, "continues_visit_id": before, "credential": "01" if shown else None}
        self.ask(admit(**self.names(name), **told))

    @rule(name=visits, day=days, before=st.sampled_from([None, "V1", "V2"]), emergency=st.booleans())
    def change(self, name: str, day: date, before: str | None, emergency: bool) -> None:
        told: dict[str, Any] = {"admitted_on": day, "continues_visit_id": before, "emergency": emergency}
        self.ask(ChangeAdmission(**self.names(name), **told))

    @rule(name=visits)
    def show(self, name: str) -> None:
        self.ask(ShowCredential(**self.names(name), credential="02"))

    @rule(name=visits, day=days, yuan=st.integers(1, 6000))
    def upload(self, name: str, day: date, yuan: int) -> None:
        self.number += 1
        self.ask(bed(f"U{self.number}", yuan, cost_on=day, **self.names(name)))

    @rule(name=visits, day=days, yuan=st.sampled_from([100, 1000]))
    def give_back(self, name: str, day: date, yuan: int) -> None:
        self.number += 1
        back = line(1, quantity="-1", price=str(yuan))
        self.ask(upload(f"U{self.number}", back, total_fen=-yuan * 100, cost_on=day, **self.names(name)))

    @rule(name=visits)
    def withdraw(self, name: str) -> None:
        kept = self.memory.known.uploads.get(name)
        self.ask(WithdrawUpload(**self.names(name), upload_id=kept[-1].upload_id if kept else "U0"))

    @rule(name=visits, day=days, way=st.sampled_from(["1", "2"]), paid=st.sampled_from(["direct", "self"]))
    def discharge(self, name: str, day: date, way: str, paid: str) -> None:
        paid = "direct" if day != D6 else paid
        self.ask(discharge(**self.names(name), discharged_on=day, way=way, paid=paid))

    @rule(name=visits)
    def cancel_discharge(self, name: str) -> None:
        self.ask(CancelDischarge(**self.names(name)))

    @rule(name=visits, use_account=st.booleans())
    def quote_and_settle(self, name: str, use_account: bool) -> None:
        told = {**self.names(name), "use_account": use_account}
        count, total_fen = self.control(name)
        quoted, settled = (
            self.ask(quote(count, total_fen, **told)),
            self.ask(settle(count, total_fen, **told)),
        )
        assert quoted.answer and settled.answer
        if settled.answer.code == "OK":
            paid = [done.answer.result.payments for done in (quoted, settled)]  # type: ignore[union-attr]
            assert paid[0] == paid[1]

    def control(self, name: str) -> tuple[int, int]:
        kept = self.memory.known.uploads.get(name, ())
        return sum(one.line_count for one in kept), sum(one.total_fen for one in kept)

    @rule(name=visits, day=days)
    def settle_in_between(self, name: str, day: date) -> None:
        (count, total_fen), into = self.control(name), f"{name[:2]}b"
        told: dict[str, Any] = {"last_on": day, "next_visit_id": into, "control": control(count, total_fen)}
        self.ask(SettleInterim(**self.names(name), **told))

    @rule(name=visits, cascades=st.booleans())
    def reverse(self, name: str, cascades: bool) -> None:
        visit = self.memory.known.visits.get(name)
        settlement_id = (visit.settlement_id if visit else None) or "S0"
        self.ask(reverse(settlement_id, **self.names(name), cascade=cascades))

    @rule(name=visits)
    def submit_page(self, name: str) -> None:
        visit, held = self.memory.known.visits.get(name), self.memory.known.pages.get(name)
        if visit is None or visit.discharged_on is None:
            return
        self.number += 1
        told: dict[str, Any] = {"admitted_on": visit.terms_on, "discharged_on": visit.discharged_on}
        told |= {"page_id": f"G{self.number}", "corrects_page_id": held.page_id if held else None}
        self.ask(
            page(
                **self.names(name),
                **told,
                total_fen=sum(self.control(part)[1] for part in (*visit.earlier_parts, name)),
            )
        )

    @rule()
    def take_back(self) -> None:
        """Cancels the last request that was accepted: all is as it was before, or nothing is changed."""
        while self.sent:
            message, before = self.sent.pop()
            now, done = self.snapshot(), self.memory.cancel(message, day=D6)
            assert done.answer
            if done.answer.code != "OK":
                assert not done.rows and self.snapshot() == now
                self.sent.clear()
                return
            self.keep(done)
            assert self.snapshot() == before, message.body

    @invariant()
    def states_follow_their_life(self) -> None:
        reached = {"announced", *STAY.values()}
        for visit in self.memory.known.visits.values():
            assert visit.state in reached
            left = visit.state not in ("admitted", "cancelled")
            assert (visit.discharged_on is not None) == left, visit
            assert (visit.settlement_id is not None) == (visit.state == "settled"), visit
            assert not visit.discharged_on or visit.service_on <= visit.discharged_on

    @invariant()
    def costs_lie_in_their_stay(self) -> None:
        known = self.memory.known
        for name in self.memory.in_force:
            visit = known.visits[name]
            for one in known.uploads.get(name, ()):
                assert visit.service_on <= one.cost_on <= (visit.discharged_on or D6)

    @invariant()
    def no_money_is_lost(self) -> None:
        added: dict[AccountKey, list[int]] = {}
        in_force = self.settled.keys() - self.reversed
        assert {name for name, _ in in_force} == self.memory.in_force.keys()
        for one in in_force:
            row = self.settled[one]
            assert row == self.memory.known.settlements[row.visit_id]
            assert row.total_fen == row.fund_fen + row.account_fen + row.cash_fen
            assert row.total_fen == self.control(row.visit_id)[1]
            held = added.setdefault(("Lin", "390", row.settled_on.year, row.account), [0] * 9)
            for at, fen in enumerate(unpack_explanation(row.explanation).added):
                held[at] += fen
        assert self.memory.years == {key: tuple(sums) for key, sums in added.items() if any(sums)}
        assert spent_fen(self.memory) == sum(self.settled[one].account_fen for one in in_force)


def _plain(visit: Visit) -> Visit:
    """What counts of a visit: one whose settlement was taken back is discharged, with its history."""
    plain = visit._replace(
        chain=tuple(visit.chain), changes=tuple(visit.changes), attempt=0, attempts_apart=0
    )
    return plain._replace(state="discharged") if visit.state == "reversed" else plain


_TAKES = settings(derandomize=True, deadline=None, max_examples=40, stateful_step_count=40, database=None)
TestVisitLife = pytest.mark.no_cover(pytest.mark.requirement("SET-35")(VisitLife.TestCase))
TestVisitLife.settings = _TAKES
