"""Entries of the center's bank account in April, each made in one line."""

from datetime import date
from typing import Any

from shared.bank.entry import Entry, identify
from tests.bank.given.orders import PAYER


def paid(reference: str, fen: int, day: int, bank_reference: str, **changes: Any) -> Entry:
    """An entry by which money left the center's account on a day of April."""
    entry = Entry(
        identity=identify(PAYER, bank_reference, "", 0),
        direction="debit",
        amount_fen=fen,
        booked_on=date(2026, 4, day),
        reference=reference,
        text="",
        counter_account="",
        counter_name="",
        return_reason=None,
    )
    return entry._replace(**changes)


def came_back(reference: str, fen: int, day: int, bank_reference: str, **changes: Any) -> Entry:
    """An entry by which a payment came back."""
    back = {"direction": "credit", "return_reason": "AC04", **changes}
    return paid(reference, fen, day, bank_reference, **back)
