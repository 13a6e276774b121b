"""What is known of deadlines while facts go by: for the decider, and to work the deadlines out again."""

from services.audit.model import Exchange, Known, KnownStatement, Missed


def recall(known: Known, exchange: Exchange) -> Missed | None:
    """The deadline as it was missed before; only a case page is told of twice: overdue, and received.

    Of the others the same fact in one batch or in two must give the same counts, so nothing is looked up.
    """
    return recall_payment(known, exchange) if exchange.exchange == "case_page" else None


def recall_payment(known: Known, payment: Exchange) -> Missed | None:
    """The payment of a statement as it was missed before: overdue first, paid later."""
    return known.missed.get((payment.exchange, payment.subject_id))


def take_in(known: Known, change: Missed | KnownStatement) -> None:
    """Notes what changed; of a missed deadline that was known only the day on which it came after all."""
    if isinstance(change, KnownStatement):
        known.statements[change.statement_id] = change
        return
    key = (change.exchange, change.subject_id)
    before = known.missed.get(key, change)
    known.missed[key] = before._replace(heard_on=change.heard_on)
