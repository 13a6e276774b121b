"""Decides requests as the service would, by what is registered now, and writes nothing (试运行).

The rules are the service's own, so that what is foretold is what they will decide, unless others register
something meanwhile.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from services.enrollment import store
from services.enrollment.decider import DECIDER
from services.enrollment.model import Entry, HeldCoverage
from shared.bus.database import connect_pool
from shared.bus.message import Decision, Message
from shared.bus.service import Tx
from shared.bus.turn.decide_batch import keys_of
from shared.messages.body import Request

_SILENCE_MS = 60_000
_NAMED_ONCE = ("qualification", "assessment")  # by one row of a file, and there may be very many
_OF_A_PAGE = ("area", "institution_id", "in_force_from", "in_edition")
"""What later requests ask of a page; the rows on it would fill the memory."""


class DryRun:
    """Requests of one node, each decided as if those before it had been registered.

    `named_later` says of which persons and institutions later requests will ask: there are too many to
    remember all of them.
    """

    def __init__(self, tx: Tx, source: str, day: date | None, named_later: Callable[[str], bool]) -> None:
        self._tx, self._source, self._day = tx, source, day
        self._named_later = named_later
        self._few: dict[tuple[str, str], Entry] = {}
        self._many: dict[tuple[str, str], dict[Any, Any]] = defaultdict(dict)

    async def decide(self, bodies: Sequence[Request]) -> list[Decision]:
        """What the service would decide of these, in their order."""
        messages = [self._message(body) for body in bodies]
        wanted = keys_of(DECIDER, messages)
        known = await DECIDER.load(self._tx, wanted)
        for row in self._remembered(wanted):
            DECIDER.apply(known, row)
        return [self._decide(known, message) for message in messages]

    def _decide(self, known: Any, message: Message) -> Decision:
        decision = DECIDER.decide(known, message)
        for row in decision.rows:
            DECIDER.apply(known, row)
            self._remember(row)
        return decision

    def _remembered(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Any]:
        yield from self._few.values()
        for kind in ("person", "institution"):
            for name in wanted.get(kind, ()):
                if (kind, name) in self._many:
                    yield from self._many[kind, name].values()

    def _remember(self, row: Any) -> None:
        if isinstance(row, HeldCoverage):
            if self._named_later(row.person_id):
                self._many["person", row.person_id][row.place] = row
        elif isinstance(row, Entry) and row.kind == "institution":
            if self._named_later(row.subject_id):
                self._many[row.kind, row.subject_id][""] = row
        elif isinstance(row, Entry) and row.kind not in _NAMED_ONCE:
            if "in_edition" in row.content:
                page = {name: row.content[name] for name in _OF_A_PAGE if name in row.content}
                row = row._replace(content=page)
            self._few[row.kind, row.subject_id] = row

    def _message(self, body: Request) -> Message:
        topic = body.TOPICS[0]
        return Message(topic, 0, 0, body.key, self._source, "", body.wire_type(), body, day=self._day)


@asynccontextmanager
async def open_dry_run(dsn: str, source: str, named_later: Callable[[str], bool]) -> AsyncIterator[DryRun]:
    """A dry run on the day that was opened last."""
    pool = await connect_pool(dsn, "enrollment", size=1, silence_ms=_SILENCE_MS)
    try:
        async with pool.acquire() as tx:
            yield DryRun(tx, source, await store.last_opened(tx), named_later)
    finally:
        await pool.close()
