"""A discharge is taken back while nothing was built on it: the stay goes on, and its deadlines are void."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.case_page import CasePageDue
from shared.bus.message import Decision, Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.corrections import CancelDischarge, DischargeCancelled
from shared.messages.settlement.reimbursement import SelfPaidUploaded
from shared.messages.settlement.visits import DischargePatient
from tests.given.driver import Driver
from tests.settlement.given.by_hand import AGENCY, claim, open_by_hand, paid_stay
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D4,
    D9,
    HUAXI,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    open_world,
    page,
    refusals,
    result,
    reverse,
    rows,
    settle,
    stay,
)
from tests.settlement.reversals.test_corrections import told, undone
from tests.settlement.reversals.test_undo import settlement_id
from tests.settlement.visits.test_case_page import D10, D11, JOB, LIN

VISIT = "SELECT state, discharged_on FROM visit WHERE visit_id = 'V1'"
D12 = date(2026, 3, 13)


def back(visit_id: str = "V1", **changes: Any) -> CancelDischarge:
    """A discharge taken back."""
    names = {"visit_id": visit_id, "person_id": "Lin", "institution_id": HUAXI}
    return CancelDischarge.model_validate({**names, **changes})


async def undo(driver: Driver, id: str) -> Decision:
    """What the wish to undo the discharge of that message id comes to."""
    original = Original(id, DischargePatient.wire_type(), True)
    body = CancelRequest(subject_id="Lin", original_id=id)
    [decision] = await driver.hear(driver.message(body, source="huaxi", day=D4, original=original))
    return decision


async def test_a_stay_goes_on_and_is_discharged_and_settled_with_what_came_since(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())

    [decision] = await accepted(driver, back(), day=D4)

    [fact] = decision.facts
    assert isinstance(fact, DischargeCancelled)
    assert (fact.visit_id, fact.discharged_on, fact.cancelled_on) == ("V1", D3, D4)
    assert fact.case_page_due_on == D10
    assert await rows(driver, VISIT) == [("admitted", None)]
    await accepted(driver, bed("U2", 500, D4), discharge(discharged_on=D4), day=D4)
    await accepted(driver, settle(2, 150_000), day=D4)


@pytest.mark.parametrize(
    ("paid", "job"), [("direct", JOB), ("self", JOB), ("self", "self-paid-upload-overdue")]
)
async def test_what_was_due_with_it_is_due_no_more_and_falls_due_with_the_next_one(
    driver_for: DriverFor, paid: str, job: str
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge(paid=paid), back())

    assert not await driver.due(job, LIN, D11)

    await accepted(driver, discharge(paid=paid, discharged_on=D4), day=D9)
    assert not await driver.due(job, LIN, D11)
    assert len(await driver.due(job, LIN, D12)) == 1


@pytest.mark.parametrize("again", [[], [discharge(discharged_on=D4)]])
async def test_a_bill_that_ends_the_stay_later_is_due_by_its_own_end(
    driver_for: DriverFor, again: list[Body]
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(), discharge(paid="self"))
    await driver.due("self-paid-upload-overdue", LIN, D11)
    await accepted(driver, back(), *again, day=D4)

    [decision] = await accepted(driver, paid_stay(discharged_on=D4 if again else D9), day=D11)

    assert [type(fact) for fact in decision.facts] == [SelfPaidUploaded]
    assert not result(decision.answer).late
    assert (await driver.due(JOB, LIN, D12) == []) is (not again)


async def test_a_day_that_has_not_come_is_not_missed_though_an_earlier_one_had(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge(), back(), discharge(discharged_on=D4), day=D4)
    due = CasePageDue(visit_id="V1", person_id="Lin")

    [decision] = await driver.hear(driver.message(due, source="settlement", day=D11))

    assert not decision.facts


async def test_a_page_that_was_received_counts_no_more(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), page(total_fen=100_000), back())
    assert (await ask(driver, page(page_id="G2", total_fen=100_000))).code == "VISIT_STATE"

    await accepted(driver, discharge(discharged_on=D4), day=D4)

    assert await rows(driver, "SELECT page_id, received_on, due_on FROM case_page") == [(None, None, D11)]
    anew = page(page_id="G2", total_fen=100_000, discharged_on=D4)
    assert not result((await accepted(driver, anew, day=D11))[0].answer).late


async def test_it_may_stand_in_one_batch_with_what_it_undoes(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    steps = [admit(), discharge(paid="self"), back(), discharge(paid="self"), back(), discharge()]

    decisions = await driver.hear(*[driver.message(step, source="huaxi", day=D3) for step in steps])

    assert all(decision.answer and decision.answer.accepted for decision in decisions)
    assert await rows(driver, VISIT) == [("discharged", D3)]


IN_THE_WAY: list[tuple[list[Body], str]] = [
    ([admit()], "admitted"),
    ([*stay(), admit(visit_id="V2", admitted_on=D3, continues_visit_id="V1")], "V2"),
    ([*stay(), paid_stay()], "E-V1"),
    ([admit(), discharge(paid="self"), paid_stay()], "E-V1"),
]


@pytest.mark.parametrize(("before", "named"), IN_THE_WAY)
async def test_what_was_built_on_it_stands_in_the_way_and_is_named(
    driver_for: DriverFor, before: list[Body], named: str
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *before)
    held = await rows(driver, VISIT)

    answer = await ask(driver, back())

    assert (answer.code, answer.where) == ("NOT_CANCELLABLE", f"V1 {named}")
    assert await rows(driver, VISIT) == held


async def test_a_settlement_stands_in_the_way_until_it_is_taken_back(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    [settled] = await accepted(driver, settle(1, 100_000))
    refused = await ask(driver, back())
    assert (refused.code, refused.where) == ("NOT_CANCELLABLE", f"V1 {settlement_id(settled)}")

    await accepted(driver, reverse(settlement_id(settled)), back(), day=D4)

    assert await rows(driver, VISIT) == [("admitted", None)]
    await accepted(driver, discharge(), settle(1, 100_000), day=D4)


async def test_a_claim_stands_in_the_way(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(), paid_stay())
    [claimed] = await accepted(driver, claim(), day=D9)
    claimed_id = result(claimed.answer).settlement_id
    assert (await ask(driver, back())).where == f"V1 {claimed_id}"

    await accepted(driver, reverse(claimed_id), source=AGENCY, day=D9)

    assert (await ask(driver, back())).where == "V1 E-V1"


async def test_a_visit_that_only_its_withdrawn_bill_had_opened_was_not_discharged(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    await told(driver, paid_stay())
    await undone(driver)

    assert (await ask(driver, back())).where == "V1 cancelled"


async def test_it_is_undone_by_its_message_id_once_and_none_before_it(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit())
    assert (await ask(driver, discharge(), id="first")).accepted
    first = await undo(driver, "first")
    assert first.answer and first.answer.accepted
    assert [type(fact) for fact in first.facts] == [DischargeCancelled]
    assert (await ask(driver, discharge(), id="second")).accepted

    answers = [(await undo(driver, id)).answer for id in ("first", "second", "second")]

    assert [answer.code for answer in answers if answer] == ["NOT_CANCELLABLE", "OK", "NOT_CANCELLABLE"]
    assert await rows(driver, VISIT) == [("admitted", None)]


async def test_who_has_not_discharged_takes_nothing_back(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    given = [back("V9"), back(person_id="Wu"), back(institution_id="H51190000001")]

    codes = await refusals(driver, list(given))

    assert codes == ["UNKNOWN_VISIT", "UNKNOWN_VISIT", "INSTITUTION_NOT_YOURS"]
    assert await rows(driver, VISIT) == [("discharged", D3)]


async def test_costs_of_days_after_it_are_told_at_the_next_discharge(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), back())
    await accepted(driver, bed("U2", 500, D4), day=D4)

    early = await ask(driver, discharge(discharged_on=D1), day=D4)

    assert (early.code, early.where) == ("COSTS_OUTSIDE_STAY", "U2")
