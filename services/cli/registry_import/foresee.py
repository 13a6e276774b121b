"""Foretells what the service would answer to a registry folder: nothing is sent for a file with a bad row."""

from services.cli.registry_import.folder import Registry
from services.cli.registry_import.send import Outcome, Sent, Tally, chunks
from services.enrollment.dry_run import open_dry_run
from shared.adapter.operator import OPERATOR


async def foresee(dsn: str, registry: Registry, looked: Sent) -> Tally:
    """What each entry would come to, in the order in which it would be sent."""
    tally = Tally()
    async with open_dry_run(dsn, OPERATOR, registry.is_named_later) as dry_run:
        for stage in registry.stages:
            for entries in chunks(stage):
                decisions = await dry_run.decide([entry.body for entry in entries])
                for entry, decision in zip(entries, decisions, strict=True):
                    assert decision.answer, entry
                    tally.add(Outcome(entry, decision.answer))
                    tally.changes[entry.file] += bool(decision.facts)
                looked(sum(entry.rows for entry in entries))
    return tally
