"""Computes closed months again from the topics, and compares them with the books. Reads only."""

from typing import NamedTuple

from services.clearing.heard import Heard
from services.clearing.queries.month import snapshot
from services.clearing.statements.store import find_statements, read_rows
from shared.bus.client.listener import Listener
from shared.month.compute import StatementKey, compute
from shared.month.facts import Fact
from shared.month.reading import Facts
from shared.month.statement import csv_row

TOPICS = ("enrollment.events", "settlement.events", "clearing.events")


class LineDifference(NamedTuple):
    """A line (差异明细) that is not the same by the facts and in the books; empty where it does not stand."""

    agreement_id: str
    scheme: str
    line_id: str
    by_facts: str
    in_books: str


async def read_facts(bootstrap: str) -> list[Fact]:
    """All facts of all months, out of the topics."""
    heard = Heard()
    for topic in TOPICS:
        async with Listener(bootstrap, topic) as listener:
            async for message in listener.to_end():
                heard.hear(message.body)
    return list(heard.facts())


async def rebuild(bootstrap: str, dsn: str, month: str) -> tuple[int, list[LineDifference]]:
    """Computes a closed month from the topics: how many lines it has, and each that differs in the books."""
    facts = Facts()
    for number, fact in enumerate(await read_facts(bootstrap), 1):
        facts.keep(fact, number)
    by_facts = {key: lines for key, lines in compute(facts).placed.items() if key.month == month}
    differences: list[LineDifference] = []
    async with snapshot(dsn) as tx:
        kept = [StatementKey(month, *found) for found in await find_statements(tx, month)]
        for key in sorted({*kept, *by_facts}):
            told = {line.line_id: csv_row(line) for line in by_facts.get(key, ())}
            held = {
                row.split(",", 1)[0]: row async for row in read_rows(tx, key.agreement_id, key.scheme, month)
            }
            differences += [
                LineDifference(key.agreement_id, key.scheme, id, told.get(id, ""), held.get(id, ""))
                for id in sorted(told.keys() | held.keys())
                if told.get(id) != held.get(id)
            ]
    return sum(map(len, by_facts.values())), differences
