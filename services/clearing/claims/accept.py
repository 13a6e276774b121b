"""What follows when a claimed settlement is accepted, by rule or by persons. Pure."""

from dataclasses import replace

from services.clearing.lines.decide import fall_due
from services.clearing.lines.place import placed
from services.clearing.model.evidence import Review
from services.clearing.model.known import Known
from shared.bus.message import Message
from shared.month.funds import Funds


def accepted_rows(
    known: Known, message: Message, claim_id: str, settlement_id: str, accepted: Funds
) -> list[object]:
    """The rows of an accepted settlement: its line counts from this day on, and its advance falls due.

    It falls due with the month of the day, or with the first month that is not sorted yet.
    """
    assert message.day is not None
    day = message.day
    row = Review(settlement_id, claim_id, day, *accepted)
    seen = replace(known, reviews={**known.reviews, settlement_id: row})
    line = known.lines[settlement_id]._replace(**accepted._asdict())
    return [
        row,
        *placed(seen, settlement_id, (), day, message.partition),
        *fall_due(known, line, day, message.partition),
    ]
