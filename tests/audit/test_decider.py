"""The audit service on a real database: records, heads, seals and deadlines, each batch one transaction."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from services.audit import SERVICE
from services.audit.model import Head, SealedHead
from services.audit.rules.merkle import root_of
from services.audit.rules.trail import link, read_envelope
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.bus.wire import decode
from shared.messages.audit.trail import DayPassed, DeadlineMissed, RootSealed
from shared.messages.body import DayReached, Fact
from tests.audit.given.facts import (
    admitted,
    cancelled,
    claimed,
    confirmed,
    issued,
    march,
    page_overdue,
    page_received,
    paid,
    settled,
    uploaded,
)
from tests.audit.given.records import CHAIN, admission, log_of
from tests.given.driver import Driver

MakeDriver = Callable[[Service], Awaitable[Driver]]


@pytest.fixture
async def driver(driver_for: MakeDriver) -> Driver:
    return await driver_for(SERVICE)


async def rows(driver: Driver, sql: str) -> list[tuple[Any, ...]]:
    """What a statement finds, as plain tuples."""
    return [tuple(row) for row in await driver.fetch(sql)]


async def test_every_message_of_a_partition_is_chained_over_batches(driver: Driver) -> None:
    place = {"topic": "realtime.encounters", "partition": 2}
    await driver.hear(admission(1), admission(2), **place)
    await driver.hear(admission(3), topic="realtime.encounters", partition=3)
    await driver.hear(admission(4), **place)
    records = await driver.fetch("SELECT * FROM record WHERE partition = 2 ORDER BY number")
    assert [(r["number"], r["log_offset"]) for r in records] == [(1, 0), (2, 1), (3, 2)]
    previous = bytes(32)
    for record in records:
        previous = link(previous, record["body_digest"], record["envelope"])
        assert record["chain_hash"] == previous
    heads = await driver.fetch("SELECT number, chain_hash FROM head WHERE partition = 2")
    assert [tuple(head) for head in heads] == [(3, previous)]


async def test_a_message_that_nobody_could_read_is_in_the_trail(driver: Driver) -> None:
    log = log_of(2)
    junk = log[0]._replace(headers=[("other", b"\xff")], key=b"\xff")
    unknown = log[1]._replace(value=b'{"visit_id": "\x00')
    [first, second] = await driver.hear(decode(junk), decode(unknown))
    assert (first.facts, second.facts) == ((), ())
    envelopes = await rows(driver, "SELECT envelope FROM record ORDER BY number")
    assert [read_envelope(text)[0].id for (text,) in envelopes] == ["", "M1"]


async def test_ids_that_no_table_can_hold_do_not_stop_the_trail(driver: Driver) -> None:
    bad = decode(log_of(1)[0])
    bad.id, bad.correlation_id = "\0" * 3, "x" * 5000
    await driver.hear(bad)
    assert [row["subject_id"] for row in await driver.fetch("SELECT * FROM mention")] == ["V0"]
    assert len(await driver.fetch("SELECT * FROM record")) == 1


@pytest.mark.parametrize(
    "fact",
    [
        claimed("9999-12", march(20)),
        uploaded(on=3, heard=3).model_copy(update={"cost_on": date.max}),
        uploaded(on=3, heard=3).model_copy(update={"heard_on": date.max}),
        confirmed(pay_by=20).model_copy(update={"pay_by": date.max}),
    ],
)
async def test_a_day_beyond_the_calendar_leaves_no_hole_in_the_chain(driver: Driver, fact: Fact) -> None:
    place: dict[str, Any] = {"topic": "settlement.events", "partition": 0, "source": "settlement"}
    await driver.hear(admission(1), fact, admission(2), **place)
    assert await rows(driver, "SELECT number, log_offset FROM record ORDER BY number") == [
        (1, 0),
        (2, 1),
        (3, 2),
    ]


async def test_the_marks_of_days_are_chained_and_not_indexed(driver: Driver) -> None:
    mark = DayReached(stream="settlement/daily.costs/0", reached_on=march(2))
    await driver.hear(mark, topic="settlement.events", partition=1, source="settlement")
    assert len(await driver.fetch("SELECT * FROM record")) == 1
    assert await driver.fetch("SELECT * FROM mention") == []


async def test_of_two_writers_of_one_chain_the_second_changes_nothing(driver: Driver) -> None:
    place: dict[str, Any] = {"topic": CHAIN[0], "partition": CHAIN[1]}
    decider = SERVICE.decider
    message = driver.message(admission(1), **place)
    async with driver.pool.acquire() as tx:
        known = await decider.load(tx, {"head": [f"{CHAIN[0]}/{CHAIN[1]}"]})
        await driver.hear(admission(2), **place)
        [record] = decider.decide(known, message).rows
        with pytest.raises(asyncpg.UniqueViolationError):
            await decider.save(tx, {type(record): [record]})
    assert [row["number"] for row in await driver.fetch("SELECT number FROM head")] == [1]


# fmt: off
APPEND_ONLY = [
    ("record", "chain_hash"),
    ("root", "root"),
    ("sealed_head", "chain_hash"),
    ("mention", "number"),
]
# fmt: on


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
async def test_the_service_itself_cannot_change_the_trail(driver: Driver, table: str, column: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await driver.pool.execute(statement)


@pytest.mark.requirement("AUD-27")
async def test_a_day_is_sealed_over_all_chains_and_passed(driver: Driver) -> None:
    await driver.hear(admission(1), topic="realtime.encounters", partition=2)
    await driver.hear(admission(2), admission(3), topic="realtime.encounters", partition=4)
    [decision] = await driver.due("seal", 0, march(2))
    heads = [
        Head(*row) for row in await driver.fetch("SELECT topic, partition, number, chain_hash FROM head")
    ]
    root = root_of(heads)
    assert decision.facts == (
        RootSealed(sealed_on=march(2), root=root.hex(), records=3),
        DayPassed(passed_on=march(2)),
    )
    assert await rows(driver, "SELECT root, records FROM root") == [(root, 3)]
    sealed = await driver.fetch("SELECT sealed_on, topic, partition, number, chain_hash FROM sealed_head")
    assert root_of(SealedHead(*row) for row in sealed) == root


async def test_sealing_is_nothing_that_was_said_and_leaves_no_record(driver: Driver) -> None:
    [decision] = await driver.due("seal", 0, march(2))
    assert [type(fact) for fact in decision.facts] == [RootSealed, DayPassed]
    assert await driver.fetch("SELECT * FROM record") == []


def told(decisions: list[Decision]) -> list[tuple[str, str]]:
    """The class and subject of each missed deadline that was told."""
    return [(f.exchange, f.subject_id) for d in decisions for f in d.facts if isinstance(f, DeadlineMissed)]


@pytest.mark.requirement("HUB-14")
async def test_exchanges_are_counted_by_class_area_and_party(driver: Driver) -> None:
    decisions = await driver.hear(
        admitted(on=3, heard=3),
        uploaded(on=3, heard=4, upload_id="U1"),
        uploaded(on=4, heard=9, upload_id="U2"),
        settled(discharged=9, on=9),
        source="settlement",
    )
    decisions += await driver.hear(uploaded(on=5, heard=9, upload_id="U3"), source="settlement")
    assert told(decisions) == [("daily", "V1/U2"), ("daily", "V1/U3")]
    sql = "SELECT exchange, area, party, month, on_time, late, overdue FROM tally"
    assert sorted(await rows(driver, sql)) == [
        ("at_once", "510100", "H51010000001", "2026-03", 2, 0, 0),
        ("daily", "510100", "H51010000001", "2026-03", 1, 2, 0),
    ]


@pytest.mark.requirement("SET-21")
@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_a_case_page_that_comes_after_all_moves_from_overdue_to_late(
    driver: Driver, in_one_batch: bool
) -> None:
    facts = (page_overdue(due=16), page_received(due=16, on=18))
    if in_one_batch:
        decisions = await driver.hear(*facts, source="settlement")
    else:
        decisions = [d for fact in facts for d in await driver.hear(fact, source="settlement")]
    assert told(decisions) == [("case_page", "V1/2026-03-16")]
    assert await rows(driver, "SELECT late, overdue FROM tally") == [(1, 0)]
    assert await rows(driver, "SELECT due_on, heard_on FROM missed") == [(march(16), march(18))]


async def test_a_page_whose_discharge_was_cancelled_is_awaited_no_longer_and_the_next_is_another(
    driver: Driver,
) -> None:
    facts = [page_overdue(due=16), cancelled(due=16, on=18), page_received(due=25, on=24)]
    decisions = [d for fact in facts for d in await driver.hear(fact, source="settlement")]
    assert told(decisions) == [("case_page", "V1/2026-03-16")]
    assert await rows(driver, "SELECT on_time, late, overdue FROM tally") == [(1, 1, 0)]
    assert await rows(driver, "SELECT due_on, heard_on FROM missed") == [(march(16), march(18))]


async def test_an_unpaid_statement_is_told_once_when_its_day_is_over(driver: Driver) -> None:
    await driver.hear(issued(), confirmed(pay_by=20), source="clearing")
    assert await driver.due("unpaid", 0, march(20)) == []
    first = await driver.due("unpaid", 0, march(21))
    assert told(first) == [("monthly", "T1")]
    assert await driver.due("unpaid", 0, march(22)) == []
    assert told(await driver.hear(paid(on=23), source="clearing")) == []
    sql = "SELECT exchange, party, late, overdue FROM tally"
    assert await rows(driver, sql) == [("monthly", "511900", 1, 0)]


async def test_a_statement_paid_in_time_is_counted_so(driver: Driver) -> None:
    await driver.hear(issued(), confirmed(pay_by=20), paid(on=20), source="clearing")
    assert await driver.due("unpaid", 0, march(21)) == []
    assert await rows(driver, "SELECT on_time, late, overdue FROM tally") == [(1, 0, 0)]
