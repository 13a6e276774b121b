"""The whole verification, on a real database and a real broker of its own, whose disk an intruder reaches."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from services.audit import SERVICE
from services.audit.check.fault import FAULTS, Report
from services.audit.check.verify import count_records, verify
from shared.bus.client.reader import read_partition
from shared.bus.service import Service, Tx
from shared.bus.wire import decode, encode_fact
from shared.messages.audit.trail import RootSealed
from tests.audit.given.facts import march
from tests.audit.given.records import admission, log_of
from tests.audit.given.segment import forge
from tests.given.driver import Driver

TOPIC, PARTITION = "realtime.encounters", 0
PLACE = f"{TOPIC}/{PARTITION}"


@pytest.fixture
async def driver(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    return await driver_for(SERVICE)


@pytest.fixture
async def trail(driver: Driver) -> Driver:
    """Two chains with a sealed day between their records."""
    messages = [decode(raw) for raw in log_of(6)]
    await driver.hear(*messages[:4])
    await driver.hear(admission(70), admission(71), topic="daily.costs", partition=1)
    await driver.due("seal", 0, march(2))
    await driver.hear(*messages[4:])
    return driver


@pytest.fixture
async def intruder(database: str) -> AsyncIterator[Tx]:
    """Somebody with every right in the database."""
    connection = await asyncpg.connect(database)
    await connection.execute("SET search_path = audit")
    yield connection
    await connection.close()


def named(report: Report) -> list[tuple[str, str, str]]:
    """The faults as a person would name them."""
    return [(fault.code, fault.place, fault.differs) for fault in report.faults]


async def test_a_trail_as_it_was_written_is_whole(trail: Driver, database: str) -> None:
    seen: list[int] = []
    report = await verify(database, None, progress=seen.append)
    assert (report.ok, report.chains, report.records, report.roots) == (True, 2, 8, 1)
    assert sum(seen) == await count_records(database) == 8


async def test_an_empty_trail_is_whole(driver: Driver, database: str) -> None:
    await driver.due("seal", 0, march(2))
    report = await verify(database, None)
    assert (report.ok, report.records, report.roots) == (True, 0, 1)


ONE = " WHERE topic = 'realtime.encounters' AND number = 3"
PLACE_2 = "realtime.encounters/2"
CHANGED = ("RECORD_CHANGED", f"{PLACE_2}@2", "envelope or body_digest")
# fmt: off
TAMPERINGS = [
    ("UPDATE record SET body_digest = set_byte(body_digest, 9, get_byte(body_digest, 9) # 1)", CHANGED),
    ("UPDATE record SET chain_hash = set_byte(chain_hash, 9, get_byte(chain_hash, 9) # 1)",
     ("RECORD_CHANGED", f"{PLACE_2}@2", "chain_hash")),
    ("UPDATE record SET envelope = replace(envelope, 'huaxi', 'huaxy')", CHANGED),
    ("UPDATE record SET envelope = replace(envelope, '\"V2\"', '\"V3\"')", CHANGED),
    ("UPDATE record SET log_offset = 9", ("RECORD_CHANGED", f"{PLACE_2}@9", "log_offset")),
    ("UPDATE record SET number = 9", ("RECORD_MISSING", PLACE_2, "3..3")),
    ("UPDATE record SET partition = 3", ("RECORD_MISSING", PLACE_2, "3..3")),
    ("UPDATE record SET topic = 'daily.costs', partition = 1",
     ("RECORD_CHANGED", "daily.costs/1@2", "topic, partition")),
    ("DELETE FROM record ", ("RECORD_MISSING", PLACE_2, "3..3")),
    ("UPDATE head SET number = 5 WHERE number = 6", ("HEAD_CHANGED", PLACE_2, "number")),
    ("UPDATE head SET chain_hash = sha256('x') WHERE number = 6", ("HEAD_CHANGED", PLACE_2, "chain_hash")),
    ("DELETE FROM head WHERE number = 6", ("HEAD_CHANGED", PLACE_2, "number")),
    ("UPDATE sealed_head SET chain_hash = sha256('x') WHERE number = 4",
     ("SEAL_BROKEN", PLACE_2, "2026-03-02 number 4")),
    ("UPDATE sealed_head SET number = 3 WHERE number = 4", ("SEAL_BROKEN", PLACE_2, "2026-03-02 number 3")),
    ("DELETE FROM sealed_head WHERE number = 4", ("ROOT_CHANGED", "", "2026-03-02 root")),
    ("UPDATE root SET root = sha256('x')", ("ROOT_CHANGED", "", "2026-03-02 root")),
    ("UPDATE root SET records = 7", ("ROOT_CHANGED", "", "2026-03-02 records")),
    ("UPDATE root SET sealed_on = '2026-03-03'", ("ROOT_CHANGED", "", "root missing")),
    ("DELETE FROM root", ("ROOT_CHANGED", "", "root missing")),
]
# fmt: on


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(("statement", "fault"), TAMPERINGS, ids=[t[0][:48] for t in TAMPERINGS])
async def test_one_change_in_the_database_is_named(
    trail: Driver, intruder: Tx, database: str, statement: str, fault: tuple[str, str, str]
) -> None:
    where = ONE if " record " in statement else ""
    assert (await intruder.execute(statement + where)).endswith(" 1")
    assert fault in named(await verify(database, None))


async def publish(bootstrap: str, count: int) -> list[int]:
    """Says so many admissions, unpacked, so that each can be found and changed; gives their offsets."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        sent = [
            await producer.send(TOPIC, raw.value, raw.key, PARTITION, headers=list(raw.headers))
            for raw in log_of(count)
        ]
        return [(await future).offset for future in sent]
    finally:
        await producer.stop()


async def hear_all(driver: Driver, bootstrap: str, topic: str = TOPIC) -> None:
    """Lets the service hear all of a partition."""
    await driver.hear(*[decode(raw) async for raw in read_partition(bootstrap, topic, PARTITION)])
    await driver.pool.execute(
        "INSERT INTO stream (topic, partition, next_offset, cluster_id, topic_id)"
        " SELECT $1, $2, max(log_offset) + 1, '', '' FROM record",
        topic,
        PARTITION,
    )


@pytest.mark.requirement("AUD-27")
async def test_an_event_rewritten_in_the_log_with_a_valid_checksum_is_named(
    driver: Driver, bootstrap: str, broker_home: Path, database: str
) -> None:
    *_, last = await publish(bootstrap, 5)
    await hear_all(driver, bootstrap)
    assert (await verify(database, bootstrap, deep=True)).ok
    await publish(bootstrap, 1)
    folder = broker_home / "kafka" / "data" / f"{TOPIC}-{PARTITION}"
    forge(folder, b'"visit_id":"V4","person_id":"P4"', b'"visit_id":"V4","person_id":"P5"')
    report = await verify(database, bootstrap)
    assert named(report) == [("LOG_CHANGED", f"{PLACE}@{last}", "body")]
    assert report.not_heard_yet == 1


async def test_the_log_shows_what_was_changed_in_the_trail(
    driver: Driver, bootstrap: str, intruder: Tx, database: str
) -> None:
    await publish(bootstrap, 2)
    await hear_all(driver, bootstrap)
    await intruder.execute(
        "UPDATE record SET envelope = replace(envelope, 'huaxi', 'huaxy') WHERE number = 2"
    )
    faults = named(await verify(database, bootstrap))
    assert faults == [("RECORD_CHANGED", f"{PLACE}@1", "source")]


async def test_a_log_whose_checksum_is_wrong_is_named(
    driver: Driver, bootstrap: str, broker_home: Path, database: str
) -> None:
    topic = "casepage.pages"
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    [raw] = log_of(1)
    await producer.send_and_wait(topic, raw.value, raw.key, PARTITION, headers=list(raw.headers))
    await producer.stop()
    await hear_all(driver, bootstrap, topic)
    [segment] = (broker_home / "kafka" / "data" / f"{topic}-{PARTITION}").glob("*.log")
    segment.write_bytes(segment.read_bytes().replace(b'"V0"', b'"V1"'))
    report = await verify(database, bootstrap)
    assert [(f.code, f.place) for f in report.faults] == [("LOG_UNREADABLE", f"{topic}/{PARTITION}")]


async def test_a_root_that_was_published_cannot_be_computed_anew(
    driver: Driver, bootstrap: str, intruder: Tx, database: str
) -> None:
    [decision] = await driver.due("seal", 0, march(2))
    sealed = decision.facts[0]
    assert isinstance(sealed, RootSealed)
    await say(bootstrap, sealed, driver)
    assert (await verify(database, bootstrap)).ok
    await intruder.execute("UPDATE root SET sealed_on = '2026-03-05'")
    faults = named(await verify(database, bootstrap))
    assert faults == [
        ("ROOT_DIFFERS", "audit.events/0", "2026-03-02 root"),
        ("ROOT_DIFFERS", "audit.events/0", "2026-03-05 root"),
    ]


async def say(bootstrap: str, sealed: RootSealed, driver: Driver, sequence: int = 1) -> None:
    """Publishes a root as the service does, and keeps how far it has said."""
    await driver.pool.execute(
        "INSERT INTO outlet VALUES ('daily.costs', 0, 'audit.events', 0, $1)"
        " ON CONFLICT (topic, partition, to_topic, to_partition) DO UPDATE SET sequence = $1",
        sequence,
    )
    await append(bootstrap, sealed, driver, sequence)


async def append(bootstrap: str, sealed: RootSealed, driver: Driver, sequence: int) -> None:
    """Puts a root at the end of the log, in the name of the service's stream."""
    record = encode_fact(
        sealed, driver.message(admission(1)), id="r1", service="audit", time=b"2026-03-02", key=sealed.key
    )
    said = [
        ("ce_stream", b"audit/daily.costs/0"),
        ("ce_sequence", b"%d" % sequence),
        ("ce_previous", b"%d" % (sequence - 1)),
    ]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait(
        "audit.events", record.value, record.key, 0, headers=[*record.headers, *said]
    )
    await producer.stop()


async def test_a_rewritten_trail_is_not_made_whole_by_a_root_that_a_stranger_appends(
    driver: Driver, bootstrap: str, intruder: Tx, database: str
) -> None:
    [decision] = await driver.due("seal", 0, march(9))
    sealed = decision.facts[0]
    assert isinstance(sealed, RootSealed)
    await say(bootstrap, sealed, driver, 2)
    forged = sealed.model_copy(update={"root": "ab" * 32})
    await intruder.execute("UPDATE root SET root = $1", bytes.fromhex(forged.root))
    await append(bootstrap, forged, driver, 3)
    faults = [fault for fault in named(await verify(database, bootstrap)) if "03-09" in fault[2]]
    assert ("ROOT_FOREIGN", "2026-03-09 root") in [(code, differs) for code, _, differs in faults]
    assert ("ROOT_DIFFERS", "audit.events/0", "2026-03-09 root") in faults


def test_each_fault_has_words_in_both_languages() -> None:
    assert all(words.zh and words.en for words in FAULTS.values())
