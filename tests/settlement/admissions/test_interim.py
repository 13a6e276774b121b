"""A long stay is settled in between: one deductible, one case page, undone in reverse order."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.explanation import unpack_explanation
from shared.bus.message import Decision, Message
from shared.messages.body import Body
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim
from shared.messages.settlement.case_pages import CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled, WithdrawUpload
from shared.messages.settlement.visits import SettlementReversed, VisitAdmitted, VisitCancelled
from tests.settlement.given.by_hand import center, claim, paid_stay
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    KEYS,
    DriverFor,
    accepted,
    admit,
    bed,
    control,
    coverage,
    discharge,
    open_world,
    page,
    policy,
    reverse,
    rows,
    settle,
    stay,
)
from tests.settlement.visits.test_cancel_discharge import back

P2, P3 = {"visit_id": "P2"}, {"visit_id": "P3"}


def interim(yuan: int, last_on: date, into: str, **given: Any) -> SettleInterim:
    keys = {**KEYS, "last_on": last_on, "next_visit_id": into, **given}
    return SettleInterim(**keys, control=control(1, yuan * 100))


def in_parts(first: int, second: int, third: int) -> list[Body]:
    """One stay in three parts."""
    return [
        admit(),
        bed("U1", first),
        interim(first, D2, "P2"),
        bed("U2", second, cost_on=D3, **P2),
        interim(second, D4, "P3", **P2),
        bed("U3", third, cost_on=D5, **P3),
        discharge(discharged_on=D6, **P3),
        settle(1, third * 100, **P3),
    ]


def inpatient(**given: Any) -> Any:
    return policy(inpatient={**policy().policy["inpatient"], **given})


def deductibles(memory: Memory) -> list[int]:
    return [memory.known.visits[name].deductible_fen for name in ("V1", "P2", "P3")]


EARLIER: dict[str, Any] = {
    "visit_id": "V0",
    "admitted_on": date(2026, 2, 1),
    "discharged_on": date(2026, 2, 3),
}
# fmt: off
ONCE: list[tuple[str, dict[str, Any], list[Body], tuple[int, int, int], list[int]]] = [
    ("by the first part", {}, [], (1000, 1000, 1000), [65_000, 0, 0]),
    ("by the first two", {}, [], (500, 1000, 1000), [50_000, 15_000, 0]),
    ("by all three", {}, [], (200, 200, 1000), [20_000, 20_000, 25_000]),
    ("whatever a transfer pays", {"deductible_transfer": "none"}, [], (500, 1000, 9), [50_000, 15_000, 0]),
    ("where a transfer waives it", {"deductible_transfer": "waive"}, [], (500, 1000, 9), [50_000, 15_000, 0]),
    ("half of it in a second stay", {}, [*stay(**EARLIER), settle(1, 100_000, visit_id="V0")], (200, 1000, 9),
     [20_000, 12_500, 0]),
]
# fmt: on


@pytest.mark.parametrize(("case", "terms", "before", "yuan", "expected"), ONCE, ids=[one[0] for one in ONCE])
def test_the_deductible_is_paid_once_over_the_stay(
    case: str, terms: dict[str, Any], before: list[Body], yuan: tuple[int, int, int], expected: list[int]
) -> None:
    memory = Memory(held=inpatient(**terms))
    memory.accepted(*before, *in_parts(*yuan))
    assert deductibles(memory) == expected
    [account] = memory.years.values()
    assert account[0] == 1 + bool(before)


BANDS = {
    "3": {"deductible_fen": 65_000, "bands": [{"up_to_fen": 90_000, "ratio_bp": 5_000}, {"ratio_bp": 9_000}]}
}


@pytest.mark.parametrize(
    "terms", [{}, *({"tiers": BANDS, "bands_from": one} for one in ("zero", "deductible"))]
)
def test_the_parts_come_to_what_the_stay_would(terms: dict[str, Any]) -> None:
    whole, parts = Memory(held=inpatient(**terms)), Memory(held=inpatient(**terms))
    whole.accepted(*stay(3000, discharged_on=D6), settle(1, 300_000))
    parts.accepted(*in_parts(500, 1500, 1000))
    paid = [[sum(column) for column in zip(*one.paid.values(), strict=True)] for one in (whole, parts)]
    assert paid[0] == paid[1]
    assert whole.years == parts.years


def test_the_terms_are_those_of_the_admission() -> None:
    """A coverage and a policy that begin in mid-stay do not count for its later parts."""
    memory = Memory(coverage("Lin", "310", covered_from=D3), policy("511900-310", "310"))
    memory.accepted(*in_parts(1000, 1000, 1000))
    assert {memory.known.visits[name].scheme for name in ("V1", "P2", "P3")} == {"390"}
    days = {unpack_explanation(one.explanation).service_on for one in memory.in_force.values()}
    assert days == {D1.isoformat()}
    assert [memory.known.visits[name].service_on for name in ("V1", "P2", "P3")] == [D1, D3, D5]


def change() -> ChangeAdmission:
    keys: dict[str, Any] = {**KEYS, "admitted_on": D1}
    return ChangeAdmission(**keys)


def lived(memory: Memory, bodies: list[Body]) -> list[Message]:
    messages = [memory.message(body) for body in bodies]
    for message in messages:
        answer = memory.decide(message).answer
        assert answer
        assert answer.code == "OK", answer
    return messages


def code(done: Decision) -> str:
    assert done.answer
    return done.answer.code


def test_parts_are_undone_in_reverse_order_to_what_was_before() -> None:
    memory = Memory()
    lived(memory, [admit(), bed("U1", 1000)])
    before, years = memory.known.visits["V1"], memory.years
    first, _, second = lived(memory, in_parts(1000, 1000, 1000)[2:5])
    assert code(memory.cancel(first)) == "NOT_CANCELLABLE"

    undone = memory.cancel(second)

    assert [type(fact) for fact in undone.facts] == [SettlementReversed, VisitCancelled]
    assert (memory.known.visits["P2"].state, memory.known.visits["P3"].state) == ("admitted", "cancelled")
    assert code(memory.cancel(first)) == "NOT_CANCELLABLE"  # U2 was uploaded to what follows
    lived(memory, [WithdrawUpload(**{**KEYS, **P2}, upload_id="U2")])
    assert code(memory.cancel(first)) == "OK"
    assert memory.known.visits["V1"]._replace(attempt=0, attempts_apart=0) == before
    assert memory.years == years
    assert code(memory.cancel(first)) == "NOT_CANCELLABLE"
    lived(memory, [discharge(), settle(1, 100_000)])


def test_a_part_that_was_reversed_is_settled_again_before_what_follows() -> None:
    memory = Memory()
    memory.accepted(*in_parts(500, 1000, 1000)[:-1])
    first, second = (memory.in_force[name].settlement_id for name in ("V1", "P2"))
    assert memory.ask(reverse(first)).code == "NEWER_SETTLEMENT"
    memory.accepted(reverse(second, **P2), reverse(first))
    assert memory.ask(settle(1, 100_000, **P2)).code == "EARLIER_STAY_UNSETTLED"
    assert memory.ask(change()).code == "VISIT_STATE"
    memory.accepted(settle(1, 50_000), settle(1, 100_000, **P2), settle(1, 100_000, **P3))
    assert deductibles(memory) == [50_000, 15_000, 0]
    first = memory.in_force["V1"].settlement_id
    assert memory.ask(reverse(first, cascade=True)).code == "CASCADE_NOT_POSSIBLE"


def test_a_part_that_is_claimed_by_hand_pays_its_share_of_the_one_deductible_before_what_follows() -> None:
    memory = Memory(center())
    memory.accepted(*in_parts(500, 1000, 1000)[:-1])
    first, second = (memory.in_force[name].settlement_id for name in ("V1", "P2"))
    memory.accepted(reverse(second, **P2), reverse(first))
    memory.accepted(paid_stay(500, discharged_on=D2))
    assert memory.ask(settle(1, 100_000, **P2)).code == "EARLIER_STAY_UNSETTLED"
    memory.accepted(claim(), settle(1, 100_000, **P2), settle(1, 100_000, **P3))
    assert deductibles(memory) == [50_000, 15_000, 0]


REFUSED: list[tuple[str, SettleInterim, str]] = [
    ("costs after it", interim(1000, D1, "P2"), "COSTS_OUTSIDE_STAY"),
    ("a day before the stay", interim(1000, date(2026, 3, 1), "P2"), "DATE_NOT_POSSIBLE"),
    ("a day to come", interim(1000, date(2026, 4, 1), "P2"), "DATE_NOT_POSSIBLE"),
    ("its own number", interim(1000, D2, "V1"), "VISIT_ID_TAKEN"),
    ("another total", interim(999, D2, "P2"), "CONTROL_TOTAL"),
    ("another's visit", interim(1000, D2, "P2", person_id="Mei"), "UNKNOWN_VISIT"),
]


@pytest.mark.parametrize(("case", "asked", "expected"), REFUSED, ids=[one[0] for one in REFUSED])
def test_an_interim_settlement_that_cannot_be_is_told_why(
    case: str, asked: SettleInterim, expected: str
) -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000, cost_on=D2))
    assert memory.ask(asked).code == expected


async def test_the_case_page_is_of_the_whole_stay_and_its_parts_wait_for_it(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    done = await accepted(driver, *in_parts(1000, 2000, 3000), day=D6)
    opened = [fact for one in done for fact in one.facts if isinstance(fact, VisitAdmitted)]
    assert [fact.visit_id for fact in opened] == ["V1", "P2", "P3"]
    kept = await rows(driver, "SELECT visit_id, begun_on, parts, deductible_fen FROM visit ORDER BY 3")
    assert kept == [("V1", None, 0, 65_000), ("P2", D1, 1, 0), ("P3", D1, 2, 0)]

    asked = page(**P3, discharged_on=D6, total_fen=600_000)
    [received] = await accepted(driver, asked, day=D6)

    told = [fact for fact in received.facts if isinstance(fact, CasePageReceived)]
    named = [(fact.visit_id, fact.part_of_visit_id) for fact in told]
    assert named == [("P3", None), ("V1", "P3"), ("P2", "P3")]
    held = await rows(driver, "SELECT settlement_id FROM settlement WHERE visit_id = 'P3'")
    undone = await accepted(driver, reverse(held[0][0], **P3), back(**P3), day=D6)
    ids = {fact.discharge_id for fact in received.facts if isinstance(fact, CasePageReceived)}
    assert {f.discharge_id for one in undone for f in one.facts if isinstance(f, DischargeCancelled)} == ids
