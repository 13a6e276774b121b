"""Reads whole registers from the database beside the service, all of one moment. Reads only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Literal

from services.enrollment import store_registered as store
from services.enrollment.model import RegisterKind
from services.enrollment.rules.catalogues.editions import PAGE_KINDS
from services.enrollment.rules.catalogues.pages import edition_key
from services.enrollment.store import last_opened
from shared.bus.database import connect_pool
from shared.bus.service import Tx
from shared.messages.enrollment.editions import PagedRegister

VersionedKind = Literal["code_set", "local_codes"]
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

    def versions(self, kind: VersionedKind) -> AsyncIterator[dict[str, Any]]:
        """Each version that was published of code sets, or of areas' own codes; once."""
        return store.versions(self._tx, kind)

    async def local_codes(self, area: str) -> dict[str, dict[str, str]]:
        """What an area's own codes stand for, set by set: by the version of the last day that was opened."""
        day = (await last_opened(self._tx) or date.max).isoformat()
        begun = [one async for one in self.versions("local_codes") if one["in_force_from"] <= day]
        of_area = sorted((one for one in begun if one["area"] == area), key=lambda one: one["map_version"])
        return {one["set_id"]: {code["local_code"]: code["code"] for code in one["codes"]} for one in of_area}

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
