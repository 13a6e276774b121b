"""Invented visits for the benchmarks: decided by settlement's own rules, straight on the database."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from services.settlement import SERVICE
from shared.bus.admin import Admin
from shared.bus.message import Message
from shared.bus.partition import partition_of
from shared.bus.topics import reply_topic
from shared.bus.wire import Record, encode_fact, encode_request
from shared.identity import derive
from shared.messages.body import Body
from shared.messages.enrollment.registers import DayOpened
from shared.messages.settlement.visits import AdmitPatient, DischargePatient, SettleVisit, UploadCosts
from tests.given.driver import Driver
from tests.settlement.given import world

DAY = date(2026, 3, 2)
NODES = 50  # of the desks; the nodes after them upload by night
NIGHT_NODES = 5
BATCH = 500
LINES = 4
TOTAL_FEN = LINES * 10_000
TOPIC, NIGHT_TOPIC = "realtime.encounters", "daily.costs"


def node_of(number: int) -> str:
    """The node whose hospital visit `number` is in."""
    return f"node-{number % NODES:02d}"


def hospital_of(number: int) -> str:
    """The hospital of visit `number`."""
    return f"H510100{number % NODES:05d}"


def names(number: int) -> dict[str, Any]:
    """What every request about visit `number` names; each person has four visits."""
    return {
        "visit_id": f"visit-{number}",
        "person_id": f"person-{number // 4}",
        "institution_id": hospital_of(number),
    }


def stay(number: int) -> list[Body]:
    """A visit from admission to discharge, with one upload, ready to be settled; a week from the next."""
    day = DAY - timedelta(weeks=number % 4)
    lines = [world.line(n, price="100") for n in range(LINES)]
    return [
        AdmitPatient(**names(number), admitted_on=day, credential="01"),
        UploadCosts(
            **names(number),
            upload_id=f"upload-{number}",
            cost_on=day,
            lines=tuple(lines),
            control=world.control(LINES, TOTAL_FEN),
        ),
        DischargePatient(**names(number), discharged_on=day, way="1"),
    ]


def settle(number: int) -> SettleVisit:
    """The settle command of visit `number`."""
    return SettleVisit(**names(number), control=world.control(LINES, TOTAL_FEN))


async def fill(
    dsn: str, visits: int, progress: Callable[[int], None] = lambda _: None, first: int = 0
) -> None:
    """Brings `visits` visits to their discharge, and whatever they need."""
    driver = await Driver.open(SERVICE, dsn)
    await _register(driver)
    for start in range(first, first + visits, BATCH):
        numbers = range(start, min(start + BATCH, first + visits))
        persons = sorted({names(n)["person_id"] for n in numbers})
        await driver.hear(*(world.coverage(person) for person in persons), source="enrollment")
        requests = [driver.message(b, source=node_of(n), day=DAY) for n in numbers for b in stay(n)]
        await driver.hear(*requests)
        progress(numbers.stop - first)
    await driver.close()


async def _register(driver: Driver) -> None:
    numbers = range(NODES + NIGHT_NODES)
    async with driver.pool.acquire() as connection:
        await connection.executemany(
            "INSERT INTO node VALUES ($1, $1, 'hospital') ON CONFLICT DO NOTHING",
            [(f"node-{n:02d}",) for n in numbers],
        )
    places = [world.institution(f"H510100{n:05d}", node=f"node-{n:02d}") for n in numbers]
    registers = (world.agreement(), world.policy(), world.tiers(), world.catalogue())
    await driver.hear(*places, *registers, source="enrollment")


async def open_desk(kafka: str, partitions: int, others: Sequence[str] = ()) -> None:
    """Makes the reply topics of the nodes and of `others`, and opens the day, both as enrollment does."""
    nodes = [f"node-{n:02d}" for n in range(NODES + NIGHT_NODES)]
    await Admin(kafka).ensure_reply_topics(reply_topic(node) for node in (*nodes, *others))
    fact = DayOpened(opened_on=DAY, is_working_day=True, working_day_number=1)
    cause = Message(TOPIC, 0, 0, "days", "bench", "day", fact.wire_type(), fact)
    record = encode_fact(
        fact, cause, id="day", service="enrollment", time=b"2026-03-02T00:00:00Z", key=fact.key
    )
    place = (("ce_stream", b"enrollment/registry.commands/0"), ("ce_sequence", b"1"), ("ce_previous", b"0"))
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for topic in (TOPIC, NIGHT_TOPIC, "casepage.pages"):
            for partition in range(partitions):
                await producer.send_and_wait(
                    topic, record.value, record.key, partition, headers=[*record.headers, *place]
                )


def commands(count: int, first: int = 0) -> Iterator[tuple[int, Record]]:
    """Settle commands with the partition of each."""
    now = datetime.now(UTC).isoformat()
    for number in range(first, first + count):
        body = settle(number)
        id = derive("settle", str(number))
        yield number, encode_request(body, id=id, source=node_of(number), time=now)


async def produce(kafka: str, topic: str, partitions: int, records: Iterator[tuple[int, Record]]) -> None:
    """Puts commands on their topic."""
    async with AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, max_batch_size=256_000, linger_ms=5
    ) as producer:
        for _, record in records:
            where = partition_of(record.key.decode(), partitions)
            await producer.send(topic, record.value, record.key, where, headers=record.headers)
        await producer.flush()
