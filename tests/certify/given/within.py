"""Certification within one process: an adapter as a task instead of a program, and days moved in step."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.certify.example.adapter import Adapter
from shared.certify.play.clerk import read_amounts
from shared.certify.play.town import Town
from shared.certify.seen import Telling


class TaskClerk:
    """An adapter that runs as a task; a program takes a second to start."""

    def __init__(self, adapter: type[Adapter]) -> None:
        self._adapter = adapter

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling | None:
        """Runs a sitting; None if it was cancelled when `kill` was set."""
        said: list[str] = []
        sitting = asyncio.create_task(self._adapter.run(document, said.append))
        killing = asyncio.create_task((kill or asyncio.Event()).wait())
        await asyncio.wait({sitting, killing}, return_when=asyncio.FIRST_COMPLETED)
        killing.cancel()
        if not sitting.done():
            sitting.cancel()
            await asyncio.wait({sitting})
            return None
        went_through = sitting.exception() is None and sitting.result() == 0
        return Telling(went_through, read_amounts("\n".join(said).encode()), repr(sitting.exception() or ""))


class InStep(Town):
    """A town whose days move once all of a group of plays wait for it."""

    group, _waiting = 1, 0

    async def open_until(self, day: date) -> None:
        """Opens the days once the last of the group has come."""
        self._waiting += 1
        if self._waiting == self.group:
            self._waiting = 0
            await super().open_until(day)
        while self.today < day:  # noqa: ASYNC110 (one of them tells, all see it)
            await asyncio.sleep(0.02)
