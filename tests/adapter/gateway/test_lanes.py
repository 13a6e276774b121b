"""The order of what is kept: a backlog goes out a little at a time, what a desk waits for at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.gateway.forms.transaction import Told
from shared.gateway.kept import Kept
from shared.gateway.lanes import BACKLOG_AT_ONCE, Lanes
from shared.gateway.line import PAUSE_S
from shared.gateway.store import Store

PERSONS = 3 * BACKLOG_AT_ONCE
SOON_S, PATIENCE_S = 0.2, 5.0


class Bus:
    """Answers once it is told to, and who is waited for at once; notes what is under way and what is done."""

    def __init__(self, store: Store) -> None:
        self.store, self.answering = store, asyncio.Event()
        self.under_way, self.most, self.done = set[str](), 0, list[str]()
        self.quick, self.failing = set[str](), set[str]()

    async def deliver(self, kept: Kept) -> str | None:
        """Delivers as the gateway does; None while the person is one of `failing`."""
        self.under_way.add(kept.msgid)
        self.most = max(self.most, len(self.under_way))
        try:
            if kept.lane in self.failing:
                return None
            if kept.lane not in self.quick:
                await self.answering.wait()
            await self.store.finish(kept.msgid, "told", Told({}), "")
        finally:
            self.under_way.remove(kept.msgid)
        self.done.append(kept.msgid)
        return "told"


def _kept(person: int, number: int = 1) -> Kept:
    now = datetime.now(UTC).isoformat()
    return Kept(f"{person}.{number}", "2301", f"person-{person}", "", "{}", now, now)


@asynccontextmanager
async def _behind(folder: Path, messages: int = 1) -> AsyncIterator[tuple[Lanes, Bus]]:
    """Lanes that have `messages` of each of many persons from before, and a bus that does not answer yet."""
    store = Store(folder)
    await store.open()
    for number in range(1, messages + 1):
        for person in range(PERSONS):
            await store.take(_kept(person, number))
    bus = Bus(store)
    lanes = Lanes(store, bus.deliver)
    try:
        await lanes.begin()
        await asyncio.sleep(SOON_S)
        yield lanes, bus
    finally:
        await lanes.end()
        await store.close()


async def _all_done(bus: Bus, count: int, within_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within_s):
        while len(bus.done) < count:  # noqa: ASYNC110 (filled delivery by delivery)
            await asyncio.sleep(0.01)


async def test_of_what_waits_from_before_only_a_few_are_under_way_and_all_are_delivered_in_order(
    tmp_path: Path,
) -> None:
    async with _behind(tmp_path, messages=3) as (_, bus):
        assert len(bus.under_way) == BACKLOG_AT_ONCE
        bus.answering.set()
        await _all_done(bus, 3 * PERSONS)
    assert bus.most == BACKLOG_AT_ONCE
    assert len(set(bus.done)) == len(bus.done)
    for person in range(PERSONS):
        assert [one for one in bus.done if one.split(".")[0] == str(person)] == [
            f"{person}.{number}" for number in (1, 2, 3)
        ]


@pytest.mark.requirement("HUB-16")
async def test_what_a_desk_waits_for_is_delivered_at_once_beside_what_waits_from_before(
    tmp_path: Path,
) -> None:
    async with _behind(tmp_path) as (lanes, bus):
        new = _kept(PERSONS)
        bus.quick.add(new.lane)
        await bus.store.take(new)
        assert await lanes.reply(new, PATIENCE_S) == "told"
        assert bus.done == [new.msgid]
        assert len(bus.under_way) == BACKLOG_AT_ONCE


async def test_what_came_before_it_for_that_person_is_delivered_at_once_too(tmp_path: Path) -> None:
    last = PERSONS - 1
    async with _behind(tmp_path, messages=2) as (lanes, bus):
        new = _kept(last, 3)
        bus.quick.add(new.lane)
        await bus.store.take(new)
        assert await lanes.reply(new, PATIENCE_S) == "told"
        assert bus.done == [f"{last}.1", f"{last}.2", f"{last}.3"]
        assert len(bus.under_way) == BACKLOG_AT_ONCE


async def test_what_nobody_waits_for_any_more_is_of_those_from_before_again(tmp_path: Path) -> None:
    async with _behind(tmp_path) as (lanes, bus):
        gone = [_kept(PERSONS + number) for number in range(3)]
        bus.failing |= {kept.lane for kept in gone}  # as while the bus is away
        for kept in gone:
            await bus.store.take(kept)
        async with asyncio.TaskGroup() as tasks:
            for kept in gone:
                tasks.create_task(_give_up(lanes, kept))
        bus.failing.clear()
        await asyncio.sleep(1.5 * PAUSE_S)
        assert len(bus.under_way) == BACKLOG_AT_ONCE
        bus.answering.set()
        await _all_done(bus, PERSONS + len(gone))


async def _give_up(lanes: Lanes, kept: Kept) -> None:
    with suppress(TimeoutError):
        await lanes.reply(kept, SOON_S)


async def test_those_that_fail_hold_up_nobody_who_waits_from_before(tmp_path: Path) -> None:
    async with _behind(tmp_path) as (_, bus):
        bus.failing |= {f"person-{person}" for person in range(BACKLOG_AT_ONCE, 3 * BACKLOG_AT_ONCE - 1)}
        bus.answering.set()
        await _all_done(bus, BACKLOG_AT_ONCE + 1, within_s=PAUSE_S / 2)
