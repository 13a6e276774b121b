"""A filing's life under any order of commands: it keeps the life-cycle table, and an undo restores."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.referral.model.due import FilingDue
from services.referral.model.filing import LIFE, STARTS, Filing
from shared.bus.message import Original
from shared.messages.body import Body, CancelRequest
from shared.messages.referral.filings import SubmitFiling
from tests.referral.given.desk import told
from tests.referral.test_changes import reopen
from tests.referral.test_filings import coverage, end, submit
from tests.referral.test_reviews import audit, review, rules

NEXT = {(before, after) for (before, _), after in LIFE.items()}
WHICH = st.sampled_from(["F0", "F1"])
KIND = st.sampled_from(["posted_worker", "posted_worker", "referral"])
PROOF = ("moved",)


class Filings(RuleBasedStateMachine):
    """One person's filings, and what each was before it was ended."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = told(coverage())
        self.desk.hear(rules("three_steps", in_force_from=self.desk.day + timedelta(days=9)))
        self.before_end: dict[str, Filing] = {}

    def tell(self, body: Body, **envelope: Any) -> bool:
        """Says something, and compares what became of each filing with the table."""
        held = {one.filing_id: one for one in self.desk.known.of_person("P1")}
        decision = self.desk.hear(body, **envelope)
        is_refused = decision.answer is not None and not decision.answer.accepted
        for filing in self.desk.known.of_person("P1"):
            before = held.get(filing.filing_id)
            if before is None:
                assert filing.state in STARTS
            elif filing != before:
                assert not is_refused and (before.state, filing.state) in NEXT
        said = {getattr(fact, "filing_id", None) for fact in decision.facts}
        changed = {one.filing_id for one in self.desk.known.of_person("P1") if held.get(one.filing_id) != one}
        assert changed <= said, "what becomes of a filing is said"
        return not is_refused

    @rule(kind=KIND, to=st.sampled_from([1, 2]))
    def file(self, kind: Any, to: int) -> None:
        """Files for a place, from today on."""
        which = f"F{len(self.desk.known.of_person('P1'))}"
        self.tell(submit(which, kind, f"510{to}00", starts_on=self.desk.day, evidence=PROOF), id=f"m-{which}")

    @rule(which=WHICH, step=st.sampled_from(["experts", "director", "agency"]), yes=st.booleans())
    def review(self, which: str, step: Any, yes: bool) -> None:
        """Takes a step of the chain."""
        self.tell(review(step, conclusion="approved" if yes else "refused", filing=which))

    @rule(which=WHICH, later=st.integers(0, 3))
    def end(self, which: str, later: int) -> None:
        """Ends a filing; what it was is remembered."""
        before = self.desk.known.filing("P1", which)
        done = self.tell(end(which, self.desk.day + timedelta(days=later), evidence=PROOF))
        if done and before and before.state == "in_force":
            self.before_end[which] = before

    @rule(which=WHICH, ended=st.booleans())
    def audit(self, which: str, ended: bool) -> None:
        """Looks at what was in force at once."""
        self.tell(audit("ended" if ended else "kept", which))
        self.before_end.pop(which, None)

    @rule(which=WHICH)
    def reopen(self, which: str) -> None:
        """Opens an ended filing again: it is what it was."""
        if self.tell(reopen(which)) and which in self.before_end:
            assert self.desk.filing(which) == self.before_end.pop(which)

    @rule(which=WHICH)
    def cancel(self, which: str) -> None:
        """Undoes a filing: it never held."""
        original = Original(f"m-{which}", SubmitFiling.wire_type(), True)
        body = CancelRequest(subject_id="P1", original_id=original.id)
        if self.tell(body, original=original, topic="realtime.filings"):
            assert self.desk.filing(which).state == "cancelled"

    @rule(days=st.sampled_from([1, 9, 190]))
    def wait(self, days: int) -> None:
        """Time goes by, and brings the ends of half a year."""
        self.desk.day += timedelta(days=days)
        for one in self.desk.known.of_person("P1"):
            self.tell(FilingDue(filing_id=one.filing_id, person_id="P1"))

    @invariant()
    def one_long_term_place_at_a_time(self) -> None:
        """Two long-term places never hold at one time."""
        held = [one for one in self.desk.known.of_person("P1") if one.filing_class == "long_term"]
        for one, other in combinations([one for one in held if one.has_held], 2):
            begins_on = max(one.starts_on, other.starts_on)
            assert not (one.runs_after(begins_on) and other.runs_after(begins_on)), (one, other)


@pytest.mark.requirement("REF-01")
def test_any_order_of_commands_keeps_the_life_of_a_filing() -> None:
    few = settings(max_examples=150, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(Filings, settings=few)
