"""Reads whole registers from the database beside the service, all of one moment. Reads only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.enrollment import store_registered as store
from services.enrollment.model import RegisterKind
from services.enrollment.rules.catalogues.editions import PAGE_KINDS
from services.enrollment.rules.catalogues.pages import edition_key
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.messages.enrollment.editions import PagedRegister

_SILENCE_MS = 60_000  # a file is written between two reads


class Registered:
    """What is registered (登记内容), as of one moment."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def contents(self, kind: RegisterKind) -> AsyncIterator[dict[str, Any]]:
        """Everything registered of a kind, as its fact says it."""
        return store.contents(self._tx, kind)

    def coverages(self) -> AsyncIterator[dict[str, Any]]:
        """Each coverage as it was told last; how it was before stands in the log alone."""
        return store.last_coverages(self._tx)

    def code_set_versions(self) -> AsyncIterator[dict[str, Any]]:
        """Each version of a code set that was published, once."""
        return store.code_set_versions(self._tx)

    async def owners(self, register_of: PagedRegister) -> list[str]:
        """The areas, or institutions, that have a catalogue, price list or mapping."""
        return await store.owners(self._tx, PAGE_KINDS[register_of])

    def pages(self, register_of: PagedRegister, whose: str) -> AsyncIterator[dict[str, Any]]:
        """The pages that count: those of the edition; all, where pages were published without one."""
        return store.pages(self._tx, PAGE_KINDS[register_of], whose, edition_key(register_of, whose))


@asynccontextmanager
async def open_registered(dsn: str) -> AsyncIterator[Registered]:
    """The registers as they are now, whatever is registered meanwhile."""
    pool = await connect_pool(dsn, "enrollment", size=1, silence_ms=_SILENCE_MS)
    try:
        async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
            yield Registered(tx)
    finally:
        await pool.close()
