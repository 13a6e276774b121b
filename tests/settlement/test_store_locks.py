"""Who waits for whom: uploads for each other never, a settlement for uploads in hand, a quote for nobody."""

import asyncio

import asyncpg
import pytest

from shared.bus.message import Decision, Message, Original
from shared.bus.service import Tx
from shared.bus.turn.decide_batch import decide_batch
from shared.messages.body import Body, CancelRequest
from shared.messages.referral.filings import FilingEnded
from shared.messages.settlement.visits import CorrectionCaseOpened, UploadCosts
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D1,
    D3,
    NODE,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    filing,
    line,
    open_world,
    quote,
    settle,
    stay,
    upload,
)


async def decide(driver: Driver, tx: Tx, body: Body) -> str:
    await tx.execute("SET LOCAL lock_timeout = '100ms'")
    [decision] = await decide_batch(driver.service.decider, tx, [driver.message(body, source=NODE, day=D3)])
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


async def decided_while_in_hand(driver: Driver, first: Message, second: Message) -> Decision:
    """What is decided on `second`, which has waited for the commit of `first`."""
    async with driver.pool.acquire() as one, driver.pool.acquire() as other, other.transaction():
        in_hand = one.transaction()
        await in_hand.start()
        await decide_batch(driver.service.decider, one, [first])
        waiting = asyncio.create_task(decide_batch(driver.service.decider, other, [second]))
        blocked: list[asyncpg.Record] = []
        while not blocked and not waiting.done():
            await asyncio.sleep(0.01)
            blocked = await driver.fetch("SELECT unnest(pg_blocking_pids($1))", other.get_server_pid())
        assert blocked
        await in_hand.commit()
        [decision] = await waiting
    return decision


async def test_an_upload_is_not_undone_past_a_return_that_was_in_hand(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit())
    await ask(driver, bed("U1", 100), id="billed")
    returning = upload("U2", line(1, quantity="-1"), total_fen=-10_000)
    undoing = driver.message(
        CancelRequest(subject_id="Lin", original_id="billed"),
        source=NODE,
        day=D3,
        original=Original("billed", UploadCosts.wire_type(), True),
    )

    refused = await decided_while_in_hand(driver, driver.message(returning, source=NODE, day=D3), undoing)

    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE"
    assert not refused.facts and not refused.rows


async def test_a_cancelled_filing_is_told_of_the_settlement_that_was_in_hand(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing())
    await accepted(driver, *stay())
    ended = FilingEnded(filing_id="F1", person_id="Lin", ends_on=D1, reason="cancelled")
    settling = driver.message(settle(1, 100_000), source=NODE, day=D3)

    heard = await decided_while_in_hand(driver, settling, driver.message(ended, source="referral"))

    assert [type(fact) for fact in heard.facts] == [CorrectionCaseOpened]
