"""A statement as PDF, to be printed and signed: the cover, the sums and the lines, on A4 across.

Its font is one that every reader of PDF supplies for Chinese (宋体, STSong-Light), so none is built in. The
same statement is the same bytes each time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from math import ceil
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from shared.statements.shown import column_widths, shown
from shared.statements.tables import (
    SIGNATURE,
    Column,
    Printed,
    Row,
    Table,
)

MOST_LINES = 5_000
"""So many lines are 150 pages; of a longer statement the lines stand in the other files only."""
_FONT, _LATIN = "STSong-Light", "Helvetica"
_WIDTH, _HEIGHT = landscape(A4)
_EDGE, _TITLE, _SUBTITLE, _TOP, _FOOT = 28, 555, 530, 522, 40  # points; the last four from the lower edge
_LARGEST, _TITLE_SIZE = 9, 16
_BESIDE, _ROW = 0.4, 1.8  # of the font's size
_COVER_ROW, _SIGN_ROW = 17, 40
_NOT_LISTED = f"明细超过 {MOST_LINES:,} 笔，见电子表格及数据文件。"


def write_pdf(printed: Printed, path: Path) -> None:
    """Writes what is printed as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    tables = [_Layout(table) for table in (printed.sums, printed.lines)[: 1 + _has_lines(printed)]]
    canvas = Canvas(str(path), pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(printed.title)
    pages = _Pages(canvas, 1 + sum(table.pages for table in tables))
    _draw_cover(pages, printed)
    for table in tables:
        _draw_table(pages, printed, table)
    canvas.save()


def _has_lines(printed: Printed) -> bool:
    return printed.lines.length <= MOST_LINES


@dataclass
class _Pages:
    """The pages (页) as they are drawn, each with its number."""

    canvas: Canvas
    total: int
    drawn: int = 0

    def end(self) -> None:
        """Ends a page."""
        self.drawn += 1
        self.middle(f"第 {self.drawn} 页 共 {self.total} 页", 20)
        self.canvas.showPage()

    def middle(self, text: str, y: float, size: float = _LARGEST) -> None:
        """Writes a text in the middle of the page."""
        self.canvas.setFont(_FONT, size)
        self.canvas.drawCentredString(_WIDTH / 2, y, text)

    def right(self, text: str, x: float, y: float, size: float = _LARGEST) -> None:
        """Writes a text that ends at `x`."""
        self.canvas.setFont(_font_of(text), size)
        self.canvas.drawRightString(x, y, text)

    def write(self, text: str, x: float, y: float, size: float = _LARGEST) -> None:
        """Writes a text that begins at `x`."""
        self.canvas.setFont(_font_of(text), size)
        self.canvas.drawString(x, y, text)


class _Layout:
    """How a table is laid on pages (版式): as large as its widest contents let it be in one page's width."""

    def __init__(self, table: Table) -> None:
        self.table = table
        ems = [width + 2 * _BESIDE for width in column_widths(table, _ems)]
        self.size = min(_LARGEST, (_WIDTH - 2 * _EDGE) / sum(ems))
        widths = [em * self.size for em in ems]
        start = (_WIDTH - sum(widths)) / 2
        self.borders = [start, *(start + width for width in accumulate(widths))]
        self.row = self.size * _ROW
        self.rows_a_page = int((_TOP - _FOOT) / self.row) - 1  # the heading is one
        self.pages = ceil((table.length + 1) / self.rows_a_page)  # the total is one

    def rows(self) -> Iterator[Row]:
        """All rows, the total last."""
        return chain(self.table.rows(), [self.table.total])


def _ems(text: str) -> float:
    """How wide a text is, in the font's size."""
    return float(pdfmetrics.stringWidth(text, _font_of(text), 1))


def _font_of(text: str) -> str:
    # What has no Chinese in it stands in a font whose widths are known everywhere.
    return _LATIN if text.isascii() else _FONT


def _draw_cover(pages: _Pages, printed: Printed) -> None:
    rows = printed.cover
    pages.middle(printed.title, _TITLE - 10, _TITLE_SIZE + 4)
    pages.right("单位：元", _WIDTH - _EDGE, _SUBTITLE - 6)
    labels = [row.label for row in rows]
    middle = _EDGE + (max(map(_ems, labels)) + 2) * (_LARGEST + 1)
    top = _SUBTITLE - 12
    for number, row in enumerate(rows):
        y = top - (number + 1) * _COVER_ROW + 5
        pages.write(row.label, _EDGE + 5, y, _LARGEST + 1)
        pages.write(shown(row.value, row.kind), middle + 5, y, _LARGEST + 1)
    _draw_grid(pages.canvas, (_EDGE, middle, _WIDTH - _EDGE), top, _COVER_ROW, len(rows))
    y = top - len(rows) * _COVER_ROW
    if not _has_lines(printed):
        pages.write(_NOT_LISTED, _EDGE, y - 14)
    for number, label in enumerate(printed.signed_by, 1):
        pages.write(f"{label}　{SIGNATURE}", _EDGE, y - number * _SIGN_ROW, _LARGEST + 1)
    pages.end()


def _draw_table(pages: _Pages, printed: Printed, layout: _Layout) -> None:
    """A table on as many pages as it needs, each with whose statement it is and with the columns."""
    rows, columns = layout.rows(), layout.table.columns
    heads = [Column(one.head) for one in columns]
    while chunk := list(islice(rows, layout.rows_a_page)):
        pages.middle(f"{printed.title} {layout.table.title}", _TITLE, _TITLE_SIZE)
        pages.write(printed.subtitle, _EDGE, _SUBTITLE)
        pages.right("单位：元", _WIDTH - _EDGE, _SUBTITLE)
        _draw_row(pages, layout, 0, heads, [one.head for one in heads])
        for number, row in enumerate(chunk, 1):
            _draw_row(pages, layout, number, columns, row)
        _draw_grid(pages.canvas, layout.borders, _TOP, layout.row, len(chunk) + 1)
        pages.end()


def _draw_row(pages: _Pages, layout: _Layout, number: int, columns: Sequence[Column], row: Row) -> None:
    y = _TOP - (number + 1) * layout.row + layout.size * 0.5
    beside = _BESIDE * layout.size
    for column, value, left, right in zip(columns, row, layout.borders, layout.borders[1:], strict=False):
        text = shown(value, column.kind)
        if column.kind in ("count", "money"):
            pages.right(text, right - beside, y, layout.size)
        elif text:
            pages.write(text, left + beside, y, layout.size)


def _draw_grid(canvas: Canvas, borders: Sequence[float], top: float, height: float, rows: int) -> None:
    canvas.setLineWidth(0.4)
    canvas.grid(list(borders), [top - number * height for number in range(rows + 1)])
