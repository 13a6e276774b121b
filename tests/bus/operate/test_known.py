"""Which copies of others' truth a service has is told by its table, so that none is left out of a rebuild."""

import pytest

from services.__main__ import find_service
from shared.bus.service import TableDecider
from shared.messages.audit.supervision import CareInDoubt
from shared.messages.body import Fact
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed

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


def _origin(kind: type) -> str | None:
    """The service that says a message; None of a day's own work."""
    shared, _, service, *_ = kind.__module__.split(".")
    return service if shared == "shared" else None
