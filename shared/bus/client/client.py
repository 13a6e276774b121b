"""A node's connection to the bus: sends requests, and reads answers and notices from its own reply topic.

A request without an answer is sent again with the same id and bytes, which is safe: a request is decided
once. Nothing here depends on what is asked.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from shared.bus.admin import Admin
from shared.bus.client import notices
from shared.bus.client.notices import OnNotice
from shared.bus.client.unanswered import Asked, BodyTooLargeError, ListeningEndedError, OutcomeUnknownError
from shared.bus.consumer import Consumer, raw_of
from shared.bus.fault import describe
from shared.bus.message import Position
from shared.bus.topics import reply_topic
from shared.bus.wire import (
    MAX_BODY_BYTES,
    Record,
    Undecoded,
    decode,
    encode_request,
    format_positions,
    parse_positions,
)
from shared.messages.answer import Answer
from shared.messages.body import Body
from shared.messages.wire_types import ANSWER_TYPE

log = structlog.get_logger()
PATIENCE_S = 30.0
FIRST_WAIT_S, LONGEST_WAIT_S = 7.0, 20.0  # longer than a request may stand aside before it is answered
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
IN_FLIGHT = 512


class Reply(NamedTuple):
    """An answer and the positions of the facts behind it; `asked` names the request."""

    answer: Answer
    positions: tuple[Position, ...]
    asked: Asked


@dataclass(slots=True)
class _Request:
    asked: Asked
    record: Record


class Connection:
    """One node's connection. `start` it before the first request; `stop` it at the end (or `async with`).

    `on_notice` is called with each notice (通知) that comes meanwhile; those that came before are read by a
    `Listener` on the reply topic.
    """

    def __init__(
        self, bootstrap: str, node_id: str, *, in_flight: int = IN_FLIGHT, on_notice: OnNotice | None = None
    ) -> None:
        self.bootstrap, self.node_id = bootstrap, node_id
        self._on_notice = on_notice
        self._room = asyncio.Semaphore(in_flight)
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._producer: AIOKafkaProducer | None = None
        self._consumer: Consumer | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Connection":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Creates the reply topic if it is missing, and listens to all that comes from now on.

        Where no bus is, its clients fail at once; the administration would hold a thread for its time limit,
        which who gives up has to wait for.
        """
        place = TopicPartition(reply_topic(self.node_id), 0)
        self._producer = _producer(self.bootstrap, self.node_id)
        self._consumer = _consumer(self.bootstrap, self.node_id)
        await self._producer.start()
        await self._consumer.start()
        await Admin(self.bootstrap).ensure_reply_topics([place.topic])
        self._consumer.assign([place])
        ends = await self._consumer.end_offsets([place])
        self._consumer.seek(place, ends[place])
        self._listening = asyncio.create_task(self._listen(self._consumer))
        self._listening.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Closes the connection; a task that still waits for an answer gets ListeningEndedError."""
        if self._listening:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        for client in (self._consumer, self._producer):
            if client:
                await client.stop()

    async def ask(
        self,
        body: Body,
        *,
        topic: str | None = None,
        id: str | None = None,
        after: Sequence[Position] = (),
        valid_for_s: float | None = None,
        correlation_id: str = "",
        timeout_s: float = PATIENCE_S,
    ) -> Reply:
        """Sends a request and gives its answer, accepted or refused; the same id gets the same answer.

        `after`: facts that must have been heard first. `valid_for_s`: after so many seconds the request must
        not take effect. Raises BodyTooLargeError before anything is sent, OutcomeUnknownError after
        `timeout_s`, and ListeningEndedError if no answer can be heard any more.
        """
        request = self._request(body, topic, id, after, valid_for_s, correlation_id)
        async with self._room:
            return await self._until_answered(request, timeout_s)

    async def tell(
        self,
        body: Body,
        *,
        topic: str | None = None,
        id: str | None = None,
        after: Sequence[Position] = (),
        valid_for_s: float | None = None,
        correlation_id: str = "",
    ) -> Asked:
        """Sends a request once and waits until Kafka has it, not for its answer. Raises BodyTooLargeError."""
        request = self._request(body, topic, id, after, valid_for_s, correlation_id)
        await self._send(request)
        return request.asked

    def _request(
        self,
        body: Body,
        topic: str | None,
        id: str | None,
        after: Sequence[Position],
        valid_for_s: float | None,
        correlation_id: str,
    ) -> _Request:
        now = datetime.now(UTC)
        until = _wire_time(now + timedelta(seconds=valid_for_s)) if valid_for_s is not None else ""
        asked = Asked(id or uuid4().hex, topic or body.TOPICS[0], body.key)
        record = encode_request(
            body,
            id=asked.id,
            source=self.node_id,
            time=_wire_time(now),
            correlation_id=correlation_id,
            after=format_positions(after),
            valid_until=until,
        )
        if len(record.value) > MAX_BODY_BYTES:
            raise BodyTooLargeError(len(record.value))
        return _Request(asked, record)

    async def _until_answered(self, request: _Request, timeout_s: float) -> Reply:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        wait_s, pause_s = FIRST_WAIT_S, FIRST_PAUSE_S
        while True:
            reply = await self._once(request, min(wait_s, deadline - loop.time()))
            # Sent again without time to hear the outcome, a known "not yet" would become an unknown outcome.
            if reply and (reply.answer.code != "TRY_AGAIN" or loop.time() + FIRST_WAIT_S > deadline):
                return reply
            if loop.time() >= deadline:
                self._waiting.pop(request.asked.id, None)
                raise OutcomeUnknownError(request.asked)
            if reply:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _once(self, request: _Request, wait_s: float) -> Reply | None:
        """Sends the request and waits a while; None: no answer yet, or the broker is away."""
        assert self._listening, "the connection is not started"
        if self._listening.done():
            raise ListeningEndedError(self.node_id, _cause(self._listening))
        waiter = self._waiting.get(request.asked.id)
        if waiter is None:
            waiter = self._waiting[request.asked.id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(max(wait_s, 0)):
                await self._send(request)
                return (await asyncio.shield(waiter))._replace(asked=request.asked)
        except TimeoutError:
            return None
        except KafkaError as error:
            log.warning("client.send_failed", node=self.node_id, error=describe(error))
            await asyncio.sleep(FIRST_PAUSE_S)
            return None

    async def _send(self, request: _Request) -> None:
        assert self._producer, "the connection is not started"
        record = request.record
        await self._producer.send_and_wait(
            request.asked.topic, value=record.value, key=record.key, headers=record.headers
        )

    async def _listen(self, consumer: Consumer) -> None:
        while True:
            try:
                polled = await consumer.getmany(timeout_ms=1000)
            except KafkaError as error:
                log.warning("client.listen_failed", node=self.node_id, error=describe(error))
                await asyncio.sleep(FIRST_PAUSE_S)
                continue
            for records in polled.values():
                for record in records:
                    self._hear(record)

    def _ended(self, listening: "asyncio.Task[None]") -> None:
        """Raises ListeningEndedError at once in all that wait for answers, after a failure or a `stop`."""
        error = _cause(listening)
        if error:
            log.error("client.listening_ended", node=self.node_id, error=describe(error))
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(ListeningEndedError(self.node_id, error))
        self._waiting.clear()

    def _hear(self, record: Any) -> None:
        """Hands an answer to the task that waits for it; an answer that no task waits for is a repeat.

        A notice may be caused by another node's request with the same id, so it answers none of this node's.
        An answer that cannot be read is dropped: the task goes on waiting, and sends its request again.
        """
        headers = dict(record.headers)
        if headers.get("ce_type") != ANSWER_TYPE.encode():
            notices.hand_over(record, self.node_id, self._on_notice)
            return
        id = (headers.get("ce_causationid") or b"").decode(errors="replace")
        waiter = self._waiting.get(id)
        if waiter is None or waiter.done():
            return
        body = decode(raw_of(record)).body
        try:
            positions = parse_positions((headers.get("ce_position") or b"").decode())
        except (ValueError, IndexError):
            body, positions = Undecoded(code="JUNK"), ()
        if not isinstance(body, Answer):
            log.error("client.answer_unreadable", node=self.node_id, id=id)
            return
        del self._waiting[id]
        waiter.set_result(Reply(body, positions, Asked(id, "", "")))


def _cause(listening: "asyncio.Task[None]") -> BaseException | None:
    return None if listening.cancelled() else listening.exception()


def _wire_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _producer(bootstrap: str, node_id: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=f"yidi-node-{node_id}",
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=262_144,
        max_request_size=1_040_000,
        compression_type="lz4",
        request_timeout_ms=10_000,
    )


def _consumer(bootstrap: str, node_id: str) -> Consumer:
    return Consumer(bootstrap, client_id=f"yidi-node-{node_id}", auto_offset_reset="earliest")
