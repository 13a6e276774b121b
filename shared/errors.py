"""Refusals (拒绝原因): stable codes with what happened and what to do, in two languages (`refusals.csv`).

A code is a public interface: it is never renamed. Every service refuses through `refuse`.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from shared.messages.answer import Answer
from shared.messages.settlement import DayControl


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


def refuse(code: str, where: str = "", days: tuple[DayControl, ...] = ()) -> Answer:
    """The answer to a request that changes nothing; `code` must stand in the table."""
    refusal = REFUSALS[code]
    return Answer(outcome="refused", code=code, where=where, days=days, **refusal._asdict())
