"""The table of transactions for people (交易对照表): each with our message and what has none."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("transactions.csv")


class Row(NamedTuple):
    """One transaction of the national form, as `transactions.csv` has it."""

    infno: str
    name_zh: str
    name_en: str
    messages: str
    without_counterpart: str
    source: str


@cache
def words() -> tuple[Row, ...]:
    """All transactions, in the order of their numbers."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Row(**row) for row in csv.DictReader(file))
