"""The peer on Faust: one plain agent.

`python -m tests.bench.peer_faust KAFKA DSN PARTITIONS TOPIC COUNT` prints its rate.
"""

import asyncio
import json
import logging
import sys
import tempfile
from typing import Any

import faust
import uvloop

from tests.bench.peer import Peer


async def main(kafka: str, dsn: str, partitions: int, topic: str, count: int) -> int:
    """Settles `count` messages; gives the rate a second."""
    peer = Peer(kafka, dsn, partitions, count)
    await peer.start()
    with tempfile.TemporaryDirectory() as folder:
        app = faust.App(
            "bench-faust",
            broker=f"kafka://{kafka}",
            datadir=folder,
            web_enabled=False,
            topic_partitions=partitions,
            consumer_auto_offset_reset="earliest",
        )
        inbound = app.topic(topic, key_serializer="raw", value_serializer="raw")

        @app.agent(inbound)
        async def settle(stream: Any) -> None:
            async for event in stream.events():
                message = event.message
                headers = list(dict(message.headers).items())
                await peer.settle(message.partition, message.offset, message.key, message.value, headers)

        async with app:
            async with asyncio.timeout(600):
                await peer.finished.wait()
            rate = peer.rate
    await peer.stop()
    return rate


if __name__ == "__main__":
    logging.disable()
    given = sys.argv
    print(json.dumps({"per_s": uvloop.run(main(given[1], given[2], int(given[3]), given[4], int(given[5])))}))
