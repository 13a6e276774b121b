"""Money in flight: orders that were replaced while the bank paid them, and what each payee is owed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.settlement.model.claims.payment_order import PaymentOrder, due
from shared.bus.message import Decision
from shared.funds import ZERO, Funds
from shared.messages.settlement.reimbursement import PaymentOrdered
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
)
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import D1, D2, D9, DriverFor, accepted, ask, result, reverse

WHOLE = (300_000 - 65_000) * 5_500 // 10_000
RIGHT, WRONG = "token-right", "token-wrong"


async def paid_out(driver: Driver, *orders: PaymentOrdered) -> list[PaymentOrdered]:
    """The orders that the agency's reports bring about."""
    decisions = await accepted(driver, *map(report, orders), source=AGENCY, day=D9)
    return [order for decision in decisions for order in ordered(decision)]


async def claimed_for(driver: Driver, payee: str) -> tuple[str, list[PaymentOrdered]]:
    """The settlement of a claim for a payee, and the orders it makes."""
    [decision] = await accepted(driver, claim(payee_reference=payee), day=D9)
    return result(decision.answer).settlement_id, ordered(decision)


async def taken_back(driver: Driver, settlement_id: str) -> list[PaymentOrdered]:
    """The orders that a reversal makes."""
    [decision] = await accepted(driver, reverse(settlement_id), source=AGENCY, day=D9)
    return ordered(decision)


@pytest.mark.requirement("MAN-07")
async def test_an_order_replaced_while_the_bank_pays_it_is_reported_and_not_paid_twice(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(3000))
    settlement_id, [in_flight] = await claimed_for(driver, RIGHT)
    [cancelled] = await taken_back(driver, settlement_id)
    _, [again] = await claimed_for(driver, RIGHT)

    [decision] = await accepted(driver, report(in_flight), source=AGENCY, day=D9)

    [nothing_more] = ordered(decision)
    assert (cancelled.amount_fen, again.amount_fen, nothing_more.amount_fen) == (0, WHOLE, 0)
    told = result(decision.answer)
    assert (told.new_order_id, told.new_order_fen) == (nothing_more.order_id, 0)
    [recovered] = await paid_out(driver, again)  # the bank had that one too
    assert recovered.amount_fen == -WHOLE
    assert (await ask(driver, report(in_flight), source=AGENCY, day=D9)).code == "ORDER_PAID"


@pytest.mark.requirement("MAN-07")
async def test_what_went_to_a_wrong_payee_is_recovered_there_and_paid_to_the_right_one(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(3000))
    settlement_id, orders = await claimed_for(driver, WRONG)
    assert not await paid_out(driver, *orders)

    [recovery] = await taken_back(driver, settlement_id)
    _, [payment] = await claimed_for(driver, RIGHT)

    told = [(order.payee_reference, order.amount_fen) for order in (recovery, payment)]
    assert told == [(WRONG, -WHOLE), (RIGHT, WHOLE)]
    assert not await paid_out(driver, payment, recovery)


async def test_an_order_to_a_wrong_payee_that_waits_is_cancelled_there(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, paid_stay(3000))
    settlement_id, [in_flight] = await claimed_for(driver, WRONG)
    await taken_back(driver, settlement_id)
    await claimed_for(driver, RIGHT)

    [recovery] = await paid_out(driver, in_flight)

    assert (recovery.payee_reference, recovery.amount_fen) == (WRONG, -WHOLE)


def order(number: int, payee: str, pool_fen: int, *, is_paid: bool) -> PaymentOrder:
    paid_on = D2 if is_paid else None
    return PaymentOrder(
        f"O{number}", "V", number, "Lin", 1, D1, "bank_account", payee, pool_fen, 0, 0, 0, paid_on
    )


DUE: list[tuple[list[PaymentOrder], int, dict[str, int]]] = [
    # orders so far, what is owed to A, what is to be ordered of whom
    ([], 0, {}),
    ([], 100, {"A": 100}),
    ([order(1, "A", 100, is_paid=False)], 100, {}),
    ([order(1, "A", 100, is_paid=False)], 80, {"A": 80}),
    ([order(1, "A", 100, is_paid=True)], 80, {"A": -20}),
    ([order(1, "A", 100, is_paid=True), order(2, "A", 80, is_paid=False)], 80, {"A": -20}),
    ([order(1, "B", 100, is_paid=True)], 100, {"A": 100, "B": -100}),
    ([order(1, "B", 100, is_paid=False)], 100, {"A": 100, "B": 0}),
    ([order(1, "B", 100, is_paid=True), order(2, "B", -100, is_paid=False)], 100, {"A": 100}),
]


@pytest.mark.parametrize(("orders", "owed_fen", "told"), DUE)
def test_what_is_due_is_worked_out_per_payee(
    orders: list[PaymentOrder], owed_fen: int, told: dict[str, int]
) -> None:
    found = due(orders, ("bank_account", "A"), Funds(owed_fen))

    assert {account[1]: funds.total_fen for account, funds in found.items()} == told


STORY = st.lists(st.tuples(st.sampled_from(["claim", "reverse", "bank"]), st.integers(0, 9)), max_size=24)


@settings(derandomize=True, deadline=None, max_examples=80, database=None)
@given(story=STORY)
@pytest.mark.requirement("MAN-07")
def test_whatever_the_bank_pays_and_when_each_payee_has_what_it_is_owed(story: list[tuple[str, int]]) -> None:
    """Claimed for one of three, taken back, any order ever told paid once: what waits makes it even."""
    memory = Memory(center())
    memory.accepted(paid_bill(3000, service_on=D1))
    entitled, told = "", list[PaymentOrdered]()
    for step, pick in story:
        if step == "claim" and not memory.in_force:
            entitled = f"payee-{pick % 3}"
            decision = memory.decide(memory.message(claim(payee_reference=entitled)))
        elif step == "reverse" and memory.in_force:
            body = reverse(memory.in_force["V1"].settlement_id)
            decision = memory.decide(memory.message(body, source=AGENCY))
        elif step == "bank" and told:
            decision = memory.decide(memory.message(report(told[pick % len(told)]), source=AGENCY))
        else:
            continue
        told += ordered(decision)
        owed = memory.in_force["V1"].fund_fen if memory.in_force else 0
        assert evened(memory, decision) == ({entitled: owed} if owed else {})


def evened(memory: Memory, decision: Decision) -> dict[str, int]:
    """What each payee has once its newest order is paid, where that is something."""
    assert decision.answer is not None
    orders = memory.known.manual.orders.get("V1", [])
    newest = {one.account: one for one in orders}
    has: dict[str, int] = {}
    for one in orders:
        counts = one.paid_on is not None or newest[one.account] is one
        has[one.payee_reference] = has.get(one.payee_reference, 0) + (one.funds.total_fen if counts else 0)
    return {payee: fen for payee, fen in has.items() if fen}


def test_nothing_is_due_where_nothing_is_owed_or_was_paid() -> None:
    assert due([], ("health_card", "t"), ZERO) == {}
