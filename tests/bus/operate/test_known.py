"""Which copies of others' truth a service has is told by its table, so that none is left out of a rebuild."""

from datetime import date
from typing import Any, cast

import pytest

from services.__main__ import find_service
from shared.bus.message import Decision, Message
from shared.bus.operate.known.rebuild import CopiesOnly, decide_next
from shared.bus.service import Copies, Keys, Rule, Table, TableDecider, Tx, no_keys
from shared.messages.audit.supervision import CareInDoubt
from shared.messages.body import Fact
from shared.messages.enrollment.registers import CenterRegistered
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed
from tests.bus.given.made import fact, opened, stream_of

_DECIDED_ON = {"clearing": {SettlementCompleted, SettlementReversed, CareInDoubt}}
"""Facts of others that lead to rows of the service's own, which nothing changes."""


@pytest.mark.parametrize("name", ["referral", "settlement", "clearing"])
def test_whatever_a_service_keeps_of_the_facts_of_others_is_rebuilt(name: str) -> None:
    service = find_service(name)
    decider, copies = service.decider, service.copies
    assert isinstance(decider, TableDecider)
    assert copies is not None
    facts = {kind for kind in decider.rules if issubclass(kind, Fact) and _origin(kind) not in (None, name)}
    assert facts - copies.rows.keys() == _DECIDED_ON.get(name, set())
    assert {row for rows in copies.rows.values() for row in rows} <= decider.tables.keys()
    assert {*copies.jobs} <= {job.name for job in service.jobs}


async def test_only_copies_are_made_again_of_facts_that_changed_something() -> None:
    saved: list[Any] = []

    async def load(tx: Tx, keys: Keys) -> None:
        """Nothing is known."""

    async def save(tx: Tx, rows: list[Any]) -> None:
        saved.extend(rows)

    days: list[date | None] = []

    def keep(known: Any, message: Message, body: CenterRegistered) -> Decision:
        days.append(message.day)
        return Decision(facts=[body], rows=[body, date(2026, 3, 2)])

    tables = {CenterRegistered: Table(None, save), date: Table(None, save)}
    decider = TableDecider({CenterRegistered: Rule(no_keys, keep)}, tables, load)
    told = [CenterRegistered(center_id=f"51010{n}", node_id="n1", name="n") for n in range(4)]
    other = opened(date(2026, 3, 2))
    facts = [fact(0, 1, 0, told[0]), fact(1, 2, 1, told[1]), fact(2, 2, 1, told[1]), fact(3, 3, 2, other)]
    stream = stream_of(*facts, fact(4, 4, 3, told[2]), topic="enrollment.events", fetched=5)
    later: dict[tuple[str, int], date | None] = {(facts[1].stream, 2): date(2026, 3, 9)}  # it stood aside
    only = CopiesOnly(decider, Copies({CenterRegistered: (CenterRegistered,)}), later)
    aside = {(facts[0].stream, 1)}
    assert [await decide_next(cast("Tx", None), only, stream, aside) for _ in range(2)] == [1, 1]
    assert saved == [told[1], told[2]]  # the first stood aside, the second came twice; a day came between
    assert stream.next_offset == 5
    assert days == [date(2026, 3, 9), date(2026, 3, 2)]


def _origin(kind: type) -> str | None:
    """The service that says a message; None of a day's own work."""
    shared, _, service, *_ = kind.__module__.split(".")
    return service if shared == "shared" else None
