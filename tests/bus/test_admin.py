"""What a broker answers for a moment, after it was away or of a topic just made, ends no process."""

from collections.abc import Mapping
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from shared.bus.admin import Admin


class Broker:
    """A client whose broker answers the first question for offsets with an error, and then says 7."""

    def __init__(self, error: int) -> None:
        self.errors = [error]

    def list_offsets(self, wanted: Mapping[TopicPartition, Any], **_how: Any) -> dict[TopicPartition, Any]:
        told: Future[Any] = Future()
        if self.errors:
            told.set_exception(KafkaException(KafkaError(self.errors.pop())))
        else:
            told.set_result(SimpleNamespace(offset=7))
        return dict.fromkeys(wanted, told)


@pytest.mark.parametrize(
    "error",
    [
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError.KAFKA_STORAGE_ERROR,
    ],
)
async def test_offsets_are_asked_again_while_a_broker_finds_its_way(
    monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    broker = Broker(error)
    monkeypatch.setattr(Admin, "_connect", lambda _admin: broker)
    assert await Admin("").ends([("realtime.filings", 0)]) == {("realtime.filings", 0): 7}


async def test_an_error_that_lasts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    monkeypatch.setattr(Admin, "_connect", lambda _admin: broker)
    with pytest.raises(KafkaException):
        await Admin("").ends([("realtime.filings", 0)])
