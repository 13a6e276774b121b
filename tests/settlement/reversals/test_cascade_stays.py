"""Cascades over stays that continue one another, and over a personal account: as a replay would end."""

from datetime import date
from typing import Any

from shared.messages.body import Body
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import D5, D9, coverage, result, reverse, settle, stay
from tests.settlement.reversals.test_cascade import SETTLE, A, discharged, replayed


def continued(earlier: str, **given: Any) -> list[Body]:
    """A stay D that continues another, begun after all others ended."""
    dates = {"admitted_on": D5, "discharged_on": D9}
    return stay(3000, visit_id="D", continues_visit_id=earlier, **dates, **given)


def test_the_account_that_was_empty_then_pays_when_it_is_settled_again() -> None:
    memory = Memory(coverage("Lin", account_balance_fen=50_000))
    memory.accepted(*discharged("A"), *discharged("B"))
    using = {name: SETTLE[name].model_copy(update={"use_account": True}) for name in "AB"}
    memory.accepted(using["A"], using["B"])
    assert [memory.in_force[name].account_fen for name in "AB"] == [50_000, 0]

    memory.accepted(reverse(memory.in_force["A"].settlement_id, **A, cascade=True))

    assert memory.in_force["B"].account_fen == 50_000


def test_a_stay_that_continues_one_settled_again_is_settled_again_also_in_the_next_year() -> None:
    memory = replayed("A", "B")
    january = date(2027, 1, 4)
    memory.accepted(*continued("B"), day=D9)
    memory.accepted(settle(1, 300_000, visit_id="D"), day=january)
    deductible = memory.known.visits["D"].deductible_fen

    done = memory.ask(reverse(memory.in_force["A"].settlement_id, **A, cascade=True), day=january)

    # B paid half of 350 after A, and all of it without: D pays what is left of 650.
    assert [one.visit_id for one in result(done).later] == ["B", "D"]
    assert (deductible, memory.known.visits["D"].deductible_fen) == (65_000 - 17_500, 65_000 - 35_000)
    assert {key[2] for key in memory.years} == {2026, 2027}


def test_a_stay_is_not_settled_again_before_the_one_it_continues() -> None:
    memory = replayed("A")
    memory.accepted(*continued("A"), day=D9)
    memory.accepted(settle(1, 300_000, visit_id="D"), day=D9)
    years, asked = memory.years, reverse(memory.in_force["A"].settlement_id, **A, cascade=True)

    decision = memory.decide(memory.message(asked, day=D9))

    refused = decision.answer
    assert refused and not decision.facts and not decision.rows
    assert (refused.code, refused.where) == ("CASCADE_NOT_POSSIBLE", "D EARLIER_STAY_UNSETTLED")
    assert [(one.visit_id, one.code, one.new_fund_fen) for one in refused.later] == [
        ("D", "EARLIER_STAY_UNSETTLED", None)
    ]
    assert memory.years == years
