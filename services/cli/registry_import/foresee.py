"""Foretells what the service would answer to a registry folder: nothing is sent for a file with a bad row."""

from collections.abc import Sequence

from services.cli.registry_import.folder import Registry
from services.cli.registry_import.origin import Entry
from services.cli.registry_import.pages.row_pages import PageEntry
from services.cli.registry_import.send import Outcome, Sent, Tally, chunks
from services.enrollment.dry_run import DryRun, open_dry_run
from shared.adapter.operator import OPERATOR
from shared.bus.message import Decision
from shared.messages.enrollment.register_pages import PageRegistered


async def foresee(dsn: str, registry: Registry, looked: Sent) -> Tally:
    """What each entry would come to, in the order in which it would be sent; of a refused page, each row."""
    tally = Tally()
    async with open_dry_run(dsn, OPERATOR, registry.is_named_later) as dry_run:
        for stage in registry.stages:
            for entries in chunks(stage.in_pages(1)):
                for entry, decision in await _decided(dry_run, entries):
                    assert decision.answer, entry
                    tally.add(Outcome(entry, decision.answer))
                    tally.changes[entry.file] += _changes(decision)
                looked(sum(entry.rows for entry in entries))
    return tally


async def _decided(dry_run: DryRun, entries: Sequence[Entry]) -> list[tuple[Entry, Decision]]:
    decided: list[tuple[Entry, Decision]] = []
    for entry, decision in zip(entries, await dry_run.decide([one.body for one in entries]), strict=True):
        if isinstance(entry, PageEntry) and decision.answer and not decision.answer.accepted:
            rows = await dry_run.decide([one.body for one in entry.singles])
            decided += zip(entry.singles, rows, strict=True)
        else:
            decided.append((entry, decision))
    return decided


def _changes(decision: Decision) -> int:
    """How many rows say something new."""
    result = decision.answer.result if decision.answer else None
    return result.changed_rows if isinstance(result, PageRegistered) else int(bool(decision.facts))
