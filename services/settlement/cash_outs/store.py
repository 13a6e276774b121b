"""Reads and writes cash-outs and their undos; rows are only added."""

from collections.abc import Sequence

from services.settlement.cash_outs.model import CashOut, CashOutReversal
from shared.bus.service import Tx
from shared.bus.together import Read, Rows

_STANDING = f"""
SELECT {", ".join(CashOut._fields)} FROM cash_out c
WHERE person_id = ANY($1) AND NOT EXISTS (SELECT FROM cash_out_reversal r WHERE r.cash_out_id = c.cash_out_id)
"""  # noqa: S608 (our own words)


def standing(persons: Sequence[str]) -> Read[dict[str, CashOut]]:
    """The persons' cash-outs that were not undone, by id."""
    return Read(_STANDING, (persons,), _by_id)


def _by_id(rows: Rows) -> dict[str, CashOut]:
    return {row[0]: CashOut(*row) for row in rows}


async def save(tx: Tx, rows: Sequence[CashOut]) -> None:
    """Keeps cash-outs."""
    await tx.copy_records_to_table("cash_out", records=rows, columns=CashOut._fields)


async def save_reversals(tx: Tx, rows: Sequence[CashOutReversal]) -> None:
    """Keeps undos; a second one of a cash-out violates a constraint."""
    await tx.copy_records_to_table("cash_out_reversal", records=rows, columns=CashOutReversal._fields)
