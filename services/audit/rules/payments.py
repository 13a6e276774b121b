"""Whether statements are paid in time (拨付时限), from what clearing says, in whatever order it comes."""

from collections.abc import Callable
from typing import Any

from services.audit.model import Exchange, KnownStatement
from shared.messages.body import Fact
from shared.messages.clearing import StatementConfirmed, StatementIssued, StatementPaid


def _issued(known: KnownStatement, fact: StatementIssued) -> KnownStatement:
    return known._replace(party=fact.head.insured_center, area=fact.head.insured_area)


def _confirmed(known: KnownStatement, fact: StatementConfirmed) -> KnownStatement:
    return known._replace(pay_by=fact.pay_by) if fact.confirmed_fen > 0 else known


def _paid(known: KnownStatement, fact: StatementPaid) -> KnownStatement:
    return known._replace(paid_on=fact.paid_on)


_STEPS: dict[type[Fact], Callable[[KnownStatement, Any], KnownStatement]] = {
    StatementIssued: _issued,
    StatementConfirmed: _confirmed,
    StatementPaid: _paid,
}
FOLLOWED = frozenset(_STEPS)


def follow(known: KnownStatement, fact: Fact) -> KnownStatement:
    """What is known of a statement after a fact about it."""
    return _STEPS[type(fact)](known, fact)


def payment_of(statement: KnownStatement) -> Exchange | None:
    """The payment of a statement as an exchange, heard on the day it is paid; none while none is due."""
    id, party, area, due_on, paid_on = statement
    return None if due_on is None else Exchange("monthly", id, party, area, due_on, paid_on)
