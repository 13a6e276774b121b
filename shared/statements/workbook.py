"""What is printed as a workbook (XLSX): a cover to sign, the sums, and the lines, each ready to be printed.

Rows are written as they go by, so that memory does not grow with the lines. The same statement is the same
bytes each time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shared.money import yuan
from shared.statements.shown import cells, column_widths, shown
from shared.statements.tables import (
    SIGNATURE,
    Column,
    Kind,
    Printed,
    Row,
    Table,
    Value,
)

ROWS_A_SHEET = 1_000_000
"""A sheet holds 1 048 576 rows; what is more goes on in the next."""
_UNIT = "单位：元"
_HEAD_ROWS = 3
_A4 = 9
_FORMATS: dict[Kind, str] = {"text": "@", "count": "#,##0", "money": "#,##0.00", "date": "yyyy-mm-dd"}
_SIZES = {"title": 30, "cover": 20, "sign": 44}  # points, the height of a row
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_GRID = {**_FONT, "border": 1, "border_color": "#808080"}
_SHADE = {**_GRID, "bold": True, "bg_color": "#E7EDF3"}
_TITLE = {**_FONT, "font_size": 18, "bold": True, "align": "center_across"}


@dataclass
class _Book:
    """A workbook, and the look of its cells; a format belongs to one workbook."""

    book: Workbook
    plain: Format
    right: Format
    title: Format
    head: Format
    values: Mapping[Kind, Format]  # of the cover, all on the left
    cells: Mapping[Kind, Format]
    totals: Mapping[Kind, Format]


def write_workbook(printed: Printed, path: Path) -> None:
    """Writes what is printed as XLSX."""
    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        made = datetime.combine(printed.as_of, time())
        workbook.set_properties({"title": printed.title, "created": made})
        book = _with_formats(workbook)
        _write_cover(book, printed)
        for table in (printed.sums, printed.lines):
            _write_table(book, printed, table)


def _with_formats(book: Workbook) -> _Book:
    aligned = {kind: "right" if kind in ("count", "money") else "left" for kind in _FORMATS}

    def of_kinds(look: Mapping[str, object]) -> Mapping[Kind, Format]:
        return {
            kind: book.add_format({"num_format": form, "align": aligned[kind], **look})
            for kind, form in _FORMATS.items()
        }

    return _Book(
        book,
        plain=book.add_format(_FONT),
        right=book.add_format({**_FONT, "align": "right"}),
        title=book.add_format(_TITLE),
        head=book.add_format({**_SHADE, "align": "center"}),
        values=of_kinds({**_GRID, "align": "left"}),
        cells=of_kinds(_GRID),
        totals=of_kinds(_SHADE),
    )


def _write_cover(book: _Book, printed: Printed) -> None:
    rows = printed.cover
    texts = [(row.label, shown(row.value, row.kind)) for row in rows]
    texts += [(label, SIGNATURE) for label in printed.signed_by]
    widths = [max(map(cells, column)) for column in zip(*texts, strict=True)]
    sheet = _sheet(book, "封面", widths, 2 + len(rows) + len(printed.signed_by))
    _write_title(book, sheet, printed.title, len(widths))
    sheet.write_string(1, 1, _UNIT, book.right)
    for number, row in enumerate(rows, 2):
        sheet.set_row(number, _SIZES["cover"])
        sheet.write_string(number, 0, row.label, book.totals["text"])
        _write(sheet, number, 1, row.value, row.kind, book.values[row.kind])
    for number, label in enumerate(printed.signed_by, 2 + len(rows)):
        sheet.set_row(number, _SIZES["sign"])
        sheet.write_string(number, 0, label, book.plain)
        sheet.write_string(number, 1, SIGNATURE, book.plain)


def _write_table(book: _Book, printed: Printed, table: Table) -> None:
    """A table on as many sheets as it needs, its total below the last row."""
    widths, rows = column_widths(table, cells), iter(table.rows())
    for start in range(0, max(table.length, 1), ROWS_A_SHEET):
        held = min(table.length - start, ROWS_A_SHEET)
        is_last = start + held == table.length
        number = start // ROWS_A_SHEET
        name = f"{table.title}{number + 1}" if number else table.title
        sheet = _sheet(book, name, widths, _HEAD_ROWS + held + is_last)
        _write_head(book, sheet, printed, table)
        _write_rows(sheet, table.columns, islice(rows, held), _HEAD_ROWS, book.cells)
        if is_last:
            _write_rows(sheet, table.columns, [table.total], _HEAD_ROWS + held, book.totals)


def _write_head(book: _Book, sheet: Worksheet, printed: Printed, table: Table) -> None:
    """The rows that stand on every page: whose statement it is, and the columns."""
    sheet.freeze_panes(_HEAD_ROWS, 0)
    sheet.repeat_rows(0, _HEAD_ROWS - 1)
    _write_title(book, sheet, f"{printed.title} {table.title}", len(table.columns))
    sheet.write_string(1, 0, printed.subtitle, book.plain)
    sheet.write_string(1, len(table.columns) - 1, _UNIT, book.right)
    for number, column in enumerate(table.columns):
        sheet.write_string(2, number, column.head, book.head)


def _write_title(book: _Book, sheet: Worksheet, title: str, columns: int) -> None:
    """A title in the middle of all columns, without joining cells: those would hinder sorting."""
    sheet.set_row(0, _SIZES["title"])
    sheet.write_string(0, 0, title, book.title)
    for number in range(1, columns):
        sheet.write_blank(0, number, None, book.title)


def _write_rows(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Row], start: int, looks: Mapping[Kind, Format]
) -> None:
    for number, row in enumerate(rows, start):
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, number, at, value, column.kind, looks[column.kind])


def _write(sheet: Worksheet, row: int, column: int, value: Value, kind: Kind, look: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)  # never a formula, whatever others call themselves
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_number(row, column, Decimal(yuan(value)) if kind == "money" else value, look)


def _sheet(book: _Book, name: str, widths: Sequence[float], rows: int) -> Worksheet:
    """A sheet that prints on A4 across, as wide as the page, with its number on each page."""
    sheet = book.book.add_worksheet(name)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width * 1.06 + 1)  # half a Chinese character is wider than a cell
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.print_area(0, 0, rows - 1, len(widths) - 1)
    return sheet
