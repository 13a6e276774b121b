"""Foretells what the service would answer to a registry folder: nothing is sent for a file with a bad row."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from services.cli.registry_import.folder import Registry
from services.cli.registry_import.origin import Entry, Place
from services.cli.registry_import.pages.row_pages import PageEntry
from services.cli.registry_import.send import Outcome, Sent, Tally, chunks
from services.cli.registry_import.side_by_side.second import Count, Second
from services.enrollment.dry_run import DryRun, open_dry_run
from services.enrollment.opened import read_opened
from services.referral.dry_run import FilingDryRun, open_filing_dry_run
from shared.adapter.operator import OPERATOR
from shared.bus.message import Decision
from shared.bus.partition import place_of
from shared.messages.enrollment.register_pages import PageRegistered

SHARED_FROM = 20_000  # rows on pages: those that are sent one by one every process would decide
_BOTH, _OWN = 0, 1
_PROCESSES = 2


class Share(NamedTuple):
    """What one of several processes looks at: of large registers its part of the rows, of the rest all.

    Every process decides the rows that others name, since what they come to bears on those; the first counts
    them.
    """

    number: int = 0
    of: int = 1

    def place(self, registry: Registry) -> Place:
        """Which pages it fills: one with rows that all decide, one with its own."""

        def place(key: str) -> int | None:
            if registry.is_named_later(key):
                return _BOTH
            return _OWN if self.of == 1 or place_of(key, self.of) == self.number else None

        return place

    def counts(self, registry: Registry, entry: Entry) -> bool:
        """Whether the outcome of an entry is this process's to tell."""
        own = isinstance(entry, PageEntry) and not registry.is_named_later(entry.singles[0].body.key)
        return own or self.number == 0


def begin_second(dsn: str, registry: Registry) -> Second[Tally] | None:
    """A second process that looks at half of the large registers; none for a folder that has none."""
    if sum(stage.paged_rows for stage in registry.stages) < SHARED_FROM:
        return None

    def work(looked: Count) -> Tally:
        tally = asyncio.run(foresee_share(dsn, registry, looked, Share(1, _PROCESSES)))
        tally.refusals = [Outcome(_made(entry), answer) for entry, answer in tally.refusals]
        return tally

    return Second(work)


def _made(entry: Entry) -> Entry:
    """The entry with its request, since what would make it cannot be sent to another process."""
    return Entry(entry.body, entry.file, entry.line, entry.rows)


async def foresee(dsn: str, registry: Registry, looked: Sent, second: Second[Tally] | None = None) -> Tally:
    """What each entry would come to, in the order in which it would be sent; of a refused page, each row."""
    if second is None:
        return await foresee_share(dsn, registry, looked, Share())

    def both(rows: int) -> None:
        looked(rows + second.new_rows())

    try:
        tally = await foresee_share(dsn, registry, both, Share(0, _PROCESSES))
        tally.join(await asyncio.to_thread(second.wait))
    finally:
        second.end()
    return tally


async def foresee_share(dsn: str, registry: Registry, looked: Sent, share: Share) -> Tally:
    """What the entries of a share would come to."""
    tally, place = Tally(), share.place(registry)
    async with _open(dsn, registry) as dry_run:
        for stage in registry.stages:
            for entries in chunks(stage.in_pages(place)):
                ours = {id(entry) for entry in entries if share.counts(registry, entry)}
                for given, entry, decision in await _decided(dry_run, entries):
                    if id(given) in ours:
                        assert decision.answer, entry
                        tally.add(Outcome(entry, decision.answer))
                        tally.changes[entry.file] += _changes(decision)
                looked(sum(entry.rows for entry in entries if id(entry) in ours))
    return tally


@asynccontextmanager
async def _open(dsn: str, registry: Registry) -> AsyncIterator[DryRun | FilingDryRun]:
    """A dry run of the service that takes what the folder holds."""
    if registry.are_filings:
        opened = await read_opened(dsn)
        day = opened.day if opened else None
        async with open_filing_dry_run(dsn, OPERATOR, day, registry.is_named_later) as of_filings:
            yield of_filings
    else:
        async with open_dry_run(dsn, OPERATOR, registry.is_named_later) as dry_run:
            yield dry_run


async def _decided(
    dry_run: DryRun | FilingDryRun, entries: Sequence[Entry]
) -> list[tuple[Entry, Entry, Decision]]:
    """Each entry as it was given, and what of it was decided: itself, or each row of a refused page."""
    decided: list[tuple[Entry, Entry, Decision]] = []
    for entry, decision in zip(entries, await dry_run.decide([one.body for one in entries]), strict=True):
        if isinstance(entry, PageEntry) and decision.answer and not decision.answer.accepted:
            rows = await dry_run.decide([one.body for one in entry.singles])
            decided += [(entry, row, what) for row, what in zip(entry.singles, rows, strict=True)]
        else:
            decided.append((entry, entry, decision))
    return decided


def _changes(decision: Decision) -> int:
    """How many rows say something new."""
    result = decision.answer.result if decision.answer else None
    return result.changed_rows if isinstance(result, PageRegistered) else int(bool(decision.facts))
