"""Certification within one process: an adapter as a task instead of a program, and days moved in step."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

from shared.adapter import Connection
from shared.certify.example.adapter import Adapter
from shared.certify.play.clerk import read_amounts
from shared.certify.play.town import Town
from shared.certify.seen import Telling


class TaskClerk:
    """An adapter that runs as a task, on one connection for all sittings; a program takes long to start."""

    def __init__(self, adapter: type[Adapter], opened: AsyncExitStack) -> None:
        self._adapter, self._opened = adapter, opened
        self._connecting: asyncio.Task[Connection] | None = None

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling:
        """Runs a sitting, which is cancelled when `kill` is set."""
        said: list[str] = []
        adapter = self._adapter(await self._connection(document), document, said.append)
        sitting = asyncio.create_task(adapter.try_to_sit(document["sitting"], document["steps"]))
        killing = asyncio.create_task((kill or asyncio.Event()).wait())
        await asyncio.wait({sitting, killing}, return_when=asyncio.FIRST_COMPLETED)
        killing.cancel()
        killed = not sitting.done()
        sitting.cancel()
        await asyncio.wait({sitting})
        amounts = read_amounts("\n".join(said).encode())
        if killed:
            return Telling(went_through=False, amounts=amounts, killed=True)
        error = sitting.exception()
        return Telling(not error and sitting.result() == 0, amounts, broke_off=repr(error) if error else "")

    async def _connection(self, document: Mapping[str, Any]) -> Connection:
        if self._connecting is None:
            opening = self._adapter.CONNECTION(document["address"], document["node"])
            self._connecting = asyncio.create_task(self._opened.enter_async_context(opening))
        return await self._connecting


class InStep(Town):
    """A town whose days move once all plays of a group wait for it: `group` by what moves, day or month."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.group = {"day": 1, "month": 1}
        self._waiting: Counter[str] = Counter()
        self._until = self.today

    async def open_until(self, day: date) -> None:
        """Opens the days once the last of the group has come."""
        moved = "day" if day.month == self.today.month else "month"
        self._waiting[moved] += 1
        self._until = max(self._until, day)
        if self._waiting[moved] == self.group[moved]:
            await super().open_until(self._until if moved == "month" else day)
        while self.today < day:  # noqa: ASYNC110 (one of them tells, all see it)
            await asyncio.sleep(0.02)
