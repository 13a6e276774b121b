"""Tables for people (交易对照表、数据项): each transaction with our message, and what each field means."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE, _FIELDS = (Path(__file__).with_name(name) for name in ("transactions.csv", "fields.csv"))


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


@cache
def meanings() -> dict[str, str]:
    """Field of the form → what it means, in Chinese and English."""
    with _FIELDS.open(encoding="utf-8", newline="") as file:
        return {row["field"]: f"{row['zh']} / {row['en']}" for row in csv.DictReader(file)}
