"""A bank's statements (银行对账单) and their entries (流水), whatever file they came in."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from shared.bank.amounts import Problem, refuse
from shared.money import yuan

Direction = Literal["credit", "debit"]
"""Into the account (贷记) or out of it (借记), as the bank sees it."""

# What ISO 20022 and banks write where there is no reference.
NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF"})


class Identity(NamedTuple):
    """What makes an entry the same entry in any file: the account with the bank's reference (AcctSvcrRef).

    Where the bank gives no reference, the statement and the entry's number in it. `part` counts the
    transactions of an entry that has several, from 1.
    """

    account: str
    bank_reference: str
    statement_id: str = ""
    number: int = 0
    part: int = 0

    def __str__(self) -> str:
        name = self.bank_reference or f"{self.statement_id} {self.number}"
        return f"{self.account} {name}" + (f" {self.part}" if self.part else "")


class Entry(NamedTuple):
    """An entry (流水): money that came into an account or left it, in fen.

    `return_reason` is None but where the bank says that a payment came back (退汇): then its reason, or "".
    """

    identity: Identity
    direction: Direction
    amount_fen: int
    booked_on: date
    reference: str
    text: str
    counter_account: str
    counter_name: str
    return_reason: str | None

    @property
    def signed_fen(self) -> int:
        """What the entry adds to the account's balance."""
        return signed(self.direction, self.amount_fen)


class BankStatement(NamedTuple):
    """A statement (银行对账单) of one account: its opening balance and entries make the closing one."""

    statement_id: str
    account: str
    opening_fen: int
    closing_fen: int
    entries: tuple[Entry, ...]


def signed(direction: Direction, amount_fen: int) -> int:
    """The amount as it changes a balance."""
    return amount_fen if direction == "credit" else -amount_fen


def identify(account: str, bank_reference: str, statement_id: str, number: int, part: int = 0) -> Identity:
    """An entry's identity: by the bank's reference where there is one, else by its place in the statement."""
    if bank_reference and bank_reference not in NO_REFERENCE:
        return Identity(account, bank_reference, part=part)
    return Identity(account, "", statement_id, number, part)


def check_statement(statement: BankStatement, place: str) -> BankStatement:
    """The statement itself. Raises InvalidFileError where it does not add up, or two entries are one."""
    total = statement.opening_fen + sum(entry.signed_fen for entry in statement.entries)
    if total != statement.closing_fen:
        found, closing = yuan(total), yuan(statement.closing_fen)
        zh = f"期初余额加流水为 {found} 元，期末余额为 {closing} 元"
        refuse(
            place, Problem(zh, f"opening and entries come to {found} yuan, the closing balance is {closing}")
        )
    distinct(statement.entries)
    return statement


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each entry once, in the order of booking day and identity: a statement read again changes nothing.

    Raises InvalidFileError where the bank gives two different entries one identity.
    """
    kept = set(entries)
    counts = Counter(entry.identity for entry in kept)
    if doubled := [identity for identity, times in counts.items() if times > 1]:
        zh, en = "同一流水号前后内容不同", "stands for two entries that differ"
        refuse(str(min(doubled)), Problem(zh, en))
    return sorted(kept, key=lambda entry: (entry.booked_on, entry.identity))
