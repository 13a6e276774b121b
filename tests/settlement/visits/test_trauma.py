"""Trauma (外伤): paid directly where nobody else is liable and that was signed; verified afterwards."""

from typing import Any

import pytest

from shared.messages.settlement.corrections import VerificationOpened
from shared.messages.settlement.visits import SettlementCompleted, VisitAdmitted
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D3,
    D9,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    line,
    open_world,
    outpatient,
    quote,
    readmission,
    reverse,
    rows,
    settle,
    stay,
)

TRAUMA: dict[str, Any] = {"trauma": True}
SIGNED: dict[str, Any] = {"liability_statement_id": "S1"}
LIABLE: dict[str, Any] = {"third_party": True}

SAID: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    # at the admission, at the settlement, expected
    ({}, {}, "OK"),
    ({}, LIABLE, "THIRD_PARTY_LIABLE"),
    (TRAUMA, {}, "STATEMENT_MISSING"),
    (TRAUMA, SIGNED, "OK"),
    (TRAUMA | SIGNED, {}, "OK"),
    (TRAUMA | SIGNED, LIABLE, "THIRD_PARTY_LIABLE"),
    (TRAUMA | LIABLE, {}, "THIRD_PARTY_LIABLE"),
    (LIABLE, {}, "THIRD_PARTY_LIABLE"),
    (TRAUMA | LIABLE, SIGNED, "OK"),
    (TRAUMA | LIABLE, SIGNED | LIABLE, "THIRD_PARTY_LIABLE"),
]


@pytest.mark.requirement("SET-09")
@pytest.mark.parametrize(("admitted", "settled", "expected"), SAID)
def test_the_fund_pays_for_trauma_where_no_third_party_is_liable_and_that_was_signed(
    admitted: dict[str, Any], settled: dict[str, Any], expected: str
) -> None:
    memory = Memory()
    memory.accepted(admit(**admitted), bed("U1", 1000), discharge())

    codes = [memory.ask(asked(1, 100_000, **settled)).code for asked in (quote, settle)]

    assert codes == [expected] * 2
    assert memory.known.visits["V1"].state == ("settled" if expected == "OK" else "discharged")


@pytest.mark.requirement("SET-09")
@pytest.mark.parametrize(("admitted", "settled", "expected"), SAID)
def test_an_outpatient_bill_says_it_all_at_once(
    admitted: dict[str, Any], settled: dict[str, Any], expected: str
) -> None:
    answer = Memory().ask(outpatient(line(1), total_fen=10_000, **{**admitted, **settled}))

    liable = admitted.get("third_party") or settled.get("third_party")
    assert answer.code == ("THIRD_PARTY_LIABLE" if liable else expected)


@pytest.mark.requirement("SET-09")
async def test_a_trauma_settled_directly_opens_a_task_for_the_treatment_agency(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)

    [admitted, *_, settled] = await accepted(
        driver, *stay(**TRAUMA), bed("U2", 1), settle(2, 100_100, **SIGNED)
    )

    [opened, *_] = admitted.facts
    assert isinstance(opened, VisitAdmitted) and opened.trauma
    told, task = settled.facts
    assert isinstance(told, SettlementCompleted) and isinstance(task, VerificationOpened)
    assert (task.visit_id, task.settlement_id, task.fund_fen) == (
        "V1",
        told.settlement_id,
        told.payments.fund_fen,
    )
    assert (task.treatment_area, task.liability_statement_id, task.opened_on) == ("510100", "S1", D3)
    assert task.fund_fen > 0
    assert await rows(driver, "SELECT injury, liability_statement_id FROM visit") == [("own", "S1")]


async def test_what_was_signed_still_counts_after_a_reversal(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(**TRAUMA))
    [settled] = await accepted(driver, settle(1, 100_000, **SIGNED))
    first, task = settled.facts
    assert isinstance(first, SettlementCompleted) and isinstance(task, VerificationOpened)

    await accepted(driver, reverse(first.settlement_id), day=D9)
    [again] = await accepted(driver, settle(1, 100_000), day=D9)

    assert [type(fact) for fact in again.facts] == [SettlementCompleted, VerificationOpened]
    assert [fact.task_id for fact in again.facts if isinstance(fact, VerificationOpened)] != [task.task_id]


async def test_a_bill_settled_again_says_anew_whether_it_is_trauma(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    bill = outpatient(line(1), total_fen=10_000, **TRAUMA, **SIGNED)
    [settled] = await accepted(driver, bill)
    told = settled.facts[0]
    assert isinstance(told, SettlementCompleted)
    await accepted(driver, reverse(told.settlement_id))

    refused = await ask(driver, bill.model_copy(update={"liability_statement_id": None}))
    [again] = await accepted(driver, bill.model_copy(update={"trauma": False}))

    assert refused.code == "STATEMENT_MISSING"
    assert [type(fact) for fact in again.facts] == [SettlementCompleted]


@pytest.mark.requirement("SET-09")
def test_what_a_third_party_owes_can_be_left_at_the_patients_own_cost() -> None:
    memory = Memory()
    memory.accepted(admit(**TRAUMA, **LIABLE), bed("U1", 1000), discharge(paid="self"))

    assert memory.ask(settle(1, 100_000, **SIGNED)).code == "VISIT_STATE"


def test_a_trauma_settled_again_in_a_cascade_is_verified_again() -> None:
    memory = Memory()
    memory.accepted(*stay(), settle(1, 100_000))
    memory.accepted(*readmission(**TRAUMA, **SIGNED), settle(1, 100_000, visit_id="V2"))

    back = reverse(memory.in_force["V1"].settlement_id, cascade=True)
    facts = memory.decide(memory.message(back)).facts

    [task] = [fact for fact in facts if isinstance(fact, VerificationOpened)]
    assert (task.visit_id, task.settlement_id) == ("V2", memory.in_force["V2"].settlement_id)
