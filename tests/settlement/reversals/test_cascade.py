"""Reversals under later settlements: refused and told, or done in a cascade that ends as a replay would."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from shared.bus.message import Message
from shared.messages.body import Body
from shared.messages.enrollment.registers import PolicyPublished
from shared.messages.outcomes import LaterSettlement
from shared.messages.referral.filings import FilingEnded
from shared.messages.settlement.notices import SettlementReplaced
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from tests.given.driver import Driver
from tests.settlement.given.memory import SERIOUS, Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D9,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    coverage,
    discharge,
    filing,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    result,
    reverse,
    rows,
    settle,
    stay,
)

PAYS = policy(serious_illness=SERIOUS)
YEARS = """
SELECT person_id, year, account, stays, pool_paid_fen, serious_illness_base_fen, serious_illness_paid_fen,
    outpatient_deductible_paid_fen, outpatient_paid_fen FROM year_account ORDER BY 1, 2, 3
"""
A: dict[str, Any] = {"visit_id": "A"}
B: dict[str, Any] = {"visit_id": "B", "institution_id": PUREN}
C: dict[str, Any] = {"visit_id": "C"}
BILLED = {"A": (A, 4000, D1, D2), "B": (B, 2000, D1, D3), "C": (C, 3000, D2, D4)}
SETTLE: dict[str, Body] = {
    **{name: settle(1, yuan * 100, **which) for name, (which, yuan, *_) in BILLED.items()},
    "O": outpatient(line(1), total_fen=10_000, visit_id="O"),
}


def discharged(name: str, **given: Any) -> list[Body]:
    """A stay ready to be settled; A is the first whose care ended, C the last."""
    which, yuan, begun_on, left_on = BILLED[name]
    visit = {**which, **given}
    return [
        admit(admitted_on=begun_on, **visit),
        bed(f"U-{name}", yuan, cost_on=begun_on, **visit),
        discharge(**{**visit, "discharged_on": left_on}),
    ]


async def settled_in_turn(driver: Driver, *names: str) -> dict[str, str]:
    """Settles the stays one after the other; the ids of their settlements."""
    await accepted(driver, *(body for name in names for body in discharged(name)), day=D5)
    decisions = await accepted(driver, *(SETTLE[name] for name in names), day=D5)
    return {name: completed(one).settlement_id for name, one in zip(names, decisions, strict=True)}


def before_and_after(later: tuple[LaterSettlement, ...]) -> list[tuple[Any, ...]]:
    return [
        (one.visit_id, one.code, one.fund_fen, one.personal_fen, one.new_fund_fen, one.new_personal_fen)
        for one in later
    ]


# B pays 175 of deductible after A, 350 without it, C always 325; the serious illness fund pays 60 % of
# what is above 1 000 yuan of the year's base, which C reaches only later without A.
async def test_a_reversal_under_later_settlements_tells_what_each_would_become(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, PAYS)
    ids = await settled_in_turn(driver, "A", "B", "C")
    before = await rows(driver, YEARS)

    [refused] = await driver.hear(reverse(ids["A"], **A), day=D9, source="huaxi")

    assert refused.answer and not refused.facts and not refused.rows
    assert (refused.answer.code, refused.answer.where) == ("NEWER_SETTLEMENT", "C")
    assert [(one.visit_id, one.settlement_id) for one in refused.answer.later] == [
        ("B", ids["B"]),
        ("C", ids["C"]),
    ]
    assert [one.new_settlement_id for one in refused.answer.later] == [None, None]
    assert await rows(driver, YEARS) == before
    told = before_and_after(refused.answer.later)

    done = await ask(driver, reverse(ids["A"], **A, cascade=True), day=D9)

    assert before_and_after(result(done).later) == told
    kept = await rows(
        driver,
        "SELECT visit_id, attempt, fund_fen, account_fen + cash_fen, settlement_id FROM settlement"
        " WHERE attempt = 2 ORDER BY 1",
    )
    assert kept == [
        (one.visit_id, 2, one.new_fund_fen, one.new_personal_fen, one.new_settlement_id)
        for one in result(done).later
    ]
    assert all(one.fund_fen != one.new_fund_fen for one in result(done).later)


@pytest.mark.requirement("SET-35")
async def test_a_cascade_says_each_reversal_and_each_settlement_and_ends_as_if_it_had_never_been(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, PAYS, coverage("Wu"))
    ids = await settled_in_turn(driver, "A", "B", "C")

    [done] = await accepted(driver, reverse(ids["A"], **A, cascade=True), day=D9)

    back = [fact for fact in done.facts if isinstance(fact, SettlementReversed)]
    again = [fact for fact in done.facts if isinstance(fact, SettlementCompleted)]
    assert [*back, *again] == list(done.facts)
    assert [(fact.visit_id, fact.settlement_id) for fact in back] == [(one, ids[one]) for one in "CBA"]
    assert [(fact.visit_id, fact.attempt, fact.settled_on) for fact in again] == [("B", 2, D9), ("C", 2, D9)]
    assert len({fact.reversal_id for fact in back} | {fact.settlement_id for fact in again}) == 5
    assert [fact.reason for fact in back] == [f"cascade: {ids['A']}"] * 2 + ["billed twice"]
    assert result(done.answer).reversal_id == back[-1].reversal_id

    wu = [{"person_id": "Wu", "visit_id": f"W{name}"} for name in "BC"]
    stays = [discharged(name, **which) for name, which in zip("BC", wu, strict=True)]
    await accepted(driver, *stays[0], *stays[1], day=D5)
    replay = [SETTLE[name].model_copy(update=which) for name, which in zip("BC", wu, strict=True)]
    alone = await accepted(driver, *replay, day=D5)
    assert [fact.payments for fact in again] == [completed(one).payments for one in alone]
    lin, other = await rows(driver, YEARS)
    assert lin[1:] == other[1:]


async def test_what_a_cascade_settled_again_is_reversed_and_settled_like_any_other(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, PAYS)
    ids = await settled_in_turn(driver, "A", "B", "C")
    done = await ask(driver, reverse(ids["A"], **A, cascade=True), day=D9)
    new = {one.visit_id: one.new_settlement_id for one in result(done).later}

    stale = await ask(driver, reverse(ids["C"], **C))
    again = await ask(driver, reverse(new["B"] or "", **B, cascade=True), day=D9)
    await accepted(driver, SETTLE["A"], SETTLE["B"], day=D9)

    assert (stale.code, stale.where) == ("UNKNOWN_SETTLEMENT", f"{ids['C']}; in force: {new['C']}")
    assert [one.visit_id for one in result(again).later] == ["C"]
    attempts = await rows(driver, "SELECT visit_id, max(attempt) FROM settlement GROUP BY 1 ORDER BY 1")
    assert attempts == [("A", 2), ("B", 3), ("C", 3)]
    assert await rows(driver, "SELECT count(*) FROM settlement LEFT JOIN reversal USING (visit_id, attempt)"
                              " WHERE reversal_id IS NULL") == [(3,)]  # fmt: skip


async def test_the_newest_is_reversed_in_a_cascade_as_without_one(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, PAYS)
    ids = await settled_in_turn(driver, "A", "B")

    [done] = await accepted(driver, reverse(ids["B"], **B, cascade=True), day=D9)

    assert [type(fact) for fact in done.facts] == [SettlementReversed]
    assert result(done.answer).later == ()
    assert await rows(driver, "SELECT newest_visit_id, stays FROM year_account") == [("A", 1)]


async def test_a_cascade_and_what_it_takes_back_may_stand_in_one_batch(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, PAYS)
    bodies = [body for name in "AB" for body in discharged(name)]
    first = driver.message(SETTLE["A"], source="huaxi", day=D5)
    back = reverse(first.derive("settlement"), **A, cascade=True)
    asked: list[Body | Message] = [*bodies, first, SETTLE["B"], back, SETTLE["A"]]
    ready = [
        one if isinstance(one, Message) else driver.message(one, source="huaxi", day=D5) for one in asked
    ]

    decisions = await driver.hear(*ready)

    assert {decision.answer.code for decision in decisions if decision.answer} == {"OK"}
    assert await rows(driver, "SELECT stays, newest_visit_id FROM year_account") == [(2, "A")]


def replayed(*names: str) -> Memory:
    """What the year is when these are settled in the order in which care ended."""
    memory = Memory()
    memory.accepted(*(body for name in BILLED for body in discharged(name)), day=D5)
    memory.accepted(*(SETTLE[name] for name in names), day=D5)
    return memory


@pytest.mark.requirement("SET-35")
@pytest.mark.parametrize("named", ["A", "B", "C"])
def test_after_a_cascade_no_order_of_arrival_makes_a_difference(named: str) -> None:
    expected = replayed(*(name for name in "ABCO" if name != named))
    for order in permutations([*SETTLE, "back"]):
        memory = replayed()
        for name in order:
            memory.ask(reversing(memory, named) if name == "back" else SETTLE[name], day=D5)
        # Taken back when it came, before others came: once more, to put those in order.
        if named not in memory.in_force:
            memory.accepted(SETTLE[named])
        done = memory.ask(reversing(memory, named).model_copy(update={"cascade": True}))

        assert done.code == "OK", order
        assert (memory.paid, memory.years) == (expected.paid, expected.years), order


def reversing(memory: Memory, name: str) -> Any:
    held = memory.known.settlements.get(name)
    return reverse(held.settlement_id if held else "none", **BILLED[name][0])


def test_a_cascade_leaves_what_came_before_in_the_order_of_care_alone() -> None:
    memory = replayed("A", "B", "C")

    done = memory.ask(reverse(memory.in_force["B"].settlement_id, **B, cascade=True))

    assert [one.visit_id for one in result(done).later] == ["C"]
    assert memory.in_force["A"].attempt == 1


def test_a_cascade_puts_what_was_settled_out_of_the_order_of_care_in_order() -> None:
    memory = replayed("C", "A", "B")

    done = memory.ask(reverse(memory.in_force["B"].settlement_id, **B, cascade=True))

    assert [one.visit_id for one in result(done).later] == ["A", "C"]
    assert memory.years == replayed("A", "C").years


def test_what_is_settled_again_stays_in_its_year() -> None:
    memory = replayed("A", "B")

    [done] = memory.accepted(
        reverse(memory.in_force["A"].settlement_id, **A, cascade=True), day=date(2027, 1, 4)
    )

    assert [one.visit_id for one in result(done).later] == ["B"]
    assert memory.in_force["B"].settled_on == date(2027, 1, 4)
    assert memory.years == replayed("B").years
    again = memory.ask(reverse(memory.in_force["B"].settlement_id, **B), day=date(2027, 1, 5))
    assert (again.code, memory.years) == ("OK", {})


def late(memory: Memory, **given: Any) -> None:
    memory.decide(memory.message(filing(**given), source="referral"))


@pytest.mark.requirement("SET-37")
def test_a_filing_heard_since_is_for_the_correction_case_and_not_for_a_cascade() -> None:
    memory = replayed("A", "B")
    late(memory, starts_on=D1)

    memory.accepted(reverse(memory.in_force["A"].settlement_id, **A, cascade=True), day=date(2026, 3, 20))
    filings = [memory.known.visits["B"].filing]
    assert memory.paid == replayed("B").paid

    memory.accepted(reverse(memory.in_force["B"].settlement_id, **B), SETTLE["B"])
    filings.append(memory.known.visits["B"].filing)
    assert filings == ["none", "referral"]


def test_a_filing_cancelled_since_counts_in_a_cascade_until_the_case_is_settled() -> None:
    memory = Memory(filing())
    memory.accepted(*discharged("A"), *discharged("B"), SETTLE["A"], SETTLE["B"])
    ended = FilingEnded(filing_id="F1", person_id="Lin", ends_on=D1, reason="cancelled")
    memory.decide(memory.message(ended, source="referral"))

    memory.accepted(reverse(memory.in_force["A"].settlement_id, **A, cascade=True))

    assert memory.known.visits["B"].filing == "referral"
    assert memory.in_force["B"].filing_id == "F1"


# What another wrote since about the very day of the stays, and would pay other money.
PUBLISHED_SINCE = [
    ("a higher issuer's", {"issuer_level": "province"}),
    ("a newer one", {"in_force_from": "2026-03-01"}),
    ("one that covers no such stay", {"issuer_level": "province", "inpatient": None}),
    ("one that pays nobody unfiled",
     {"issuer_level": "province", "out_of_area": policy().policy["out_of_area"] | {"unfiled": "refuse"}}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "changed"), PUBLISHED_SINCE, ids=[one[0] for one in PUBLISHED_SINCE])
def test_a_cascade_settles_by_the_policy_the_settlement_was_made_by(
    case: str, changed: dict[str, Any]
) -> None:
    memory = replayed("A", "B", "C")
    newer = policy("511900-390-since", serious_illness=None, **changed).policy
    memory.decide(memory.message(PolicyPublished(policy_id="511900-390-since", policy=newer), source="e"))
    policies = {settled.policy_id for settled in memory.in_force.values()}

    memory.accepted(reverse(memory.in_force["A"].settlement_id, **A, cascade=True))

    assert memory.paid == replayed("B", "C").paid
    assert {settled.policy_id for settled in memory.in_force.values()} == policies


async def test_others_whose_settlements_a_cascade_replaced_are_told_of_each(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, PAYS, institution(PUREN, tier="2", node="puren"))
    await accepted(driver, *discharged("A"), *discharged("C"), day=D5)
    await accepted(driver, *discharged("B"), day=D5, source="puren")
    ids = {}
    for name, source in (("A", "huaxi"), ("B", "puren"), ("C", "huaxi")):
        [decision] = await accepted(driver, SETTLE[name], day=D5, source=source)
        ids[name] = completed(decision).settlement_id

    [refused] = await driver.hear(reverse(ids["A"], **A), day=D9, source="huaxi")
    [done] = await accepted(driver, reverse(ids["A"], **A, cascade=True), day=D9)

    assert list(refused.notices) == []
    [became] = [one for one in result(done.answer).later if one.visit_id == "B"]
    [(node, told)] = done.notices
    assert (node, type(told)) == ("puren", SettlementReplaced)
    assert told.model_dump() == {
        **became.model_dump(exclude={"code"}),
        "person_id": "Lin",
        "caused_by": ids["A"],
        "settled_on": D9,
    }
    assert (became.settlement_id, became.fund_fen != became.new_fund_fen) == (ids["B"], True)


def test_outpatient_bills_are_settled_again_with_the_lines_they_had() -> None:
    memory = Memory()
    bills = [outpatient(line(1), total_fen=10_000, visit_id=name, service_on=D1) for name in ("O1", "O2")]
    memory.accepted(*bills)
    lines = memory.in_force["O2"].lines

    memory.accepted(reverse(memory.in_force["O1"].settlement_id, visit_id="O1", cascade=True))

    # The year's deductible of 50 yuan falls on the second now.
    assert memory.paid == {"O2": (10_000, 3_000, 0, 7_000)}
    assert lines and memory.in_force["O2"].lines == lines


def test_a_disease_is_settled_again_as_itself() -> None:
    fund = {"deductible_fen": 5_000, "cap_fen": 200_000, "tiers": {"3": 6000}}
    memory = Memory(held=policy(outpatient_chronic={"M03900": fund}))
    chronic = {"kind": "outpatient_chronic", "disease": "M03900"}
    memory.accepted(
        *(outpatient(line(1), total_fen=10_000, visit_id=name, **chronic) for name in ("O1", "O2"))
    )

    memory.accepted(reverse(memory.in_force["O1"].settlement_id, visit_id="O1", cascade=True))

    assert memory.paid == {"O2": (10_000, 3_000, 0, 7_000)}
    assert [key[3] for key in memory.years] == ["outpatient_chronic.M03900"]


def test_a_stay_comes_after_the_one_it_continues_whatever_their_dates() -> None:
    memory = replayed("A", "B")
    memory.accepted(*stay(3000, visit_id="A0", discharged_on=D1, continues_visit_id="B"))
    memory.accepted(settle(1, 300_000, visit_id="A0"))

    done = memory.ask(reverse(memory.in_force["A"].settlement_id, **A, cascade=True))

    assert [(one.visit_id, one.code) for one in result(done).later] == [("B", "OK"), ("A0", "OK")]
