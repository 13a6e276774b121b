"""Names what a cash-out and its undo need, as keys. Pure."""

from services.settlement.keys import key
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.outpatient.cash_outs import CashOutAccount


def of_cash_out(message: Message, body: CashOutAccount) -> list[Key]:
    """A cash-out: coverages, filings and spendings of the person, and the centers of who asks."""
    kinds = Kind.COVERAGE, Kind.FILING, Kind.PERSONAL_ACCOUNT
    return [*(key(kind, body.person_id) for kind in kinds), key(Kind.AGENCY, message.source)]


def of_undo_cash_out(person_id: str) -> list[Key]:
    """A cash-out undone: those of the person that stand, and what was spent."""
    return [key(Kind.CASH_OUTS_OF, person_id), key(Kind.PERSONAL_ACCOUNT, person_id)]
