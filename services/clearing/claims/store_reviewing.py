"""Stores the steps of claimed lines that persons review."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.clearing.model.claim import LineState, Reviewing, ReviewStep
from shared.bus.service import Tx
from shared.month.funds import Funds

STEPS = ", ".join(f"s.{name}" for name in Reviewing._fields)
_READ = f"""
SELECT {STEPS} FROM reviewing s WHERE s.claim_id = ANY($1) OR s.settlement_id = ANY($2)
ORDER BY s.claim_id, s.settlement_id, s.number
"""  # noqa: S608 (our own words)


async def read_reviewing(
    tx: Tx, claim_ids: Sequence[str], settlement_ids: Sequence[str]
) -> dict[str, dict[str, list[Reviewing]]]:
    """The steps of claims and of settlements in any claim, in order, by claim and settlement."""
    found: dict[str, dict[str, list[Reviewing]]] = {}
    for row in await tx.fetch(_READ, claim_ids, settlement_ids):
        lines = found.setdefault(row["claim_id"], {})
        lines.setdefault(row["settlement_id"], []).append(step_of(dict(row)))
    return found


def step_of(row: Mapping[str, Any]) -> Reviewing:
    """A step from its row."""
    left = row["accepted"]
    read = {
        "step": ReviewStep(row["step"]),
        "line_state": LineState(row["line_state"]),
        "accepted": Funds(*left) if left is not None else None,
    }
    return Reviewing(**{**row, **read})


async def add_steps(tx: Tx, rows: Iterable[Reviewing]) -> None:
    """Adds steps; a step taken twice violates the key."""
    records = [
        (*row[:-2], list(row.accepted) if row.accepted is not None else None, row.taken_on) for row in rows
    ]
    await tx.copy_records_to_table("reviewing", records=records, columns=Reviewing._fields)
