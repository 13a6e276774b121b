"""The copy of the register of centers: on which days a center acts, on a real database."""

from datetime import date
from typing import Any

import pytest

from shared.bus.message import Decision
from shared.messages.enrollment.registers import CenterRegistered
from shared.month.funds import Funds
from tests.clearing.given.desk import (
    DriverFor,
    admit,
    confirm,
    investigate,
    open_books,
    pay,
    recover,
    sort_month,
)
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_1 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1)
APRIL_2, APRIL_3 = date(2026, 4, 2), date(2026, 4, 3)


async def _registered(driver: Driver, center_id: str = INSURED_CENTER, **period: Any) -> None:
    node = {INSURED_CENTER: "bazhong-center", TREATMENT_CENTER: "sichuan-center"}[center_id]
    told = CenterRegistered(center_id=center_id, name=node, node_id=node, **period)
    await driver.hear(told, source="enrollment")


def _code(decision: Decision) -> str:
    assert decision.answer
    return decision.answer.code


# The insured center's period, and what it is answered when it confirms on 2 April
PERIODS = [
    ({"in_force_from": APRIL_2, "in_force_until": APRIL_3}, "OK"),
    ({"in_force_until": APRIL_2}, "CENTER_NOT_IN_FORCE"),
    ({"in_force_from": APRIL_3}, "CENTER_NOT_IN_FORCE"),
]


@pytest.mark.requirement("ENR-29")
@pytest.mark.parametrize(("period", "code"), PERIODS)
async def test_a_center_confirms_on_the_days_of_its_period_and_again_once_that_is_longer(
    driver_for: DriverFor, period: dict[str, Any], code: str
) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 900), source="settlement", day=MARCH_5)
    statement_id = (await sort_month(driver, MARCH_31)).statement_id
    await _registered(driver, **period)
    refused = await confirm(driver, statement_id, INSURED_CENTER, APRIL_2)
    assert _code(refused) == code
    await _registered(driver, in_force_from=APRIL_2)
    assert _code(await confirm(driver, statement_id, INSURED_CENTER, APRIL_2)) == (
        "OK" if code != "OK" else "BATCH_STATE"
    )


@pytest.mark.requirement("ENR-29")
async def test_a_center_that_has_ended_does_nothing_more_but_is_told_what_others_do(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 900), settled("s2", MARCH_5, 80)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    statement_id = (await sort_month(driver, MARCH_31)).statement_id
    await confirm(driver, statement_id, INSURED_CENTER, APRIL_1)
    await _registered(driver, in_force_until=APRIL_2)
    confirmed = await confirm(driver, statement_id, TREATMENT_CENTER, APRIL_2)
    assert {notice.node_id for notice in confirmed.notices} == {"bazhong-center", "sichuan-center"}
    await _registered(driver, TREATMENT_CENTER, in_force_until=APRIL_2)
    done = [
        await pay(driver, statement_id, 980, APRIL_2),
        await investigate(driver, "s1", APRIL_2),
        await admit(driver, "s1", "li", APRIL_2),
        await recover(driver, "s2", Funds(1), APRIL_2),
    ]
    assert [_code(decision) for decision in done] == ["CENTER_NOT_IN_FORCE"] * 4
    assert not any(decision.rows or decision.facts for decision in done)
