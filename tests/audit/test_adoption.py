"""Another broker taken over is told in the trail, and each generation of a chain has a log of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from services.audit import SERVICE
from services.audit.check.fault import Fault
from services.audit.check.log import LogCheck
from services.audit.check.verify import verify
from services.audit.rules.trail import generation_of
from services.audit.store import evidence
from shared.bus import store
from shared.bus.client.reader import read_partition
from shared.bus.service import Service
from shared.bus.wire import Raw, decode
from tests.audit.given.records import admission, raw_of, stream
from tests.given.driver import Driver

TOPIC = "monthly.claims"
CHAIN = ("settlement.events", 2)
FACT_STREAM = "settlement/daily.costs/2"


@pytest.fixture
async def driver(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    return await driver_for(SERVICE)


async def own(driver: Driver, topic_id: str, chain: tuple[str, int], next_offset: int) -> None:
    """The stream of a chain reads a topic."""
    await driver.pool.execute(
        "INSERT INTO stream (topic, partition, next_offset, cluster_id, topic_id)"
        " VALUES ($1, $2, $3, 'C', $4)"
        " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = $3",
        *chain,
        next_offset,
        topic_id,
    )


async def adopt(driver: Driver, topic: str, topic_id: str, *, from_beginning: bool) -> None:
    """Takes the broker over, as `yidi bus adopt` does."""
    async with driver.pool.acquire() as tx, tx.transaction():
        await store.adopt(tx, "C2", {topic: topic_id}, from_beginning)


async def trail_of(driver: Driver, chain: tuple[str, int] = CHAIN) -> list[Any]:
    """The records of a chain."""
    async with driver.pool.acquire() as tx, tx.transaction():
        return [record async for record in evidence.read_records(tx, chain)]


@pytest.mark.parametrize("from_beginning", [True, False])
async def test_an_adoption_is_a_record_of_the_chain_told_once(
    driver: Driver, database: str, from_beginning: bool
) -> None:
    place: dict[str, Any] = {"topic": CHAIN[0], "partition": CHAIN[1]}
    await own(driver, "T1", CHAIN, 1)
    await driver.hear(admission(1), **place)
    await adopt(driver, CHAIN[0], "T2", from_beginning=from_beginning)
    await driver.hear(admission(2), admission(3), **place)
    await driver.hear(admission(4), **place)
    records = await trail_of(driver)
    generation = 2 if from_beginning else 1
    assert [generation_of(record) for record in records] == [0, generation, 0, 0, 0]
    assert '"yidi.TopicAdopted.v1","T2","audit"' in records[1].envelope
    assert (await verify(database, None)).ok


@pytest.mark.requirement("AUD-27")
async def test_a_trail_is_whole_after_a_refilled_broker_was_read_from_its_beginning(
    driver: Driver, bootstrap: str, database: str
) -> None:
    chain = (TOPIC, 0)
    place: dict[str, Any] = {"topic": TOPIC, "partition": 0}
    await own(driver, "T1", chain, 3)
    await driver.hear(admission(1), admission(2), admission(3), **place)  # of a broker that is no more
    await adopt(driver, TOPIC, "T2", from_beginning=True)
    assert await faults_of(TOPIC, database, bootstrap) == []
    log = [raw async for raw in said(bootstrap, *(raw_of(admission(n), n, chain) for n in range(2)))]
    await driver.hear(*map(decode, log))
    await own(driver, "T2", chain, log[-1].offset + 1)
    assert await faults_of(TOPIC, database, bootstrap) == []
    await driver.pool.execute("UPDATE stream SET next_offset = next_offset + 1")
    await append(bootstrap, raw_of(admission(9), 9, chain))
    [fault] = await faults_of(TOPIC, database, bootstrap)
    assert fault.code == "LOG_EXTRA"


async def faults_of(topic: str, database: str, bootstrap: str) -> list[Fault]:
    """What is wrong with a topic: the broker has others of other tests."""
    return [fault for fault in (await verify(database, bootstrap)).faults if fault.topic == topic]


async def said(bootstrap: str, *raws: Raw) -> AsyncIterator[Raw]:
    """Says records, and gives them as the log has them."""
    await append(bootstrap, *raws)
    async for raw in read_partition(bootstrap, TOPIC, 0):
        yield raw


async def append(bootstrap: str, *raws: Raw) -> None:
    """Puts records at the end of the log."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for raw in raws:
        await producer.send_and_wait(TOPIC, raw.value, raw.key, 0, headers=list(raw.headers))
    await producer.stop()


def fact(offset: int, sequence: int) -> Raw:
    """A fact as it stands in a log at some offset."""
    raw = raw_of(admission(sequence), sequence, CHAIN, stream=FACT_STREAM)
    return raw._replace(offset=offset)


async def test_what_a_lost_broker_had_is_a_repeat_in_the_new_log_and_the_rest_is_compared(
    driver: Driver,
) -> None:
    await own(driver, "T1", CHAIN, 2)
    await driver.hear(decode(fact(7, 1)), decode(fact(8, 2)))
    await adopt(driver, CHAIN[0], "T2", from_beginning=True)
    await driver.hear(decode(fact(2, 3)))
    trail, log = await trail_of(driver), [fact(0, 1), fact(1, 2), fact(2, 3)]
    found = LogCheck(CHAIN, 3, keeps_all=True, begins=3)
    await found.run(stream(trail), stream(log))
    assert (found.faults, found.repeats, found.compared, found.expired) == ([], 2, 1, 2)
    forged = LogCheck(CHAIN, 3, keeps_all=True, begins=3)
    await forged.run(stream(trail), stream([*log[:2], log[2]._replace(value=b"{}")]))
    assert forged.faults == [Fault("LOG_CHANGED", *CHAIN, 2, "body")]


async def test_what_stood_aside_when_its_broker_was_lost_is_not_looked_for_in_the_log(driver: Driver) -> None:
    await driver.hear(decode(fact(-4, 1)), decode(fact(0, 2)))
    found = LogCheck(CHAIN, 1, keeps_all=True)
    await found.run(stream(await trail_of(driver)), stream([fact(0, 2)]))
    assert found.faults == []
