"""A bank's statement as it writes it (银行对账单), as CSV whose balances fit its entries; invented."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shared.bank.statement_csv import COLUMNS
from shared.money import yuan

_OPENING_FEN = 10**12


class BankEntry(NamedTuple):
    """An entry (流水) as the bank writes it: below zero where money leaves the account."""

    number: str
    day: date
    fen: int
    reference: str = ""
    counter_account: str = ""
    return_reason: str = ""


def statement_csv(id: str, account: str, entries: Sequence[BankEntry]) -> bytes:
    """The statement of an account with these entries, of which there is at least one."""

    def row(kind: str, fen: int, one: BankEntry) -> str:
        way = "credit" if fen > 0 else "debit"
        money = (way, yuan(abs(fen)), "CNY", one.reference, one.number, one.counter_account)
        return ",".join(map(str, (kind, id, account, one.day, *money, "", "", one.return_reason)))

    nothing = BankEntry("", entries[0].day, 0)
    closing_fen = _OPENING_FEN + sum(one.fen for one in entries)
    booked = [row("entry", one.fen, one) for one in entries]
    rows = [row("opening", _OPENING_FEN, nothing), *booked, row("closing", closing_fen, nothing)]
    return "\n".join([COLUMNS, *rows, ""]).encode()
