"""Names what a question about an institution's books needs, as keys. Pure."""

from services.settlement.keys import KEY_SEPARATOR, key
from services.settlement.model.key_kind import Kind
from services.settlement.model.settlement import LISTED, MOST_ENTRIES, Period
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.queries import BooksRequest, QuerySettlements, ReconcileSettlements


def of_list(message: Message, body: QuerySettlements) -> list[Key]:
    """A page of an institution's settlements; nothing is read for a period that is none."""
    listed = [(Kind.SETTLED_AT, listed_at(body))] if period(body).is_possible else []
    return [key(Kind.INSTITUTION, body.institution_id), *listed]


def of_reconcile(message: Message, body: ReconcileSettlements) -> list[Key]:
    """An institution's books of a period: each settlement where it states its own, else only their sums."""
    found = [key(Kind.INSTITUTION, body.institution_id)]
    if not period(body).is_possible:
        return found
    if body.lines:
        return [*found, (Kind.SETTLED_AT, compared_at(body))]
    return [*found, (Kind.SUMMED_AT, summed_at(body))]


def period(body: BooksRequest) -> Period:
    """Whose settlements of which days are asked for."""
    area = (body.insured_area or "") if isinstance(body, ReconcileSettlements) else ""
    return Period(body.institution_id, body.from_on, body.until_on, area)


def listed_at(body: QuerySettlements) -> str:
    """The id of a page of the list, and one settlement more that shows whether there are further ones."""
    after = f"{body.after_on}/{body.after_settlement_id or ''}" if body.after_on else ""
    return _at(period(body), after, LISTED + 1)


def compared_at(body: ReconcileSettlements) -> str:
    """The id of the settlements to compare, and one more that shows whether there are too many."""
    return _at(period(body), "", MOST_ENTRIES + 1)


def summed_at(body: ReconcileSettlements) -> str:
    """The id of the sums to compare."""
    return _at(period(body))


def _at(period: Period, *more: str | int) -> str:
    return KEY_SEPARATOR.join(map(str, (*period, *more)))
