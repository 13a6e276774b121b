"""Asks the bus what a transaction wants, one request after another, and never blindly twice.

What may have been sent before is asked for its outcome first; only what was never heard is sent again, and at
a desk whose time is over it is cancelled instead.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from shared.adapter.desk import Desk
from shared.adapter.positions import Positions
from shared.adapter.refused import RefusedError, accepted
from shared.bus.client.client import Connection
from shared.bus.client.unanswered import Asked, ListeningEndedError, OutcomeUnknownError
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import Call, Manner, Told, Transaction, Wanted
from shared.gateway.kept import Kept
from shared.gateway.store import Store
from shared.messages.answer import Answer
from shared.messages.body import Question, Result

log = structlog.get_logger()
T = TypeVar("T")
PAUSE_S = 1.0


class Asker:
    """One node's line to the bus; `patience_s` is how long it waits for an answer at most."""

    def __init__(self, bootstrap: str, node_id: str, store: Store, patience_s: float) -> None:
        self._connection, self._store = Connection(bootstrap, node_id), store
        self._try_s = min(patience_s, 10.0)
        self._positions, self._desks = Positions(), dict[str, Desk]()
        self._connected, self._connecting = asyncio.Event(), asyncio.Lock()

    async def connect(self) -> None:
        """Connects, and goes on trying while the bus is away; what comes meanwhile is kept."""
        while not self._connected.is_set():
            try:
                await self._connection.start()
                self._connected.set()
            except Exception as error:  # whatever it is, what was taken waits
                log.warning("gateway.no_bus", error=type(error).__name__)
                await self._connection.stop()
                await asyncio.sleep(PAUSE_S)

    async def stop(self) -> None:
        """Closes the line."""
        await self._connection.stop()

    async def run(self, transaction: Transaction, call: Call[Any], kept: Kept | None) -> Told:
        """Runs a transaction to its end. Raises what stopped it, as OutcomeUnknownError."""
        steps, number = transaction.run(call), 0
        result: Result | None = None
        failed: Exception | None = None
        while True:
            try:
                wanted = steps.throw(failed) if failed else steps.send(result)  # type: ignore[arg-type]
            except StopIteration as end:
                told: Told = end.value
                return told
            if kept and not isinstance(wanted.body, Question):
                number += 1
            result, failed = await self._result(wanted, kept, number, transaction.manner, call.institution_id)

    async def _result(
        self, wanted: Wanted, kept: Kept | None, number: int, manner: Manner, institution_id: str
    ) -> tuple[Result | None, Exception | None]:
        """The result, or the failure that is to be thrown into the transaction."""
        desk = self._desk(institution_id)
        try:
            if kept is None or isinstance(wanted.body, Question):
                answer = await self._question(desk, wanted, kept, manner)
            else:
                answer = await self._change(desk, wanted, kept, number, manner)
            return accepted(answer).result, None
        except (FaultError, RefusedError, OutcomeUnknownError) as error:
            return None, error

    async def _question(self, desk: Desk, wanted: Wanted, kept: Kept | None, manner: Manner) -> Answer:
        if kept is None:
            return await self._connected_then(lambda: desk.answer_to(wanted.body, None, wanted.topic))
        return await self._until_heard(lambda: desk.answer_to(wanted.body, None, wanted.topic), kept, manner)

    async def _change(self, desk: Desk, wanted: Wanted, kept: Kept, number: int, manner: Manner) -> Answer:
        asked = Asked(f"{kept.msgid}.{number}", wanted.topic, wanted.body.key)
        before = await self._store.find(kept.msgid)
        noted = before.asked if before else ()
        tried = asked.id in {one.id for one in noted}
        while True:
            if tried:
                answer = await self._until_heard(lambda: desk.query_outcome(asked))
                if answer.code != "UNKNOWN_ORIGINAL":
                    return answer
                if self._late(kept, manner):
                    await self._until_heard(lambda: desk.cancel(asked, "EXPIRED"))
            if self._late(kept, manner):
                raise FaultError("EXPIRED", kept.msgid)
            if not tried:
                await self._store.note_asked(kept.msgid, (*noted, asked))
            try:
                return await self._connected_then(lambda: desk.answer_to(wanted.body, asked.id, asked.topic))
            except OutcomeUnknownError:
                tried = True

    def _late(self, kept: Kept, manner: Manner) -> bool:
        return manner == "desk" and kept.is_late(datetime.now(UTC))

    async def _until_heard(
        self, ask: Callable[[], Awaitable[T]], kept: Kept | None = None, manner: Manner = "kept"
    ) -> T:
        while True:
            if kept and self._late(kept, manner):
                raise FaultError("EXPIRED", kept.msgid)
            try:
                return await self._connected_then(ask)
            except OutcomeUnknownError:
                await asyncio.sleep(PAUSE_S)

    async def _connected_then(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks over the line, which is opened anew where it has ended."""
        try:
            async with asyncio.timeout(self._try_s):
                await self._connected.wait()
            return await ask()
        except TimeoutError:
            raise OutcomeUnknownError(Asked("", "", "")) from None
        except ListeningEndedError:
            async with self._connecting:
                self._connected.clear()
                await self._connection.stop()
                await self.connect()
            raise OutcomeUnknownError(Asked("", "", "")) from None

    def _desk(self, institution_id: str) -> Desk:
        if institution_id not in self._desks:
            self._desks[institution_id] = Desk(
                self._connection, institution_id, timeout_s=self._try_s, positions=self._positions
            )
        return self._desks[institution_id]
