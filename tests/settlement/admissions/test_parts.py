"""The parts of a stay that was settled in between are one stay: to a transfer, in their days, and in time."""

from datetime import date
from typing import Any

import pytest

from services.audit.rules.deadlines import exchange_of
from services.settlement.settlements.found import state_of
from services.settlement.settlements.stay import missing_days
from shared.bus.message import Message
from shared.messages.body import Body
from shared.messages.settlement.found import VisitFound, hospital_days
from shared.messages.settlement.visits import AdmitPatient, SettlementCompleted
from tests.settlement.admissions.test_interim import P2, P3, deductibles, in_parts, inpatient, interim
from tests.settlement.given.by_hand import AGENCY, center, claim, paid_stay
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    PUREN,
    DriverFor,
    accepted,
    admit,
    bed,
    discharge,
    open_world,
    reverse,
    rows,
    settle,
    stay,
)

AWAY: dict[str, Any] = {"visit_id": "T1", "institution_id": PUREN, "admitted_on": D6}


def transfer(named: str) -> AdmitPatient:
    return admit(**AWAY, continues_visit_id=named)


@pytest.mark.parametrize("named", ["V1", "P2", "P3"])
def test_a_transfer_goes_on_from_the_last_part_whichever_it_names(named: str) -> None:
    """The stay is one: it is no stay beside the transfer, all of it is settled before, and pays before."""
    memory = Memory(held=inpatient(deductible_transfer="difference"))
    there = {name: AWAY[name] for name in ("visit_id", "institution_id")}
    first, second, third = in_parts(50, 60, 40), transfer(named), bed("U9", 3000, D6, **there)
    memory.accepted(*first[:-2], second, third)  # the last part has not told its discharge
    assert memory.known.visits["T1"].chain == ("V1", "P2", "P3")
    memory.accepted(discharge(**there, discharged_on=date(2026, 3, 10)))
    settled = settle(1, 300_000, **there)
    assert memory.ask(settled).where == "P3"
    memory.accepted(*first[-2:], settled)
    assert deductibles(memory) == [5_000, 6_000, 4_000]
    assert memory.known.visits["T1"].deductible_fen == 35_000 - 15_000  # all that the parts paid


THERE: dict[str, Any] = {"visit_id": "T1", "institution_id": PUREN}
SAME_DAY = admit(**THERE, admitted_on=D3, continues_visit_id="V1")


@pytest.mark.parametrize("named", ["V1", "P2"])
def test_a_transfer_on_the_last_day_settled_does_not_wait_for_the_part_that_was_to_begin(named: str) -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000), interim(1000, D3, "P2"), day=D3)
    memory.accepted(SAME_DAY.model_copy(update={"continues_visit_id": named}), day=D3)
    assert memory.known.visits["T1"].chain == ("V1",)
    memory.accepted(bed("U9", 3000, D3, **THERE), discharge(**THERE, discharged_on=D5), day=D5)
    memory.accepted(settle(1, 300_000, **THERE), day=D5)


def test_what_was_settled_in_between_is_undone_after_a_transfer_and_the_stay_ends_by_a_discharge() -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000), day=D3)
    part = memory.message(interim(1000, D3, "P2"), day=D3)
    memory.decide(part)
    memory.accepted(SAME_DAY, bed("U9", 3000, D3, **THERE), day=D3)
    undone = memory.cancel(part, day=D3).answer
    assert undone and undone.code == "OK"
    memory.accepted(discharge(**THERE, discharged_on=D5), day=D5)
    assert memory.ask(settle(1, 300_000, **THERE), day=D5).where == "V1"
    memory.accepted(discharge(discharged_on=D3), settle(1, 100_000), settle(1, 300_000, **THERE), day=D5)


async def test_a_part_with_costs_is_settled_before_a_transfer_whenever_it_was_to_begin(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    parts = admit(), bed("U1", 1000), interim(1000, D3, "P2"), bed("U2", 500, D4, **P2)
    await accepted(driver, *parts, day=D5)
    await accepted(driver, SAME_DAY, day=D5)
    assert await rows(driver, "SELECT chain FROM visit WHERE visit_id = 'T1'") == [(["V1", "P2"],)]


def test_a_stay_that_another_continues_ends_by_its_discharge_alone() -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000), transfer("V1"))
    refused = memory.ask(interim(1000, D2, "P2"))
    assert (refused.code, refused.where) == ("VISIT_STATE", "T1 continues V1")
    memory.accepted(discharge(discharged_on=D6), settle(1, 100_000))


@pytest.mark.parametrize(("left_on", "expected"), [(D6, [2, 2, 3]), (D5, [2, 2, 0])])
def test_the_days_of_the_parts_come_to_those_of_the_stay(left_on: date, expected: list[int]) -> None:
    """D6 is the Monday after D5."""
    memory, whole = Memory(), Memory()
    bodies = in_parts(500, 500, 500)[:-2]
    memory.accepted(*bodies, discharge(discharged_on=left_on, **P3), settle(1, 50_000, **P3))
    whole.accepted(*stay(1500, discharged_on=left_on))
    found = [state_of(memory.known, memory.known.visits[name], D6) for name in ("V1", "P2", "P3")]
    assert [_days(one) for one in found] == expected
    assert sum(expected) == _days(state_of(whole.known, whole.known.visits["V1"], D6))


def _days(found: VisitFound) -> int:
    assert found.discharged_on
    return hospital_days(found.service_on, found.discharged_on, found.stay_part)


def test_the_last_day_of_a_part_has_costs_too_and_a_day_of_leaving_alone_has_none() -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 500), interim(500, D2, "P2"), discharge(discharged_on=D3, **P2))
    first, last = (memory.known.visits[name] for name in ("V1", "P2"))
    assert missing_days(first, memory.known.uploads["V1"], D2) == (D2,)
    assert missing_days(last, (), D3) == ()


def test_settling_in_between_is_due_on_no_day() -> None:
    memory = Memory()
    done = [memory.decide(memory.message(body)) for body in in_parts(500, 500, 500)]
    told = [fact for one in done for fact in one.facts if isinstance(fact, SettlementCompleted)]
    assert [fact.goes_on for fact in told] == [True, True, False]
    assert [exchange_of(fact) is None for fact in told] == [True, True, False]


def test_a_stay_that_is_one_again_is_due_when_its_patient_leaves_and_only_then() -> None:
    memory = Memory()
    memory.accepted(admit(), bed("U1", 1000))
    told: list[SettlementCompleted] = []

    def lived(body: Body, day: date) -> Message:
        message = memory.message(body, day=day)
        done = memory.decide(message)
        assert done.answer and done.answer.code == "OK", done.answer
        told.extend(fact for fact in done.facts if isinstance(fact, SettlementCompleted))
        return message

    for part in ("P2", "P3"):
        memory.cancel(lived(interim(1000, D3, part), D3), day=D3)
    lived(discharge(discharged_on=D5), D5)
    late = date(2026, 3, 15)
    for _ in range(2):
        lived(settle(1, 100_000), late)
        memory.accepted(reverse(memory.in_force["V1"].settlement_id), day=late)
    assert [fact.attempt for fact in told] == [1, 2, 3, 4]
    found = [exchange_of(fact) for fact in told]
    assert [one and (one.due_on, one.late) for one in found] == [None, None, (D5, True), None]


def test_a_claim_by_hand_that_was_given_up_was_no_exchange() -> None:
    memory = Memory(center())
    memory.accepted(*stay(500, discharged_on=D5))
    bill = memory.message(paid_stay(500, discharged_on=D5))
    memory.decide(bill)
    memory.accepted(claim())
    memory.decide(memory.message(reverse(memory.in_force["V1"].settlement_id), source=AGENCY))
    memory.cancel(bill)
    done = memory.decide(memory.message(settle(1, 50_000)))
    [told] = [fact for fact in done.facts if isinstance(fact, SettlementCompleted)]
    found = exchange_of(told)
    assert told.attempt == 2
    assert found
    assert (found.due_on, found.late) == (D5, True)


def test_each_part_tells_clearing_the_admission_by_whose_agreement_it_was_settled() -> None:
    memory = Memory()
    done = [memory.decide(memory.message(body)) for body in in_parts(500, 500, 500)]
    told = [fact for one in done for fact in one.facts if isinstance(fact, SettlementCompleted)]
    assert [(fact.service_on, fact.terms_on) for fact in told] == [(D1, None), (D3, D1), (D5, D1)]
