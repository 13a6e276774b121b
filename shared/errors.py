"""Refusals (拒绝原因): stable codes with what happened and what to do, in two languages (`refusals.csv`).

A code is a public interface: it is never renamed. Every service refuses through `refuse`.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from shared.messages.answer import Answer
from shared.messages.settlement.visits import DayControl


class Refusal(NamedTuple):
    """What happened and what to do, for people."""

    text_zh: str
    text_en: str
    advice_zh: str
    advice_en: str


def _read() -> dict[str, Refusal]:
    with (Path(__file__).parent / "refusals.csv").open(encoding="utf-8", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        return {code: Refusal(*texts) for code, *texts in rows}


REFUSALS = _read()
# These speak of us or of the envelope, not of what was asked. Kept as first answers they would stand in the
# way of the same request for ever, once the day is open, the type known, or the record sent as it should be.
NOT_FIRST = frozenset(
    {"TRY_AGAIN", "NO_DAY_OPEN", "WRONG_TOPIC", "WRONG_KEY", "UNKNOWN_TYPE", "INVALID_ENVELOPE"}
)


def refuse(code: str, where: str = "", days: tuple[DayControl, ...] = ()) -> Answer:
    """The answer to a request that changes nothing; `code` must stand in the table."""
    refusal = REFUSALS[code]
    return Answer(outcome="refused", code=code, where=where, days=days, **refusal._asdict())
