"""A bare echo: what comes on one topic goes to another, as it is. The least that any round trip costs.

`python -m tests.bench.echo_service KAFKA` runs until it is told to stop.
"""

import gc
import sys

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

ASKED, ECHOED = "bench.echo", "bench.echoed"
PARTITIONS = 6


async def main(kafka: str) -> None:
    """Echoes from the end of the topic on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=200)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(ASKED, partition) for partition in range(PARTITIONS)])
    await consumer.seek_to_end()
    gc.freeze()
    print("ready", flush=True)
    while True:
        polled = await consumer.getmany(timeout_ms=100)
        for records in polled.values():
            for record in records:
                await producer.send(ECHOED, record.value, record.key, partition=0)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
