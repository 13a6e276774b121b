"""Sends what a registry folder means, stage after stage, and counts the answers: memory does not grow."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.cli.registry_import.folder import Registry
from services.cli.registry_import.origin import Entry
from services.cli.registry_import.pages.row_pages import PageEntry, by_partition
from shared.adapter import Operator
from shared.messages.answer import Answer
from shared.messages.enrollment.registers import Registered

AT_ONCE = 500  # requests
_ROWS_AT_ONCE = 4_000  # of large files, whose requests hold many rows
CHUNKS_AHEAD = 4
MOST_TOLD = 1_000
"""Of so many refused rows, and so many warnings, each is told; further ones are counted."""


class Outcome(NamedTuple):
    """What became of one entry of a file."""

    entry: Entry
    answer: Answer

    @property
    def place(self) -> str:
        """File and line, for people to open."""
        return f"{self.entry.file}:{self.entry.line}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was registered and yet looks like a slip."""
        result = self.answer.result
        return result.warnings if isinstance(result, Registered) else ()


@dataclass
class Tally:
    """How many entries of each file were accepted and refused (汇总), and the first refusals and warnings.

    `changes` are those that say something new, as far as that is known: an answer does not tell it.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    refusals: list[Outcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Counts one outcome."""
        counted = self.accepted if outcome.answer.accepted else self.refused
        counted[outcome.entry.file] += outcome.entry.lines
        if not outcome.answer.accepted and len(self.refusals) < MOST_TOLD:
            self.refusals.append(outcome)
        if outcome.warnings and len(self.warnings) < MOST_TOLD:
            self.warnings += (f"{outcome.place}: {text}" for text in outcome.warnings)

    def join(self, other: "Tally") -> None:
        """Counts what another process counted, and tells refusals in the order of their lines."""
        self.accepted += other.accepted
        self.refused += other.refused
        self.changes += other.changes
        refusals = [*self.refusals, *other.refusals]
        files = list(dict.fromkeys(one.entry.file for one in refusals))
        refusals.sort(key=lambda one: (files.index(one.entry.file), one.entry.line))
        self.refusals = refusals[:MOST_TOLD]
        self.warnings = [*self.warnings, *other.warnings][:MOST_TOLD]

    def files(self, sent: bool) -> dict[str, dict[str, int]]:
        """The counts of each file: what was accepted, or before it is sent, what would change."""
        return {file: self._counts(file, sent) for file in self.accepted | self.refused}

    def _counts(self, file: str, sent: bool) -> dict[str, int]:
        accepted, refused, changes = self.accepted[file], self.refused[file], self.changes[file]
        if sent:
            return {"accepted": accepted, "refused": refused}
        return {"changes": changes, "unchanged": accepted - changes, "refused": refused}


async def send_registry(operator: Operator, registry: Registry, partitions: int = 1) -> list[Outcome]:
    """Registers a small folder, many entries at once. Raises OutcomeUnknownError, as `sending`."""
    return [outcome async for chunk in sending(operator, registry, partitions) for outcome in chunk]


async def sending(operator: Operator, registry: Registry, partitions: int) -> AsyncIterator[list[Outcome]]:
    """Registers stage after stage; gives the outcomes a chunk at a time, some chunks being under way.

    The rows of a page that is refused are sent one by one, so that each has an outcome of its own. Raises
    OutcomeUnknownError when the services do not answer; registering again is safe.
    """
    for stage in registry.stages:
        waiting: deque[asyncio.Task[list[Outcome]]] = deque()
        try:
            for entries in chunks(stage.in_pages(by_partition(partitions))):
                waiting.append(asyncio.create_task(_ask(operator, entries)))
                if len(waiting) >= CHUNKS_AHEAD:
                    yield await _first(waiting)
            while waiting:
                yield await _first(waiting)
        finally:
            for task in waiting:
                task.cancel()


async def _first(waiting: "deque[asyncio.Task[list[Outcome]]]") -> list[Outcome]:
    outcomes = await waiting[0]
    waiting.popleft()
    return outcomes


async def _ask(operator: Operator, entries: Sequence[Entry]) -> list[Outcome]:
    answers = await operator.ask_many([entry.body for entry in entries])
    outcomes: list[Outcome] = []
    for entry, answer in zip(entries, answers, strict=True):
        if isinstance(entry, PageEntry) and not answer.accepted:
            outcomes += await _ask(operator, entry.singles)
        else:
            outcomes.append(Outcome(entry, answer))
    return outcomes


def chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """A stage's entries, so many at a time as are asked together."""
    chunk: list[Entry] = []
    rows = 0
    for entry in entries:
        if len(chunk) >= AT_ONCE or (chunk and rows + entry.rows > _ROWS_AT_ONCE):
            yield chunk
            chunk, rows = [], 0
        chunk.append(entry)
        rows += entry.rows
    if chunk:
        yield chunk


Sent = Callable[[int], object]
"""Hears of how many more rows there was an answer."""
