"""The decider without a database: what was decided is known to the next message; many stories in a moment."""

from datetime import date
from typing import Any, cast

from services.settlement import SERVICE
from services.settlement.model.account import AccountKey
from services.settlement.model.known import Known
from services.settlement.model.settlement import Settlement
from shared.bus.message import Decision, Message, Original
from shared.messages.answer import Answer
from shared.messages.body import Body, CancelRequest
from shared.messages.enrollment.registers import PolicyPublished
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D9,
    HUAXI,
    NODE,
    PHARMACY,
    PUREN,
    agreement,
    catalogue,
    coverage,
    institution,
    policy,
    qualified,
    tiers,
)

SERIOUS = {"deductible_fen": 100_000, "cap_fen": 10**8, "bands": [{"ratio_bp": 6000}]}


def spent_fen(memory: "Memory") -> int:
    """What was taken from Lin's personal account and did not come back."""
    return sum(one.spent_fen for one in memory.known.personal.get(("Lin", "390", "511900"), {}).values())


class Memory:
    """A settlement service that has heard of the places, a policy, the catalogue, Lin and more."""

    def __init__(self, *more: Body, held: PolicyPublished | None = None) -> None:
        self.known = Known()
        self.heard: list[Message] = []
        self._messages = Driver(SERVICE, cast(Any, None))
        places = (institution(HUAXI), institution(PUREN, tier="2"), institution(PHARMACY, tier="2"))
        pays = held or policy(serious_illness=SERIOUS)
        for fact in (*places, agreement(), pays, tiers(), catalogue(), coverage("Lin"), qualified(), *more):
            self.decide(self.message(fact, source="enrollment"))

    def message(self, body: Body, *, day: date = D9, source: str = NODE) -> Message:
        """A body as the shell would hand it over."""
        return self._messages.message(body, source=source, day=day)

    def decide(self, message: Message) -> Decision:
        """Decides one message; the next one sees what it changed."""
        self.heard.append(message)
        decision = SERVICE.decider.decide(self.known, message)
        for change in (*decision.facts, *decision.rows):
            SERVICE.decider.apply(self.known, change)
        return decision

    def ask(self, body: Body, *, day: date = D9) -> Answer:
        """The answer to a request."""
        answer = self.decide(self.message(body, day=day)).answer
        assert answer is not None
        return answer

    def accepted(self, *bodies: Body, day: date = D9) -> list[Answer]:
        """The answers to requests that must all be accepted."""
        answers = [self.ask(body, day=day) for body in bodies]
        assert {answer.code for answer in answers} <= {"OK"}, answers
        return answers

    def cancel(self, sent: Message, *, day: date = D9) -> Decision:
        """What taking an accepted request back decides."""
        body = CancelRequest(original_id=sent.id, subject_id=sent.key, reason="mistaken")
        undo = self.message(body, day=day)
        undo.original = Original(sent.id, sent.type, True)
        return self.decide(undo)

    @property
    def in_force(self) -> dict[str, Settlement]:
        """The settlements in force, by visit."""
        settled = [visit.visit_id for visit in self.known.visits.values() if visit.state == "settled"]
        return {visit_id: self.known.settlements[visit_id] for visit_id in sorted(settled)}

    @property
    def paid(self) -> dict[str, tuple[int, int, int, int]]:
        """Who pays what of each visit that is settled: total, fund, account, cash."""
        return {visit_id: one[8:12] for visit_id, one in self.in_force.items()}

    @property
    def years(self) -> dict[AccountKey, tuple[int, ...]]:
        """The year accounts in which something counts."""
        return {key: one.sums for key, one in self.known.accounts.items() if any(one.sums)}
