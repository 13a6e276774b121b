"""Whether statements are paid in time (拨付时限), from what clearing says, in whatever order it comes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.audit.model import Exchange, KnownStatement
from shared.messages.body import Fact
from shared.messages.clearing.confirmations import ConfirmationWithdrawn
from shared.messages.clearing.months import StatementConfirmed, StatementIssued, StatementPaid
from shared.messages.clearing.payments import PaymentReturned


def _issued(known: KnownStatement, fact: StatementIssued) -> KnownStatement:
    head = fact.head
    return known._replace(party=head.insured_center, area=head.insured_area, issued_on=fact.issued_on)


def _confirmed(known: KnownStatement, fact: StatementConfirmed) -> KnownStatement:
    return known._replace(pay_by=fact.pay_by) if fact.confirmed_fen > 0 else known


def _withdrawn(known: KnownStatement, fact: ConfirmationWithdrawn) -> KnownStatement:
    return known._replace(pay_by=None) if fact.reopened else known


def _paid(known: KnownStatement, fact: StatementPaid) -> KnownStatement:
    return known._replace(paid_on=fact.paid_on, booked_on=fact.booked_on)


def _returned(known: KnownStatement, fact: PaymentReturned) -> KnownStatement:
    return known._replace(paid_on=None, booked_on=None)  # it was due when it was due


_STEPS: dict[type[Fact], Callable[[KnownStatement, Any], KnownStatement]] = {
    StatementIssued: _issued,
    StatementConfirmed: _confirmed,
    ConfirmationWithdrawn: _withdrawn,
    StatementPaid: _paid,
    PaymentReturned: _returned,
}
FOLLOWED = frozenset(_STEPS)


def follow(known: KnownStatement, fact: Fact) -> KnownStatement:
    """What is known of a statement after a fact about it."""
    return _STEPS[type(fact)](known, fact)


def payment_of(statement: KnownStatement) -> Exchange | None:
    """The payment of a statement as an exchange, heard on the day it is paid; none while none is due."""
    id, party, area, due_on = statement[:4]
    return None if due_on is None else Exchange("monthly", id, party, area, due_on, _paid_on(statement))


def _paid_on(statement: KnownStatement) -> date | None:
    """The day of payment that holds: the one given, or if it cannot be true the one it was reported on."""
    given, booked_on = statement.paid_on, statement.booked_on
    if given is None:
        return None
    early = statement.issued_on is not None and given < statement.issued_on
    late = booked_on is not None and given > booked_on
    return booked_on if early or late else given


def write_payment(fact: Any) -> str:
    """Which words of a statement a fact sets, as the trail keeps them in a gist; `-` for one taken away."""
    after = follow(_UNLIKE, fact)
    set_ = ((name, getattr(after, name)) for name in _WORDS if getattr(after, name) != getattr(_UNLIKE, name))
    return " ".join(f"{name}={value or '-'}" for name, value in set_)


def add_payment(known: KnownStatement, text: str) -> KnownStatement:
    """What is known of a statement after what a gist says. Raises KeyError, ValueError for another form."""
    words = (word.partition("=") for word in text.split())
    return known._replace(**{name: _WORDS[name]("" if value == "-" else value) for name, _, value in words})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# Nothing that a fact says is like it, so that what a fact sets is seen.
_UNLIKE = KnownStatement("", "?", "?", *(date.min for _ in KnownStatement._fields[3:]))
_WORDS: dict[str, Callable[[str], Any]] = {
    "party": str,
    "area": str,
    **dict.fromkeys(KnownStatement._fields[3:], _day),
}
