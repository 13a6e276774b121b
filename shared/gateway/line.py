"""A node's line to the bus, kept open: what comes while it is down is kept, and nobody else mends it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from shared.adapter.desk import Desk
from shared.adapter.positions import Positions
from shared.bus.client.client import Connection
from shared.bus.client.unanswered import Asked, ListeningEndedError, OutcomeUnknownError

log = structlog.get_logger()
T = TypeVar("T")
PAUSE_S = 1.0
NOWHERE = Asked("", "", "")


class Line:
    """One node's connection and the desks of its institutions; `try_s`: how long one try may take."""

    def __init__(self, bootstrap: str, node_id: str, try_s: float) -> None:
        self._connection, self._try_s = Connection(bootstrap, node_id), try_s
        self._positions, self._desks = Positions(), dict[str, Desk]()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._down.set()

    async def keep_open(self) -> None:
        """Opens the line, and opens it again whenever it has ended; runs until it is cancelled."""
        was_told = False
        while True:
            await self._down.wait()
            try:
                await self._connection.stop()
                await self._connection.start()
            except Exception as error:  # whatever it is, what was taken waits
                if not was_told:
                    log.warning("gateway.no_bus", error=type(error).__name__)
                was_told = True
                await asyncio.sleep(PAUSE_S)
            else:
                log.info("gateway.connected")
                was_told = False
                self._down.clear()
                self._up.set()

    async def close(self) -> None:
        """Closes the line."""
        with suppress(Exception):
            await self._connection.stop()

    async def ask(self, institution_id: str, ask: Callable[[Desk], Awaitable[T]]) -> T:
        """Asks as an institution. Raises OutcomeUnknownError where no answer came, for whatever reason."""
        try:
            async with asyncio.timeout(self._try_s):
                await self._up.wait()
            return await ask(self._desk(institution_id))
        except TimeoutError:
            raise OutcomeUnknownError(NOWHERE) from None
        except ListeningEndedError:
            self._up.clear()
            self._down.set()
            raise OutcomeUnknownError(NOWHERE) from None

    def _desk(self, institution_id: str) -> Desk:
        if institution_id not in self._desks:
            self._desks[institution_id] = Desk(
                self._connection, institution_id, timeout_s=self._try_s, positions=self._positions
            )
        return self._desks[institution_id]
