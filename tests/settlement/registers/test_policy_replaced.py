"""A policy in whose place a mended one came: on that one's days it holds no more; what it settled stays."""

from typing import Any

import pytest

from tests.given.driver import Driver
from tests.settlement.given.memory import SERIOUS
from tests.settlement.given.world import (  # fmt: skip
    D2,
    D9,
    DriverFor,
    accepted,
    ask,
    completed,
    line,
    open_world,
    outpatient,
    policy,
    result,
    reverse,
    rows,
)

MENDED: dict[str, Any] = {
    "outpatient_general": {"deductible_fen": 0, "cap_fen": 200_000, "tiers": {"2": 9000, "3": 9000}}
}


async def settled(driver: Driver, visit_id: str, day: Any = D2) -> Any:
    bill = outpatient(line(1), total_fen=10_000, visit_id=visit_id)
    [decision] = await accepted(driver, bill, day=day)
    return completed(decision)


# The id that is mended comes first by name in one case, last in the other.
@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize("mended_id", ["0-mended", "z-mended"])
async def test_the_mended_policy_holds_once_it_is_published_and_what_was_settled_stays(
    driver_for: DriverFor, mended_id: str
) -> None:
    driver = await open_world(driver_for)
    before = await settled(driver, "O1")

    mended = policy(mended_id, serious_illness=SERIOUS, replaces="511900-390", **MENDED)
    await driver.hear(mended, source="enrollment")
    after = await settled(driver, "O2")

    assert (before.policy_id, before.payments.fund_fen) == ("511900-390", 3_000)
    assert (after.policy_id, after.payments.fund_fen) == (mended_id, 9_000)
    kept = await rows(driver, "SELECT visit_id, policy_id, fund_fen FROM settlement ORDER BY 1")
    assert kept == [("O1", "511900-390", 3_000), ("O2", mended_id, 9_000)]


async def test_a_cascade_keeps_to_a_policy_that_was_replaced(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    first = await settled(driver, "O1")
    await settled(driver, "O2")
    await driver.hear(policy("0-mended", replaces="511900-390", **MENDED), source="enrollment")

    undone = reverse(first.settlement_id, visit_id="O1", cascade=True)
    answer = await ask(driver, undone, day=D9)

    [again] = result(answer).later
    assert (again.fund_fen, again.new_fund_fen) == (6_000, 3_000)
    [(policy_id,)] = await rows(
        driver, "SELECT policy_id FROM settlement WHERE visit_id = 'O2' AND attempt = 2"
    )
    assert policy_id == "511900-390"


async def test_a_cancelled_bill_settled_anew_goes_by_the_mended_policy(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    first = await settled(driver, "O1")
    await driver.hear(policy("0-mended", replaces="511900-390", **MENDED), source="enrollment")

    await accepted(driver, reverse(first.settlement_id, visit_id="O1"))
    again = await settled(driver, "O1")

    assert (again.policy_id, again.payments.fund_fen) == ("0-mended", 9_000)
