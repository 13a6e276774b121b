"""Reimbursements taken back: accounts as before, what was paid recovered, later ones settled again."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.bus.message import Decision, Original
from shared.messages.body import CancelRequest, Fact
from shared.messages.settlement.reimbursement import (
    ClaimReimbursement,
    ReimbursementDecided,
    ReimbursementReversed,
)
from shared.messages.settlement.visits import ReverseSettlement, SettlementReversed
from tests.given.driver import Driver
from tests.settlement.given.by_hand import (
    AGENCY,
    center,
    claim,
    open_by_hand,
    ordered,
    paid_bill,
    paid_stay,
    report,
    years,
)
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D9,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    line,
    outpatient,
    result,
    reverse,
    rows,
    settle,
    stay,
)

HALF = (300_000 - 32_500) * 5_500 // 10_000
WHOLE = (300_000 - 65_000) * 5_500 // 10_000


async def claimed(driver_for: DriverFor, *, is_paid: bool) -> tuple[Driver, ReverseSettlement]:
    """A stay of 3 000 yuan, claimed; and what takes it back."""
    driver = await open_by_hand(driver_for)
    _, decision = await accepted(driver, paid_stay(3000), claim(), day=D9)
    if is_paid:
        [order] = ordered(decision)
        await accepted(driver, report(order), source=AGENCY, day=D9)
    return driver, reverse(result(decision.answer).settlement_id)


@pytest.mark.requirement("MAN-07")
@pytest.mark.parametrize("is_paid", [False, True])
async def test_a_reversal_leaves_the_accounts_as_before_and_recovers_what_was_paid(
    driver_for: DriverFor, is_paid: bool
) -> None:
    driver, taken_back = await claimed(driver_for, is_paid=is_paid)

    [decision] = await accepted(driver, taken_back, source=AGENCY, day=D9)

    reversed_, _ = decision.facts
    assert isinstance(reversed_, ReimbursementReversed)
    assert reversed_.recover_fen == (WHOLE if is_paid else 0)
    assert [one.amount_fen for one in ordered(decision)] == [-WHOLE if is_paid else 0]
    assert not await years(driver)
    assert await rows(driver, "SELECT state, settlement_id FROM visit") == [("uploaded", None)]
    assert result(await ask(driver, claim(), day=D9)).payments.fund_fen == WHOLE


@pytest.mark.parametrize(
    ("recovered", "amounts"),
    [(False, [0]), (True, [WHOLE])],  # what was paid may be kept, or is paid anew once it came back
)
async def test_a_claim_made_again_pays_the_difference(
    driver_for: DriverFor, recovered: bool, amounts: list[int]
) -> None:
    driver, taken_back = await claimed(driver_for, is_paid=True)
    [decision] = await accepted(driver, taken_back, source=AGENCY, day=D9)
    if recovered:
        [recovery] = ordered(decision)
        await accepted(driver, report(recovery), source=AGENCY, day=D9)

    [again] = await accepted(driver, claim(), day=D9)

    assert [one.amount_fen for one in ordered(again)] == amounts


async def test_only_the_agency_takes_a_reimbursement_back(driver_for: DriverFor) -> None:
    driver, taken_back = await claimed(driver_for, is_paid=False)

    assert (await ask(driver, taken_back, day=D9)).code == "PERSON_NOT_YOURS"


def cancelling(driver: Driver, id: str) -> Any:
    original = Original(id, ClaimReimbursement.wire_type(), True)
    body = CancelRequest(subject_id="Lin", original_id=id)
    return driver.message(body, source="huaxi", day=D9, original=original)


@pytest.mark.parametrize(("is_paid", "code"), [(False, "OK"), (True, "NOT_CANCELLABLE")])
async def test_a_claim_is_cancelled_by_its_id_until_it_is_paid(
    driver_for: DriverFor, is_paid: bool, code: str
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(3000))
    [decision] = await driver.hear(claim(), source="huaxi", day=D9, id="claim-1")
    if is_paid:
        await accepted(driver, report(ordered(decision)[0]), source=AGENCY, day=D9)

    [cancelled] = await driver.hear(cancelling(driver, "claim-1"))

    assert cancelled.answer and cancelled.answer.code == code
    assert bool(await years(driver)) == is_paid


async def with_later_claim(driver_for: DriverFor, *, is_paid: bool) -> tuple[Driver, str]:
    """A stay settled directly, then one claimed at half the deductible; gives the settlement of the first."""
    driver = await open_by_hand(driver_for)
    early: dict[str, Any] = {"visit_id": "S1"}
    *_, first = await accepted(driver, *stay(**early), settle(1, 100_000, **early))
    later = paid_stay(3000, service_on=D3, discharged_on=D9)
    _, second = await accepted(driver, later, claim(), day=D9)
    assert [one.amount_fen for one in ordered(second)] == [HALF]
    if is_paid:
        await accepted(driver, report(ordered(second)[0]), source=AGENCY, day=D9)
    return driver, result(first.answer).settlement_id


def facts_of(decision: Decision, kind: type[Fact]) -> list[Any]:
    return [fact for fact in decision.facts if isinstance(fact, kind)]


@pytest.mark.requirement("MAN-07")
@pytest.mark.parametrize(("is_paid", "amount_fen"), [(False, WHOLE), (True, WHOLE - HALF)])
async def test_a_reimbursement_settled_again_in_a_cascade_is_adjusted(
    driver_for: DriverFor, is_paid: bool, amount_fen: int
) -> None:
    driver, settlement_id = await with_later_claim(driver_for, is_paid=is_paid)

    [decision] = await accepted(driver, reverse(settlement_id, visit_id="S1", cascade=True), day=D9)

    assert len(facts_of(decision, SettlementReversed)) == 1
    [taken_back], [decided] = (
        facts_of(decision, kind) for kind in (ReimbursementReversed, ReimbursementDecided)
    )
    assert (taken_back.recover_fen, decided.payments.fund_fen) == (0, WHOLE)
    [order] = ordered(decision)
    assert (order.amount_fen, order.funds.pool_fen, order.visit_id) == (amount_fen, amount_fen, "V1")
    assert [year[:3] for year in await years(driver)] == [("inpatient", 1, WHOLE)]
    assert [(told.node_id, told.body.key) for told in decision.notices] == [(AGENCY, "V1")]
    assert (await ask(driver, report(order), source=AGENCY, day=D9)).code == "OK"


async def test_a_refused_reversal_leaves_what_was_reimbursed_in_mind(driver_for: DriverFor) -> None:
    """Its trial is no decision: in the same batch the claimed stay still stands in the way."""
    driver, taken_back = await claimed(driver_for, is_paid=False)
    later: dict[str, Any] = {"visit_id": "S3"}
    care = admit(**later, admitted_on=D3), bed("U3", 1000, D3, **later), discharge(**later, discharged_on=D9)
    await accepted(driver, *care, settle(1, 100_000, **later), *stay(visit_id="S2", admitted_on=D2), day=D9)

    decisions = await driver.hear(
        driver.message(taken_back, source=AGENCY, day=D9),
        driver.message(settle(1, 100_000, visit_id="S2"), source="huaxi", day=D9),
    )

    assert [d.answer.code for d in decisions if d.answer] == ["NEWER_SETTLEMENT", "PAID_TWICE"]


async def test_a_direct_settlement_after_a_claim_is_settled_again_without_it(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    _, first = await accepted(driver, paid_bill(200), claim())
    bill = outpatient(line(1), total_fen=10_000, visit_id="O1")
    await accepted(driver, bill)

    taken_back = reverse(result(first.answer).settlement_id, cascade=True)
    [decision] = await accepted(driver, taken_back, source=AGENCY)

    [later] = result(decision.answer).later
    assert (later.visit_id, later.fund_fen, later.new_fund_fen) == ("O1", 6_000, 3_000)


BILLS: tuple[tuple[str, int], ...] = (("H1", 60), ("H2", 900), ("H3", 3000))


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(story=st.lists(st.tuples(st.sampled_from([name for name, _ in BILLS]), st.booleans()), max_size=14))
@pytest.mark.requirement("MAN-07")
def test_whatever_is_claimed_and_taken_back_the_orders_add_up_to_what_is_owed(
    story: list[tuple[str, bool]],
) -> None:
    """Claimed or taken back in turn, each time paid or not: paid and waiting is what the funds owe."""
    memory = Memory(center())
    memory.accepted(*(paid_bill(yuan, visit_id=name, service_on=D1) for name, yuan in BILLS))
    for name, is_paid in story:
        told = toggled(memory, name)
        for order in ordered(told) if is_paid else ():
            memory.decide(memory.message(report(order), source=AGENCY))
        for visit_id, _ in BILLS:
            settled = memory.in_force.get(visit_id)
            assert owed_by_orders(memory, visit_id) == (settled.fund_fen if settled else 0)
    for name in sorted(memory.in_force):
        toggled(memory, name)
    assert not memory.years


def toggled(memory: Memory, name: str) -> Decision:
    """Claims a bill, or takes its settlement back from under all others."""
    if name not in memory.in_force:
        return memory.decide(memory.message(claim(visit_id=name)))
    body = reverse(memory.in_force[name].settlement_id, visit_id=name, cascade=True)
    return memory.decide(memory.message(body, source=AGENCY))


def owed_by_orders(memory: Memory, visit_id: str) -> int:
    orders = memory.known.manual.orders.get(visit_id, [])
    waiting = [order for order in orders[-1:] if order.paid_on is None]
    counted = [order for order in orders if order.paid_on is not None] + waiting
    return sum(order.funds.total_fen for order in counted)
