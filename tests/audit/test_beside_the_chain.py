"""What stands beside the chains is proved by them: the index, tables of deadlines, chains that are gone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from services.audit import SERVICE
from services.audit.check.fault import Report
from services.audit.check.verify import verify
from shared.bus.service import Service, Tx
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from tests.audit.given.facts import (
    PLACE,
    admitted,
    confirmed,
    issued,
    march,
    page_overdue,
    page_received,
    paid,
    settled,
    uploaded,
)
from tests.audit.given.records import admission
from tests.given.driver import Driver

FACTS: dict[str, Any] = {"topic": "settlement.events", "partition": 0, "source": "settlement"}
MONEY: dict[str, Any] = {"topic": "clearing.events", "partition": 0, "source": "clearing"}


@pytest.fixture
async def driver(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    return await driver_for(SERVICE)


@pytest.fixture
async def intruder(database: str) -> AsyncIterator[Tx]:
    """Somebody with every right in the database."""
    connection = await asyncpg.connect(database)
    await connection.execute("SET search_path = audit")
    yield connection
    await connection.close()


@pytest.fixture
async def trail(driver: Driver) -> Driver:
    """A sealed day and an open one: exchanges in time, late and overdue, a claim, a statement not paid."""
    lines = (ClaimLine(settlement_id="S1", fund_fen=1), ClaimLine(settlement_id="S2", fund_fen=1))
    claim = ClaimAdvances(claim_id="C1", institution_id=PLACE, month="2026-02", lines=lines, fund_fen=2)
    await driver.hear(admitted(on=3, heard=3), uploaded(on=3, heard=9), page_overdue(due=16), **FACTS)
    await driver.hear(issued(), confirmed(pay_by=20), **MONEY)
    await driver.hear(claim, topic="monthly.claims", partition=0)
    for day in (20, 21, 22):
        await driver.due("unpaid", 0, march(day))
        await driver.due("seal", 0, march(day))
    await driver.hear(page_received(due=16, on=18), settled(discharged=9, on=9), **FACTS)
    await driver.hear(admission(1), topic="realtime.encounters", partition=3)
    await driver.pool.execute(
        "INSERT INTO stream (topic, partition, next_offset, cluster_id, topic_id)"
        " SELECT topic, partition, max(log_offset) + 1, '', '' FROM record GROUP BY topic, partition"
    )
    return driver


def named(report: Report) -> list[tuple[str, str, str]]:
    """The faults as a person would name them."""
    return [(fault.code, fault.place, fault.differs) for fault in report.faults]


async def test_tables_as_the_trail_makes_them_are_whole(trail: Driver, database: str) -> None:
    assert named(await verify(database, None)) == []


HERE = "settlement.events/0"
# fmt: off
TAMPERINGS = [
    ("DELETE FROM mention WHERE subject_id = 'U1'", "INDEX_DIFFERS", f"{HERE}@1", "lacks U1"),
    ("DELETE FROM mention WHERE subject_id = 'S2'", "INDEX_DIFFERS", "monthly.claims/0@0",
     "lacks the ids within"),
    ("UPDATE mention SET subject_id = 'S9' WHERE subject_id = 'S2'", "INDEX_DIFFERS", "monthly.claims/0@0",
     "lacks the ids within"),
    ("UPDATE mention SET subject_id = 'U2' WHERE subject_id = 'U1'", "INDEX_DIFFERS", f"{HERE}@1", "has U2"),
    ("INSERT INTO mention VALUES ('V7', 'settlement.events', 0, 99)", "INDEX_DIFFERS", HERE, "has V7"),
    ("DELETE FROM missed WHERE exchange = 'daily'", "DEADLINES_DIFFER", "", "missed daily V1/U1: gone"),
    ("DELETE FROM missed WHERE exchange = 'monthly'", "DEADLINES_DIFFER", "", "missed monthly T1: gone"),
    ("UPDATE missed SET heard_on = '2026-03-16' WHERE exchange = 'case_page'", "DEADLINES_DIFFER", "",
     "missed case_page V1/2026-03-16: changed"),
    ("INSERT INTO missed VALUES ('daily', 'V1/U9', 'H', '510100', '2026-03-03')", "DEADLINES_DIFFER", "",
     "missed daily V1/U9: added"),
    ("DELETE FROM tally WHERE exchange = 'daily'", "DEADLINES_DIFFER", "",
     f"tally daily 510100 {PLACE} 2026-03 late: gone"),
    ("UPDATE tally SET on_time = on_time + 1 WHERE exchange = 'at_once'", "DEADLINES_DIFFER", "",
     f"tally at_once 510100 {PLACE} 2026-03 on_time: changed"),
    ("DELETE FROM known_statement", "DEADLINES_DIFFER", "", "known_statement T1: gone"),
    ("UPDATE known_statement SET pay_by = '2026-04-20'", "DEADLINES_DIFFER", "",
     "known_statement T1: changed"),
    ("WITH h AS (DELETE FROM head WHERE partition = 3), m AS (DELETE FROM mention WHERE partition = 3)"
     " DELETE FROM record WHERE partition = 3", "CHAIN_MISSING", "realtime.encounters/3", ""),
    ("WITH h AS (DELETE FROM head WHERE topic = 'monthly.claims'), m AS (DELETE FROM mention"
     " WHERE topic = 'monthly.claims'), s AS (DELETE FROM stream WHERE topic = 'monthly.claims')"
     " DELETE FROM record WHERE topic = 'monthly.claims'", "SEAL_BROKEN", "monthly.claims/0", "number 1"),
]
# fmt: on


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(
    ("statement", "code", "place", "differs"), TAMPERINGS, ids=[t[0][:60] for t in TAMPERINGS]
)
async def test_one_change_beside_the_chain_is_named(
    trail: Driver, intruder: Tx, database: str, statement: str, code: str, place: str, differs: str
) -> None:
    await intruder.execute(statement)
    assert (code, place, differs) in named(await verify(database, None))


async def test_a_statement_paid_late_or_dated_back_is_worked_out_again(trail: Driver, database: str) -> None:
    await trail.hear(paid(on=25), **MONEY)
    assert named(await verify(database, None)) == []
    back = confirmed(pay_by=20).model_copy(update={"statement_id": "T2"})
    await trail.hear(back, **MONEY)
    await trail.due("unpaid", 0, march(23))
    await trail.due("seal", 0, march(23))
    assert named(await verify(database, None)) == []
    await trail.hear(paid(on=19).model_copy(update={"statement_id": "T2"}), **MONEY)
    assert named(await verify(database, None)) == []


async def test_a_statement_that_nobody_could_know_to_be_overdue_yet_is_not_missed(
    trail: Driver, database: str
) -> None:
    await trail.hear(confirmed(pay_by=2).model_copy(update={"statement_id": "T3"}), **MONEY)
    assert named(await verify(database, None)) == []


@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_the_same_exchange_told_twice_counts_the_same_in_one_batch_or_two(
    driver: Driver, database: str, in_one_batch: bool
) -> None:
    twice = (admitted(on=3, heard=5), admitted(on=3, heard=5))
    if in_one_batch:
        await driver.hear(*twice, **FACTS)
    else:
        for fact in twice:
            await driver.hear(fact, **FACTS)
    assert [row["late"] for row in await driver.fetch("SELECT late FROM tally")] == [2]
    assert named(await verify(database, None)) == []
