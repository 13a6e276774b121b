"""Reads what was signed, for reports on months. Reads only."""

from collections.abc import Iterable

from services.clearing.agreements.store import read_periods
from services.clearing.heard import agreement_fact
from services.clearing.ledger.store_books import read_books
from shared.bus.service import Tx
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.agreements import Agreements


async def read_signed(tx: Tx) -> list[AgreementSigned]:
    """The terms signed for each period of every agreement."""
    return await read_periods(tx, [book.agreement_id for book in await read_books(tx, "")])


def agreements_of(signed: Iterable[AgreementSigned]) -> Agreements:
    """What was signed, asked by which terms the months of an agreement are cleared."""
    return Agreements(map(agreement_fact, signed))
