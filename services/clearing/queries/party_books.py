"""What a party holds in the ledger: its accounts, and what moved them in a month."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from shared.month.funds import Funds


class Held(NamedTuple):
    """An account of a party under an agreement (账户余额), fen: debit above zero, credit below."""

    agreement_id: str
    account: str
    funds: Funds


class Moved(NamedTuple):
    """What the entries of one event moved an account by in a month (本月发生额), fen."""

    agreement_id: str
    account: str
    event: str
    entries: int
    funds: Funds


class PartyBooks(NamedTuple):
    """The accounts of one party (台账), and what moved them in the month asked for; none if none was."""

    accounts: Sequence[Held]
    moved: Sequence[Moved]

    def as_json(self) -> dict[str, Any]:
        """The books as a JSON object."""
        return {name: [_as_json(row) for row in getattr(self, name)] for name in self._fields}


def _as_json(row: Held | Moved) -> dict[str, Any]:
    return {**row._asdict(), "funds": row.funds._asdict(), "sum_fen": sum(row.funds)}
