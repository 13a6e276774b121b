"""Reads a bank's statements from CSV, for banks that write no camt: one row an entry, two rows of balances.

UTF-8 with or without byte order mark. The heading names the columns in any order; amounts are in yuan as in
camt, without a sign. The rows of one statement bear its id and account; `kind` is `opening`, `entry` or
`closing`.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

from shared.bank.amounts import (
    MISSING,
    Problem,
    read_account,
    read_day,
    read_fen,
    read_text,
    refuse,
    require_currency,
)
from shared.bank.bounded_xml import MAX_BYTES, NOT_UTF8, TOO_LARGE
from shared.bank.entry import (
    NO_REFERENCE,
    BankStatement,
    Direction,
    Entry,
    check_statement,
    identify,
    signed,
)
from shared.bank.payment import MAX_NAME, MAX_REFERENCE

COLUMNS = (
    "kind,statement_id,account,day,direction,amount_yuan,currency,reference,bank_reference,counter_account,"
    "counter_name,text,return_reason"
)
KINDS = ("opening", "entry", "closing")
_MOST_TEXT = 1000
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_DIRECTIONS: dict[str, Direction] = {"credit": "credit", "debit": "debit"}
_WRONG_COLUMNS = Problem(f"列应为 {COLUMNS}", f"the columns must be {COLUMNS}")
_WRONG_CELLS = Problem("格数与表头不符", "has another number of cells than the heading")
_NO_DIRECTION = Problem("应为 credit 或 debit", "must be credit or debit")
_NO_KIND = Problem(f"应为 {'、'.join(KINDS)} 之一", f"must be one of {', '.join(KINDS)}")
_HIDDEN_CHARACTER = Problem("含有控制字符", "has a control character in it")
_TWICE = Problem("此余额重复", "the balance stands twice")
_NO_ROWS = Problem("文件中没有对账单", "the file has no statement")


class _Row(NamedTuple):
    """A row below the heading: the line it ends on, and its cells by column."""

    line: int
    cells: dict[str, str]

    def place(self, column: str) -> str:
        return f"{self.line}.{column}"

    def text(self, column: str, most: int = MAX_REFERENCE) -> str:
        return read_text(self.cells[column], most, self.place(column))

    def need(self, column: str) -> str:
        return self.text(column) or refuse(self.place(column), MISSING)

    def reference(self, column: str) -> str:
        text = self.text(column)
        return "" if text in NO_REFERENCE else text


def read_statement_csv(data: bytes) -> list[BankStatement]:
    """The statements of a file. Raises InvalidFileError with the first thing that is wrong, and its place."""
    statements: dict[tuple[str, str], list[_Row]] = {}
    for row in _rows(_decoded(data)):
        account = read_account(row.cells["account"], row.place("account"))
        statements.setdefault((row.need("statement_id"), account), []).append(row)
    return [_statement(*key, rows) for key, rows in statements.items()] or refuse("", _NO_ROWS)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        refuse("", TOO_LARGE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("", NOT_UTF8)
    if found := _HIDDEN.search(text):
        refuse(f"{text.count(chr(10), 0, found.start()) + 1}", _HIDDEN_CHARACTER)
    return text


def _rows(text: str) -> Iterator[_Row]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        if sorted(heading) != sorted(COLUMNS.split(",")):
            refuse("1", _WRONG_COLUMNS)
        for cells in filter(any, reader):
            if len(cells) != len(heading):
                refuse(f"{reader.line_num}", _WRONG_CELLS)
            yield _Row(reader.line_num, dict(zip(heading, cells, strict=True)))
    except csv.Error as error:
        refuse(f"{reader.line_num}", Problem(f"不是有效的CSV：{error}", f"is not CSV: {error}"))


def _statement(statement_id: str, account: str, rows: list[_Row]) -> BankStatement:
    kinds: dict[str, list[_Row]] = {kind: [] for kind in KINDS}
    for row in rows:
        kind = row.text("kind")
        kinds[kind if kind in KINDS else refuse(row.place("kind"), _NO_KIND)].append(row)
    opening, closing = (_balance(kind, kinds[kind], rows[0]) for kind in ("opening", "closing"))
    entries = tuple(_entry(statement_id, account, at, row) for at, row in enumerate(kinds["entry"], 1))
    statement = BankStatement(statement_id, account, opening, closing, entries)
    return check_statement(statement, f"{rows[-1].line}")


def _balance(kind: str, rows: list[_Row], first: _Row) -> int:
    if len(rows) > 1:
        refuse(rows[1].place("kind"), _TWICE)
    if not rows:
        refuse(f"{first.line}", Problem(f"对账单缺少 {kind} 行", f"the statement has no row {kind}"))
    return signed(*_money(rows[0]))


def _money(row: _Row) -> tuple[Direction, int]:
    require_currency(row.text("currency"), row.place("currency"))
    direction = _DIRECTIONS.get(row.text("direction")) or refuse(row.place("direction"), _NO_DIRECTION)
    return direction, read_fen(row.text("amount_yuan"), row.place("amount_yuan"))


def _entry(statement_id: str, account: str, number: int, row: _Row) -> Entry:
    direction, amount_fen = _money(row)
    counter = row.cells["counter_account"]
    return Entry(
        identity=identify(account, row.text("bank_reference"), statement_id, number),
        direction=direction,
        amount_fen=amount_fen,
        booked_on=read_day(row.text("day"), row.place("day")),
        reference=row.reference("reference"),
        text=row.text("text", _MOST_TEXT),
        counter_account=read_account(counter, row.place("counter_account")) if counter.strip() else "",
        counter_name=row.text("counter_name", MAX_NAME),
        return_reason=row.text("return_reason", MAX_NAME) or None,
    )
