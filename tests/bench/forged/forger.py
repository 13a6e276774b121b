"""The forger: puts bad records on the topics evenly over a time, by a client that writes any bytes.

`python -m tests.bench.forged.forger KAFKA PARTITIONS RECORDS SECONDS PERSONS SEED`; each line it says is how
many are sent.
"""

import sys
import time

from confluent_kafka import Producer

from tests.bench.forged.shapes import Forged, forge

HEAVY = 40
TRANSACTIONS = 10
TOLD_EACH = 100
OPEN_MS = 60_000


def run(kafka: str, partitions: int, records: int, seconds: float, persons: int, seed: int) -> None:
    """Sends all of them; some in Kafka transactions that are left open, as a node that dies leaves them."""
    producer = Producer({"bootstrap.servers": kafka, "message.max.bytes": 1_048_000})
    left_open: list[Producer] = []
    began = time.monotonic()
    for number, (_, forged) in enumerate(forge(records, partitions, persons, HEAVY, seed)):
        if (pause_s := began + seconds * number / records - time.monotonic()) > 0:
            producer.poll(pause_s)
            time.sleep(max(began + seconds * number / records - time.monotonic(), 0))
        _send(producer, forged)
        if len(left_open) < TRANSACTIONS and number % (records // TRANSACTIONS) == 0:
            left_open.append(_leave_open(kafka, len(left_open), forged))
        if number % TOLD_EACH == 0:
            print(number, flush=True)
    producer.flush(30)
    print(records, flush=True)


def _send(producer: Producer, forged: Forged) -> None:
    producer.produce(
        forged.topic,
        partition=forged.partition,
        key=forged.key,
        value=forged.value,
        headers=list(forged.headers),  # type: ignore[arg-type]  # names of any bytes: that is the point
        timestamp=forged.timestamp_ms,
    )
    producer.poll(0)


def _leave_open(kafka: str, number: int, forged: Forged) -> Producer:
    """A producer with a transaction that it neither commits nor aborts, if the broker lets it have one."""
    producer = Producer(
        {
            "bootstrap.servers": kafka,
            "transactional.id": f"forger-{number}",
            "transaction.timeout.ms": OPEN_MS,
        }
    )
    try:
        producer.init_transactions(10)
        producer.begin_transaction()
        _send(producer, forged)
        producer.flush(10)
    except Exception as error:
        print(f"no transaction: {type(error).__name__}", file=sys.stderr, flush=True)
    return producer


if __name__ == "__main__":
    given = sys.argv[1:]
    run(given[0], int(given[1]), int(given[2]), float(given[3]), int(given[4]), int(given[5]))
