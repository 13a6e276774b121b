"""The peer on FastStream: one subscriber, one message at a time; its acknowledgements are its default's.

`python -m tests.bench.peer_faststream KAFKA DSN PARTITIONS TOPIC COUNT` prints its rate.
"""

import asyncio
import json
import logging
import sys
from typing import Any

import uvloop
from faststream.kafka import KafkaBroker, KafkaMessage

from tests.bench.peer import Peer


async def main(kafka: str, dsn: str, partitions: int, topic: str, count: int) -> int:
    """Settles `count` messages; gives the rate a second."""
    peer = Peer(kafka, dsn, partitions, count)
    await peer.start()
    broker = KafkaBroker(kafka, logger=None)

    # It would answer any reply header by itself.
    @broker.subscriber(topic, group_id="bench-faststream", auto_offset_reset="earliest", no_reply=True)
    async def settle(message: KafkaMessage) -> None:
        record: Any = message.raw_message
        await peer.settle(record.partition, record.offset, record.key, record.value, record.headers)

    async with broker:
        await broker.start()
        async with asyncio.timeout(600):
            await peer.finished.wait()
    await peer.stop()
    return peer.rate


if __name__ == "__main__":
    logging.disable()
    given = sys.argv
    print(json.dumps({"per_s": uvloop.run(main(given[1], given[2], int(given[3]), given[4], int(given[5])))}))
