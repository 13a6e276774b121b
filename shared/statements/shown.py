"""How a value of a statement looks as text, and how wide that is: a Chinese character takes two cells."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from unicodedata import east_asian_width

from shared.money import yuan
from shared.statements.tables import Kind, Table, Value

_ROWS_AT_ONCE = 5_000


def shown(value: Value, kind: Kind) -> str:
    """A value as text: `1234567` fen → `12,345.67`, a day as YYYY-MM-DD."""
    if isinstance(value, int):
        return grouped_yuan(value) if kind == "money" else f"{value:,}"
    return value.isoformat() if isinstance(value, date) else value


def grouped_yuan(fen: int) -> str:
    """Fen as yuan with commas: `-123456` → `-1,234.56`."""
    whole, _, part = yuan(abs(fen)).partition(".")
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{part}"


def cells(text: str) -> int:
    """How many cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(one) in "WFA" else 1 for one in text)


def column_widths(table: Table, measure: Callable[[str], float]) -> list[float]:
    """The width of each column: that of its widest content, as a text is measured."""
    widths = [measure(column.head) for column in table.columns]
    rows, chunk = iter(table.rows()), [table.total]
    while chunk:
        for number, values in enumerate(zip(*chunk, strict=True)):
            kind = table.columns[number].kind
            widths[number] = max(widths[number], *(measure(text) for text in _widest(kind, values)))
        chunk = list(islice(rows, _ROWS_AT_ONCE))
    return widths


def _widest(kind: Kind, values: Sequence[Value]) -> set[str]:
    """Those of a column's values that can be the widest: of numbers and days the first and last in order."""
    some = set(values) if kind == "text" else {min(values), max(values)}
    return {shown(value, kind) for value in some}
