"""Who waits for whom: uploads for each other never, a settlement for uploads in hand, a quote for nobody."""

import asyncpg
import pytest

from shared.bus.middle import decide_all
from shared.bus.service import Tx
from shared.messages.body import Body
from tests.driver import Driver
from tests.settlement.world import (
    D3,
    NODE,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    line,
    open_world,
    quote,
    settle,
    upload,
)


async def decide(driver: Driver, tx: Tx, body: Body) -> str:
    await tx.execute("SET LOCAL lock_timeout = '100ms'")
    [decision] = await decide_all(driver.service.decider, tx, [driver.message(body, source=NODE, day=D3)])
    assert decision.answer
    return decision.answer.code


BESIDE_AN_UPLOAD = [
    # asked while an upload to the visit is not yet committed, whether it goes on at once
    (bed("U2", 1), True),
    (quote(1, 100_000), True),
    (settle(1, 100_000), False),
    (upload("U2", line(1, quantity="-1"), total_fen=-10_000), False),
]


async def test_only_what_depends_on_an_upload_in_hand_waits_for_it(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U0", 1000), discharge())

    for asked, at_once in BESIDE_AN_UPLOAD:
        async with driver.pool.acquire() as bulk, driver.pool.acquire() as desk:
            adding, asking = bulk.transaction(), desk.transaction()
            await adding.start()
            assert await decide(driver, bulk, bed("U1", 5)) == "OK"
            await asking.start()
            if at_once:
                assert await decide(driver, desk, asked) == "OK"
            else:
                with pytest.raises(asyncpg.LockNotAvailableError):
                    await decide(driver, desk, asked)
            await asking.rollback()
            await adding.rollback()


async def test_a_settlement_sees_the_upload_it_waited_for(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U0", 1000), discharge())

    async with driver.pool.acquire() as bulk, bulk.transaction():
        await decide(driver, bulk, bed("U1", 5))

    assert (await ask(driver, settle(1, 100_000))).code == "CONTROL_TOTAL"
    assert (await ask(driver, settle(2, 100_500))).code == "OK"
