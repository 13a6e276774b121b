"""Names what a center's question about its insured person needs, as keys. Pure."""

from datetime import date

from services.settlement.keys import key
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.insured import QueryInsured


def of_insured(message: Message, body: QueryInsured) -> list[Key]:
    """The person's coverages and filings, the asking node's centers, and a page of the visits."""
    person = body.person_id
    found = [key(Kind.COVERAGE, person), key(Kind.FILING, person), key(Kind.AGENCY, message.source)]
    return [*found, visits_key(message, body)]


def visits_key(message: Message, body: QueryInsured) -> Key:
    """The key of a page of the person's visits, as the asking node may see them."""
    after = (body.after_on or date.min).isoformat(), body.after_visit_id or "-"
    return key(Kind.INSURED_VISITS, message.source, body.person_id, *after)
