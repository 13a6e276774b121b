"""A client that has nothing but the contract: records as JSON, sent and heard with librdkafka.

`python -m tests.adapter.given.stranger` writes `shared/contracts/visits/stay_answers.json` anew.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from confluent_kafka import Consumer, Producer

from shared.contracts.files import HOME

VISIT, ANSWERS = HOME / "visits" / "stay.json", HOME / "visits" / "stay_answers.json"
# Of an answer's headers those that are the same each time.
STEADY = ("ce_specversion", "content-type", "ce_type", "ce_source", "ce_causationid", "ce_correlationid")
PATIENCE_S = 30.0
Record = dict[str, Any]


def send_visit(kafka: str, records: Sequence[Record]) -> list[Record]:
    """Sends each record once the one before is answered; the answers, without what differs each time."""
    reply = f"reply.{records[0]['headers']['ce_source']}"
    consumer = Consumer(
        {"bootstrap.servers": kafka, "group.id": "stranger", "auto.offset.reset": "earliest", "log_level": 0}
    )
    consumer.subscribe([reply])
    # murmur2 as Kafka's own client has it; librdkafka's default is another one.
    producer = Producer({"bootstrap.servers": kafka, "partitioner": "murmur2_random"})
    told, position = [], ""
    for record in records:
        headers = {**record["headers"], **({"ce_after": position} if record["after"] and position else {})}
        body = json.dumps(record["body"], ensure_ascii=False).encode()
        producer.produce(record["topic"], body, key=record["key"], headers=headers)
        producer.flush(PATIENCE_S)
        answer = _answer(consumer, record["headers"]["ce_id"])
        position = answer["headers"].get("ce_position", position)
        told.append({**answer, "headers": {name: answer["headers"][name] for name in STEADY}})
    consumer.close()
    return told


def _answer(consumer: Consumer, id: str) -> Record:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        message = consumer.poll(1.0)
        if message is None or message.error():
            continue
        told = dict(message.headers() or ())
        headers = {name: value.decode() for name, value in told.items() if isinstance(value, bytes)}
        if headers.get("ce_type") == "yidi.Answer.v1" and headers.get("ce_causationid") == id:
            key = (message.key() or b"").decode()
            return {"key": key, "headers": headers, "body": json.loads(message.value() or b"")}
    raise TimeoutError(f"no answer to {id}")


def main() -> None:
    """Plays the visit against services of its own and keeps what they answer."""
    from tests.adapter.given.town import open_town

    with TemporaryDirectory(prefix="yidi-visit-") as folder, open_town(Path(folder)) as town:
        answers = send_visit(town.servers.kafka, json.loads(VISIT.read_text(encoding="utf-8")))
    ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
