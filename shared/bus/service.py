"""What a service supplies to the shell: keys, load, decide, apply, save, and the jobs of a day."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from shared.bus import together
from shared.bus.message import NOTHING, Changes, Decision, Due, Message
from shared.bus.together import Write, write_together
from shared.messages.body import Paged

Tx = together.Tx


Key = tuple[str, str]
Keys = Mapping[str, Sequence[str]]


class Decider(Protocol):
    """Decides a service's messages. `load` and `save` (and a job's `due`) may wait; the rest is pure."""

    def keys(self, message: Message) -> Iterable[Key]:
        """The rows the message needs, as (kind, id): `("person", "P1")`."""

    async def load(self, tx: Tx, keys: Keys) -> Any:
        """Reads everything a batch needs into the service's own `known`, given the keys of all its messages.

        The keys of each kind are sorted and unique. The roots are locked first, in key order; then each table
        is read with one statement.
        """

    def decide(self, known: Any, message: Message) -> Decision:
        """Decides a message, given what is known."""

    def apply(self, known: Any, change: Any) -> None:
        """Changes `known` by one fact or row of a decision, so that the next message sees it."""

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Writes the batch's facts and rows, given by type, one statement a table, keys sorted."""


def no_keys(message: Message, body: Any) -> Iterable[Key]:
    """The keys of a message whose rule needs to know nothing."""
    return ()


FEW = 50
"""Rows of a table that are sent with those of others: of more, COPY saves more than the round trip costs."""


class Rule(NamedTuple):
    """What decides one kind of message (规则), and which rows it needs to know."""

    keys: Callable[[Message, Any], Iterable[Key]]
    decide: Callable[[Any, Message, Any], Decision]


def of_rows(rule: Rule) -> Rule:
    """Makes the rule of a page of rows, none of which bears on another, of the rule of one (逐行)."""

    def keys(message: Message, body: Paged) -> Iterable[Key]:
        return {key for row in body.rows for key in rule.keys(message, row)}

    def decide(known: Any, message: Message, body: Paged) -> Decision:
        decisions = [rule.decide(known, message, row) for row in body.rows]
        return Decision(
            facts=[fact for decision in decisions for fact in decision.facts],
            rows=[row for decision in decisions for row in decision.rows],
            notices=[notice for decision in decisions for notice in decision.notices],
            written=[fact for decision in decisions for fact in decision.written],
        )

    return Rule(keys, decide)


class Table(NamedTuple):
    """What one kind of row or fact changes (表): `apply` what is known in memory, `save` the database.

    `apply` is None if the next message of a batch need not see it, `save` if a fact is said but not kept.
    `writes` makes the same change of few rows as statements that are sent with those of other tables.
    """

    apply: Callable[[Any, Any], object] | None = None
    save: Callable[[Tx, list[Any]], Awaitable[None]] | None = None
    writes: Callable[[list[Any]], list[Write]] | None = None


class Load(Protocol):
    """Reads everything a batch needs, as `Decider.load` does."""

    async def __call__(self, tx: Tx, keys: Keys) -> Any: ...  # noqa: D102 (its class tells)


@dataclass(frozen=True)
class TableDecider:
    """The decider that runs a service's table: message → Rule, row → Table.

    Rows are written in the order of `tables`. A message whose type has no rule is decided by `otherwise`; if
    that is None, it changes nothing.
    """

    rules: Mapping[type, Rule]
    tables: Mapping[type, Table]
    load: Load
    otherwise: Rule | None = None

    def keys(self, message: Message) -> Iterable[Key]:
        """The rows that the message's rule needs."""
        rule = self.rules.get(type(message.body), self.otherwise)
        return rule.keys(message, message.body) if rule else ()

    def decide(self, known: Any, message: Message) -> Decision:
        """What the message's rule decides."""
        rule = self.rules.get(type(message.body), self.otherwise)
        return rule.decide(known, message, message.body) if rule else NOTHING

    def apply(self, known: Any, change: Any) -> None:
        """Lets the next message of the batch see a row."""
        table = self.tables.get(type(change))
        if table is not None and table.apply is not None:
            table.apply(known, change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Writes what was decided, one statement a table, or one for tables with few rows each."""
        waiting: list[Write] = []
        for kind, table in self.tables.items():
            if table.save is None or not (rows := changes.get(kind)):
                continue
            if table.writes is not None and len(rows) <= FEW:
                waiting += table.writes(rows)
            else:
                await write_together(tx, waiting)
                waiting = []
                await table.save(tx, rows)
        await write_together(tx, waiting)


class DueReader(Protocol):
    """Reads a page of a day's work, in cursor order, after `cursor`; an empty page ends the job."""

    async def __call__(  # noqa: D102 (its class tells)
        self, tx: Tx, partition: int, day: date, cursor: str, limit: int
    ) -> list[Due]: ...


@dataclass(frozen=True)
class Job:
    """Work that falls due with a day (到期作业).

    With a `topic`, it is done in each stream of that topic, before the stream's next message. Without one, it
    is done once for the service, as soon as all its streams have passed the day.
    """

    name: str
    topic: str | None
    due: DueReader


@dataclass(frozen=True)
class Copies:
    """What a service keeps of another's truth (副本), in tables called known_… and in `tables`.

    `rows`: of each kind of message, which rows its rule writes are copies; those of a message depend on no
    other stream's. `jobs`: the work of the service's day by which copies change too.
    """

    rows: Mapping[type, tuple[type, ...]]
    tables: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A service (服务): its name, its decider, its tables, the jobs of a day, and its copies.

    `hears_all`: it decides every record, even one that others refuse; it answers nothing and writes no days.
    """

    name: str
    decider: Decider
    migrations: Path
    jobs: tuple[Job, ...] = ()
    hears_all: bool = False
    copies: Copies | None = None
