"""An operator's side: commands to the registers, and the business days."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import date

from shared.adapter.refused import accepted
from shared.bus.client.client import PATIENCE_S, Connection
from shared.bus.client.listener import Listener
from shared.bus.message import Message
from shared.messages.answer import Answer
from shared.messages.audit.trail import DayPassed
from shared.messages.body import Body
from shared.messages.enrollment.registers import OpenDay

OPERATOR = "operator"


class Operator:
    """An operator (经办) on a started connection; `async with` it to follow the days."""

    def __init__(self, connection: Connection, *, timeout_s: float = PATIENCE_S) -> None:
        self.connection = connection
        self._timeout_s = timeout_s
        self._open = AsyncExitStack()
        self._facts: AsyncIterator[Message] | None = None
        self._passed = date.min

    async def __aenter__(self) -> "Operator":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def ask(self, body: Body, *, id: str | None = None) -> Answer:
        """One command, accepted or refused. Raises OutcomeUnknownError."""
        return (await self.connection.ask(body, id=id, timeout_s=self._timeout_s)).answer

    async def ask_many(self, bodies: Sequence[Body], *, ids: Sequence[str] | None = None) -> list[Answer]:
        """Many commands at once, answers in their order; what builds on another goes in a later call."""
        names: Sequence[str | None] = ids or [None] * len(bodies)
        asking = (self.ask(body, id=id) for body, id in zip(bodies, names, strict=True))
        return list(await asyncio.gather(*asking))

    async def open_day(self, day: date, *, id: str | None = None) -> None:
        """Opens a business day (开启营业日), or finds it open. Raises RefusedError.

        Each try is a request of its own: one that was refused is no answer to the next.
        """
        accepted(await self.ask(OpenDay(opens_on=day), id=id))

    async def passed(self, day: date) -> None:
        """Waits until every stream of every service has begun the day, and so has all of the one before."""
        if self._facts is None:
            listener = Listener(self.connection.bootstrap, "audit.events")
            self._facts = (await self._open.enter_async_context(listener)).messages()
        while self._passed < day:
            body = (await anext(self._facts)).body
            if isinstance(body, DayPassed):
                self._passed = max(self._passed, body.passed_on)
