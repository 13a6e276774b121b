"""A batch is what is there, over all streams, and one transaction."""

from aiokafka import AIOKafkaProducer

from shared.bus.partition import partition_of
from shared.bus.stream import TURN_BYTES
from shared.bus.wire import MAX_BODY_BYTES, encode_request
from tests.bus.given.scene import NODE, Scene, filing

# xmin is the transaction that wrote a row


async def test_what_is_there_is_decided_in_one_transaction(scene: Scene) -> None:
    for number in range(100):
        await scene.send(filing(f"f{number}"))
    await scene.start()
    await scene.hear("r100")
    [(transactions, turns)] = await scene.fetch(
        "SELECT count(DISTINCT e.xmin::text), (SELECT max(turn) FROM referral.stream) FROM referral.effect e"
    )
    assert transactions == turns
    assert turns < 10


async def test_one_transaction_takes_from_several_streams(scene: Scene) -> None:
    for number in range(60):
        await scene.send(filing(f"f{number}", person=f"P{number}"))
    await scene.start()
    await scene.collect(lambda: len(scene.answers) == 60, "not all were answered")
    together = await scene.fetch(
        "SELECT count(DISTINCT person_id) FROM referral.effect GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1"
    )
    assert together > [(6,)]


async def test_each_message_of_a_batch_sees_what_the_ones_before_it_changed(scene: Scene) -> None:
    for number in range(100):
        await scene.send(filing(f"f{number}"))
    await scene.start()
    await scene.hear("r100")
    assert await scene.fetch("SELECT request_id FROM referral.effect ORDER BY number") == [
        (f"r{number}",) for number in range(1, 101)
    ]
    assert await scene.fetch("SELECT * FROM referral.tally") == [("P1", 100)]


async def test_a_batch_of_heavy_requests_takes_no_more_bytes_than_a_turn_may_hold(scene: Scene) -> None:
    heavy, count = filing("f1"), 30
    producer = AIOKafkaProducer(
        bootstrap_servers=scene.servers.kafka, compression_type="gzip", max_request_size=MAX_BODY_BYTES
    )
    await producer.start()
    for number in range(count):
        record = encode_request(heavy, id=f"h{number}", source=NODE, time="2026-03-02T00:00:00Z")
        where = partition_of(heavy.key, scene.settings.partitions)
        await producer.send_and_wait(
            heavy.TOPICS[0],
            record.value.ljust(300_000),
            key=record.key,
            headers=record.headers,
            partition=where,
        )
    await producer.stop()
    await scene.start()
    await scene.hear(f"h{count - 1}")
    batches = await scene.fetch("SELECT count(*) FROM referral.effect GROUP BY xmin::text ORDER BY 1")
    most = TURN_BYTES // 300_000 + 1
    assert batches == [(count % most,), *[(most,)] * (count // most)]
