"""Topics as they are on the broker: created from the table, and recognised by their ids.

A wiped broker comes back under the same address and cluster id, but every topic has a new id; whoever reads
or writes on as if nothing had happened loses messages. So both ids are kept beside each stream's position.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.cimpl import NewTopic

from shared.bus.topics import TOPICS, Topic, partition_count
from shared.stack import StackError

_TIMEOUT_S = 20
_SPEC: Any = OffsetSpec
_LOOKS, _LOOK_S = 20, 0.1
_DAY_MS = 86_400_000
# What a broker answers for a moment: of a topic that was just made, and after it was away itself.
_NO_LEADER = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.OFFSET_NOT_AVAILABLE,
    KafkaError.KAFKA_STORAGE_ERROR,
)
REPLY_DAYS = 7


class TopicsDifferError(StackError):
    """A topic has not as many partitions as the settings say: keys would be sought in the wrong ones."""

    def __init__(self, topic: str, found: int, expected: int, fits: int, partitions: int) -> None:
        zh, en = (
            (f"请设置 YIDI_PARTITIONS={fits}。", f"Set YIDI_PARTITIONS={fits}.")
            if fits
            else (
                "该主题并非由本系统建立：趁其中尚无报文将其删除，再执行 yidi migrate。",
                "It was not made by yidi: delete it while nothing stands in it, then run `yidi migrate`.",
            )
        )
        super().__init__(
            f"主题 {topic} 有 {found} 个分区，按 YIDI_PARTITIONS={partitions} 应为 {expected} 个；"
            f"分区数一经建立不可更改。{zh}",
            f"Topic {topic} has {found} partitions, and must have {expected} by YIDI_PARTITIONS={partitions};"
            f" a topic's partitions do not change. {en}",
        )


def find_differing(counts: Mapping[str, int], partitions: int) -> tuple[str, int, int, int] | None:
    """Finds the first topic whose number of partitions is not the one set; None if all have it. Pure.

    Gives its name, the number it has and should have, and the setting that all topics would fit (0: none).
    """
    differing = [name for name, count in counts.items() if count != partition_count(name, partitions)]
    if not differing:
        return None
    name = differing[0]
    fits = counts[name]
    if any(count != partition_count(other, fits) for other, count in counts.items()):
        fits = 0
    return name, counts[name], partition_count(name, partitions), fits


class Admin:
    """The broker's administration; calls run in threads, since the client blocks."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._client = self._connect()

    async def ensure_topics(self, partitions: int) -> None:
        """Creates the declared topics that are missing. Raises TopicsDifferError."""
        await self.compare(partitions)
        wanted = [_new_topic(topic, partitions) for topic in TOPICS.values()]
        await asyncio.to_thread(self._create, wanted)

    async def compare(self, partitions: int) -> dict[str, int]:
        """Counts the partitions of each declared topic that exists. Raises TopicsDifferError."""
        found = await asyncio.to_thread(self._client.list_topics, timeout=_TIMEOUT_S)
        counts = {name: len(found.topics[name].partitions) for name in TOPICS if name in found.topics}
        if differing := find_differing(counts, partitions):
            raise TopicsDifferError(*differing, partitions)
        return counts

    async def check_topics(self, partitions: int) -> None:
        """Raises StackError unless every declared topic exists with as many partitions as the settings say.

        A broker may not list a topic yet that was just created, so a missing one is looked for about 2 s.
        """
        for _ in range(_LOOKS):
            if not (missing := sorted(TOPICS.keys() - (await self.compare(partitions)).keys())):
                return
            await asyncio.sleep(_LOOK_S)
        raise StackError(
            f"主题 {missing[0]} 等 {len(missing)} 个不存在，请先执行 yidi up 或 yidi migrate。",
            f"{len(missing)} topics are missing, as {missing[0]}: run `yidi up` or `yidi migrate` first.",
        )

    async def ensure_reply_topics(self, topics: Iterable[str]) -> None:
        """Creates the nodes' reply topics that are missing, all at once."""
        config = {"retention.ms": str(REPLY_DAYS * _DAY_MS)}
        await asyncio.to_thread(self._create, [NewTopic(topic, 1, config=config) for topic in topics])

    async def identify(self, topics: Sequence[str]) -> tuple[str, dict[str, str]]:
        """The cluster's id and each topic's; a topic that is missing is absent."""
        return await asyncio.to_thread(self._identify, topics)

    async def begins(self, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offset at which the log of each partition begins: earlier records have expired."""
        return await asyncio.to_thread(self._offsets, places, _SPEC.earliest())

    async def ends(self, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offset after the last record of each partition."""
        return await asyncio.to_thread(self._offsets, places, _SPEC.latest())

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 if it is missing."""
        metadata = await asyncio.to_thread(self._client.list_topics, topic, _TIMEOUT_S)
        return len(metadata.topics[topic].partitions)

    def _connect(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self._bootstrap, "log_level": 0})

    def _create(self, wanted: list[NewTopic]) -> None:
        present = self._client.list_topics(timeout=_TIMEOUT_S).topics
        missing = [topic for topic in wanted if topic.topic not in present]
        for future in self._client.create_topics(missing).values() if missing else ():
            try:
                future.result(_TIMEOUT_S)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise

    def _identify(self, topics: Sequence[str]) -> tuple[str, dict[str, str]]:
        # Not describe_cluster: a broker that was away may name no broker at first, not even itself, and the
        # library then ends the whole process (an assertion on the empty answer). A topic's name avoids that.
        cluster_id = self._client.list_topics(next(iter(topics), None), _TIMEOUT_S).cluster_id
        described = self._client.describe_topics(TopicCollection(list(topics)), request_timeout=_TIMEOUT_S)
        ids = {name: _topic_id(future) for name, future in described.items()}
        return str(cluster_id), {name: id for name, id in ids.items() if id}

    def _offsets(self, places: Collection[tuple[str, int]], spec: Any) -> dict[tuple[str, int], int]:
        wanted = {TopicPartition(*place): spec for place in places}
        for _ in range(_TIMEOUT_S * 10):
            asked = self._client.list_offsets(wanted, request_timeout=_TIMEOUT_S)
            try:
                return {(tp.topic, tp.partition): f.result(_TIMEOUT_S).offset for tp, f in asked.items()}
            except KafkaException as error:
                if error.args[0].code() not in _NO_LEADER:
                    raise
                time.sleep(0.1)
                self._client = self._connect()  # a client that once saw no leader never looks again
        raise TimeoutError("the topics have no leader")


def _topic_id(described: Any) -> str:
    try:
        return str(described.result(_TIMEOUT_S).topic_id)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise
        return ""


def _new_topic(topic: Topic, partitions: int) -> NewTopic:
    retention_ms = -1 if topic.retention_days < 0 else topic.retention_days * _DAY_MS
    config = {"retention.ms": str(retention_ms), "cleanup.policy": "compact" if topic.compacted else "delete"}
    return NewTopic(topic.name, partition_count(topic.name, partitions), config=config)
