"""Decides filings as the service would, by what is known now, and writes nothing (试运行)."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date

from services.referral.decider import DECIDER
from services.referral.model.filing import ChangedFiling, Filing
from services.referral.model.known import Known
from shared.bus.database import connect_pool
from shared.bus.message import Decision, Message
from shared.bus.service import Tx
from shared.bus.turn.decide_batch import keys_of
from shared.messages.body import Request

_SILENCE_MS = 60_000


class FilingDryRun:
    """Filings of one node, each decided as if those before it had been made.

    `named_later` says of which persons there are several: there are too many to remember all of them.
    """

    def __init__(self, tx: Tx, source: str, day: date | None, named_later: Callable[[str], bool]) -> None:
        self._tx, self._source, self._day = tx, source, day
        self._named_later = named_later
        self._made: dict[str, list[Filing]] = defaultdict(list)

    async def decide(self, bodies: Sequence[Request]) -> list[Decision]:
        """What the service would decide of these, in their order."""
        messages = [self._message(body) for body in bodies]
        wanted = keys_of(DECIDER, messages)
        known = await DECIDER.load(self._tx, wanted)
        for person in wanted.get("person", ()):
            for filing in self._made.get(person, ()):
                known.keep_filing(filing)
        return [self._decide(known, message) for message in messages]

    def _decide(self, known: Known, message: Message) -> Decision:
        decision = DECIDER.decide(known, message)
        for row in decision.rows:
            DECIDER.apply(known, row)
            made = row.filing if isinstance(row, ChangedFiling) else row
            if isinstance(made, Filing) and self._named_later(made.person_id):
                self._made[made.person_id].append(made)
        return decision

    def _message(self, body: Request) -> Message:
        topic = body.TOPICS[0]
        return Message(topic, 0, 0, body.key, self._source, "", body.wire_type(), body, day=self._day)


@asynccontextmanager
async def open_filing_dry_run(
    dsn: str, source: str, day: date | None, named_later: Callable[[str], bool]
) -> AsyncIterator[FilingDryRun]:
    """A dry run of filings on a day."""
    pool = await connect_pool(dsn, "referral", size=1, silence_ms=_SILENCE_MS)
    try:
        async with pool.acquire() as tx:
            yield FilingDryRun(tx, source, day, named_later)
    finally:
        await pool.close()
